import { describe, expect, it } from 'vitest';
import { PROFILE_IDS, PROFILES, profileOf } from '../../src/config/profiles/index.ts';
import { loadWith } from './loading.ts';

const short = (target: { protocol: string; host: string; port: number; requirement: string; addressPolicy: string }) =>
  `${target.requirement} ${target.protocol}://${target.host}:${target.port} ${target.addressPolicy}`;

describe('netskope-publisher', () => {
  it('measures the tenant and the named stitchers, no more', async () => {
    const { settings } = await loadWith({ flags: { tenant: 'acme', stitcher: ['a.example,b.example:444'] } });
    expect(settings.targets.map(short)).toEqual([
      'required https://acme.goskope.com:443 any',
      'required dtls://a.example:443 any',
      'required dtls://b.example:444 any',
      'info tcp://a.example:443 any',
      'info tcp://b.example:444 any',
    ]);
    expect(settings.targets[0]).toMatchObject({ role: 'tenant', path: '/api/v2/infrastructure/publishers' });
  });

  it('dataplane decides what the tunnel needs', async () => {
    const flags = {
      tenant: 'acme',
      stitcher: ['a.example'],
      dataplaneTcp: 'required',
      dataplaneUdp: 'info',
      addressPolicy: 'quorum',
    };
    const { settings } = await loadWith({ flags });
    expect(settings.targets.map(short)).toEqual([
      'required https://acme.goskope.com:443 any',
      'info dtls://a.example:443 quorum',
      'required tcp://a.example:443 quorum',
      'required tcp://stitcher.npa.goskope.com:443 quorum',
    ]);
  });

  it('without a stitcher it says that the tunnel is not checked', async () => {
    const { settings, notes } = await loadWith({ flags: { tenant: 'acme' } });
    expect(settings.targets).toHaveLength(1);
    expect(notes.join()).toMatch(/no stitcher is named.*\/home\/resources\/stitcher/);
  });

  it('a named target replaces the row of the same endpoint and takes its path and role', async () => {
    const files = [
      {
        name: 'a.yaml',
        text: `apiVersion: net-preflight.dev/v1alpha1
kind: PreflightConfig
spec:
  tenant: acme
  targets:
    - {host: acme.goskope.com, port: 443, protocol: https, requirement: recommended}
    - {host: gateway.npa.goskope.com, port: 443, protocol: https}
    - {host: db.example.com, port: 5432, protocol: tcp}
`,
      },
    ];
    const { settings, endpoints } = await loadWith({ files });
    expect(settings.targets).toEqual([
      {
        host: 'acme.goskope.com',
        port: 443,
        protocol: 'https',
        role: 'tenant',
        requirement: 'recommended',
        addressPolicy: 'any',
        path: '/api/v2/infrastructure/publishers',
      },
      {
        host: 'gateway.npa.goskope.com',
        port: 443,
        protocol: 'https',
        role: 'tenant',
        requirement: 'required',
        addressPolicy: 'all',
        path: '/',
      },
      {
        host: 'db.example.com',
        port: 5432,
        protocol: 'tcp',
        role: 'private-zone',
        requirement: 'required',
        addressPolicy: 'all',
      },
    ]);
    expect(endpoints.filter(({ host }) => host === 'gateway.npa.goskope.com')).toHaveLength(1);
  });

  it('every row that is not measured says why', async () => {
    for (const flags of [{}, { tenant: 'acme' }, { tenant: 'acme', stitcher: ['a.example'] }]) {
      for (const row of (await loadWith({ flags })).endpoints) {
        if (row.probed) expect(row.host, row.id).toMatch(/^[a-z0-9.-]+$/);
        else expect(row.note, row.id).toBeTruthy();
        if (row.host.includes('*')) expect(row.note).toMatch(/pattern, which cannot be resolved/);
        if (row.vantage === 'node') expect([row.probed, row.requirement]).toEqual([false, 'info']);
      }
    }
  });
});

describe('the registry', () => {
  it('has unique ids, of profiles and of rows', () => {
    expect(new Set(PROFILE_IDS).size).toBe(PROFILES.length);
    for (const { endpoints } of PROFILES) expect(new Set(endpoints.map(({ id }) => id)).size).toBe(endpoints.length);
    expect(profileOf('nobody')).toBeUndefined();
  });

  it('profile none has the named targets only', async () => {
    const { settings, notes } = await loadWith({
      flags: { profile: 'none', tenant: 'acme', target: ['dtls://gw.example'] },
    });
    expect(settings.targets.map(short)).toEqual(['required dtls://gw.example:443 any']);
    expect(notes).toEqual([]);
  });
});
