import { describe, expect, it } from 'vitest';
import { withoutSecrets } from '../../src/config/given-corefile.ts';
import { loadWith, mistakesOf } from './loading.ts';

const COREFILE = '.:53 {\n    forward . /etc/resolv.conf\n}\n';
const readText = async () => ({ ok: true as const, value: COREFILE });

describe('a private zone by flag', () => {
  it('names the zone, a name in it and its servers', async () => {
    const { settings } = await loadWith({
      flags: { privateZone: ['private.example.com/app=10.0.0.10,10.0.0.11:5353', 'corp/host.corp=[2001:db8::53]'] },
    });
    expect(settings.privateZones).toEqual([
      {
        zone: 'private.example.com',
        probe: 'app.private.example.com',
        forwarders: [
          { address: '10.0.0.10', port: 53 },
          { address: '10.0.0.11', port: 5353 },
        ],
      },
      { zone: 'corp', probe: 'host.corp', forwarders: [{ address: '2001:db8::53', port: 53 }] },
    ]);
  });

  it.each(['private.example.com', 'private.example.com=10.0.0.10', 'a b/app=1', 'private.example.com/app=dns1.corp'])(
    '%s is a mistake',
    async (text) => {
      const mistakes = await mistakesOf({ flags: { privateZone: [text] } });
      expect(mistakes.join('\n')).toContain('flag --private-zone');
    },
  );
});

describe('what the cluster would say', () => {
  it('a Corefile is read into the settings', async () => {
    const { settings } = await loadWith({ flags: { corefile: '/etc/coredns/Corefile' }, readText });
    expect(settings.corefile).toEqual({ name: '/etc/coredns/Corefile', text: COREFILE });
  });

  it('a Corefile that is not there is a mistake', async () => {
    expect(await mistakesOf({ flags: { corefile: '/nowhere' } })).toEqual([
      'flag --corefile: "/nowhere" does not exist',
    ]);
  });

  it('endpoints of the DNS Service', async () => {
    const { settings } = await loadWith({ flags: { dnsEndpoint: ['10.244.2.10,10.244.3.10:5353'] } });
    expect(settings.dnsEndpoints).toEqual([
      { address: '10.244.2.10', port: 53 },
      { address: '10.244.3.10', port: 5353 },
    ]);
  });

  it('its secrets are blotted out, and nothing else', () => {
    const text = 'r53 {\n  aws_access_key AKIAX verySecret # mine\n  forward . 10.0.0.10\n}\n';
    const shown = withoutSecrets(text);
    expect(shown).toBe('r53 {\n  aws_access_key REDACTED REDACTED # mine\n  forward . 10.0.0.10\n}\n');
    expect(withoutSecrets(COREFILE)).toBe(COREFILE);
  });
});
