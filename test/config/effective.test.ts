import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { hashOf } from '../../src/config/hash.ts';
import { loadWith } from './loading.ts';

const INPUTS = [
  {},
  { flags: { tenant: 'acme', stitcher: ['a.example', '[2001:db8::1]:444'], quick: true } },
  { flags: { tenant: 'ACME.eu.goskope.com:8443', controls: 'off', resolver: ['[2001:db8::53]:5353', '192.0.2.53'] } },
  {
    flags: {
      target: ['https://a.example/x', 'tcp://[2001:db8::1]:22'],
      connectTo: ['[2001:db8::1]:22/tcp=127.0.0.1:2222', 'a.example:443=[::1]:8443'],
      waive: ['udp443-drop@[2001:db8::9]:until=2027-01-31:planned: CHG-7'],
      pskIdentity: 'me',
      pskKeyFile: '/keys/psk.hex',
      timeout: '1m30s',
      profile: 'none',
    },
  },
];

describe('the configuration in force', () => {
  it.each(INPUTS)('means the same when it is loaded as a file: %j', async (input) => {
    const first = await loadWith(input);
    const again = await loadWith({ files: [{ name: 'view.yaml', text: stringify(first.effective) }] });
    expect(again.settings).toEqual(first.settings);
    expect(again.gate).toEqual(first.gate);
    expect(again.hash).toBe(first.hash);
    expect(again.effective).toEqual(first.effective);
  });

  it('every part has an origin', async () => {
    for (const input of INPUTS) {
      const { effective, origins } = await loadWith(input);
      for (const [key, value] of Object.entries(effective.spec)) {
        const section = ['controls', 'dataplane', 'psk', 'gate'].includes(key);
        const paths = section ? Object.keys(value as object).map((inner) => `${key}.${inner}`) : [key];
        for (const path of paths) expect(origins[path], path).toMatch(/^(default|profile|(file|env|flag) .+)$/);
      }
    }
  });

  it('never holds the key', async () => {
    const env = { DTLS_KEY: 'c0ffee00c0ffee00' };
    const loaded = await loadWith({ env, flags: { pskIdentity: 'me', pskKeyEnv: 'DTLS_KEY' } });
    expect(loaded.settings.psk?.keyHex).toBe('c0ffee00c0ffee00');
    const { settings: _settings, ...rest } = loaded;
    expect(JSON.stringify(rest)).not.toContain('c0ffee');
  });
});

describe('the hash', () => {
  it('changes with a setting and not with where it came from, nor with the key', async () => {
    const flag = await loadWith({ flags: { tenant: 'acme' } });
    expect((await loadWith({ env: { NET_PREFLIGHT_TENANT: 'ACME.' } })).hash).toBe(flag.hash);
    expect((await loadWith({ flags: { tenant: 'acmf' } })).hash).not.toBe(flag.hash);
    expect((await loadWith({ flags: { tenant: 'acme', wait: '1m' } })).hash).not.toBe(flag.hash);
    const withKey = (K: string) => loadWith({ env: { K }, flags: { pskIdentity: 'me', pskKeyEnv: 'K' } });
    expect((await withKey('00')).hash).toBe((await withKey('ff')).hash);
  });

  it('tells ten thousand neighbours apart', () => {
    const seen = new Set(Array.from({ length: 10_000 }, (_, i) => hashOf({ host: `gw${i}.example`, port: 443 })));
    expect(seen.size).toBe(10_000);
    expect(hashOf({ a: 1, b: [2] })).toBe(hashOf({ b: [2], a: 1 }));
    expect(hashOf({})).toMatch(/^[0-9a-f]{16}$/);
  });
});
