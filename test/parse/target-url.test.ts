import { describe, expect, it } from 'vitest';
import { parseTargetUrl } from '../../src/parse/target-url.ts';

describe('targets as one word', () => {
  it.each([
    ['https://db.example.com', { protocol: 'https', host: 'db.example.com', port: 443 }],
    [
      'HTTPS://DB.example.com:8443/healthz?x=1',
      { protocol: 'https', host: 'db.example.com', port: 8443, path: '/healthz?x=1' },
    ],
    ['dtls://gw.example.com', { protocol: 'dtls', host: 'gw.example.com', port: 443 }],
    ['tcp://[2001:db8::1]:5432', { protocol: 'tcp', host: '2001:db8::1', port: 5432 }],
    ['tcp://192.0.2.1:22/', { protocol: 'tcp', host: '192.0.2.1', port: 22 }],
    ['dns://192.0.2.53', { protocol: 'dns', host: '192.0.2.53', port: 53 }],
  ])('%s', (text, value) => expect(parseTargetUrl(text)).toEqual({ ok: true, value }));

  it.each([
    ['db.example.com:443', /PROTOCOL:\/\/HOST:PORT/],
    ['http://a.example', /did you mean https/],
    ['dtsl://a.example', /did you mean dtls/],
    ['gopher://a.example', /known: https/],
    ['tcp://a.example', /no port/],
    ['udp://a.example:0', /bad port/],
    ['tcp://a.example:1/x', /path/],
    ['https://u:p@a.example/', /user name/],
    ['https://a.example/a b', /percent-encode/],
    ['https://a.example?x', /slash/],
    ['https://a.example/#x', /fragment/],
    [`https://a.example/${'x'.repeat(2000)}`, /too long/],
    ['https://', /empty/],
  ])('%s is refused', (text, why) => {
    const parsed = parseTargetUrl(text);
    expect(parsed.ok ? '' : parsed.why).toMatch(why);
  });
});
