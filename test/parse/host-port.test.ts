import { describe, expect, it } from 'vitest';
import {
  canonicalAddress,
  parseAddress,
  parseEndpoint,
  parseHost,
  parseHostPort,
  parsePort,
} from '../../src/parse/host-port.ts';

describe('hosts in normal form', () => {
  it.each([
    ['ACME.GoSkope.Com', 'acme.goskope.com'],
    ['acme.goskope.com.', 'acme.goskope.com'],
    [' acme.goskope.com ', 'acme.goskope.com'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['BÜCHER.example.', 'xn--bcher-kva.example'],
    ['_dns.example', '_dns.example'],
    ['localhost', 'localhost'],
    ['192.0.2.1', '192.0.2.1'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['::ffff:192.0.2.1', '::ffff:c000:201'],
    ['3com.example', '3com.example'],
  ])('%s', (text, host) => expect(parseHost(text)).toEqual({ ok: true, value: host }));

  it.each([
    ['', /empty/],
    ['https://acme.goskope.com/x', /is a URL: write the host only: acme\.goskope\.com/],
    ['acme.goskope.com/x', /has a path: write the host only: acme\.goskope\.com/],
    ['10.0.0.0/8', /network \(CIDR\)/],
    ['2001:db8::/32', /network \(CIDR\)/],
    ['user:pw@host', /user name/],
    ['a b', /space/],
    ['a\u0000b', /control/],
    ['gateway-*.gw.npa.goskope.com', /pattern/],
    ['acme.goskope.com:443', /has a port/],
    ['1:2:3', /not an address/],
    ['256.1.1.1', /not an IPv4/],
    ['1.2.3', /not an IPv4/],
    ['010.0.0.1', /not an IPv4/],
    ['a..b', /empty label/],
    ['.a', /empty label/],
    ['.', /empty label/],
    ['-a.example', /hyphen/],
    ['a-.example', /hyphen/],
    ['a!b.example', /letters, digits/],
    [`${'a'.repeat(64)}.example`, /label of 64/],
    [`${'a.'.repeat(130)}example`, /too long/],
    ['xn--\u202e.example', /not a host name|characters/],
  ])('%j is refused', (text, why) => {
    const parsed = parseHost(text);
    expect(parsed.ok ? parsed.value : parsed.why).toMatch(why);
    expect(parsed.ok).toBe(false);
  });
});

describe('ports, endpoints', () => {
  it.each(['1', '443', '65535'])('port %s', (text) =>
    expect(parsePort(text)).toEqual({ ok: true, value: Number(text) }),
  );
  it.each(['0', '65536', '-1', '4e2', '0x50', '', 'https', '1'.repeat(50)])('port %s is refused', (text) =>
    expect(parsePort(text).ok).toBe(false),
  );

  it.each([
    ['a.example', { host: 'a.example', port: 443 }],
    ['a.example:8443', { host: 'a.example', port: 8443 }],
    ['2001:db8::1', { host: '2001:db8::1', port: 443 }],
    ['[2001:db8::1]:8443', { host: '2001:db8::1', port: 8443 }],
    ['[2001:db8::1]', { host: '2001:db8::1', port: 443 }],
  ])('%s', (text, value) => expect(parseHostPort(text, 443)).toEqual({ ok: true, value }));

  it.each([
    ['a.example:', /bad port/],
    ['a.example:99999', /bad port/],
    ['a.example:80:80', /colon|address/],
    ['user:pw@a.example:443', /user name/],
    ['https://a.example', /URL/],
  ])('%s is refused', (text, why) => {
    const parsed = parseHostPort(text, 443);
    expect(parsed.ok ? '' : parsed.why).toMatch(why);
  });

  it('wants a port where there is no usual one', () => {
    expect(parseHostPort('a.example', null)).toMatchObject({ ok: false });
    expect(parseEndpoint('192.0.2.1', null)).toMatchObject({ ok: false });
  });

  it.each([
    ['192.0.2.53', { address: '192.0.2.53', port: 53 }],
    ['192.0.2.53:5353', { address: '192.0.2.53', port: 5353 }],
    ['2001:db8::53', { address: '2001:db8::53', port: 53 }],
    ['[2001:db8::53]:5353', { address: '2001:db8::53', port: 5353 }],
    ['fe80::1%eth0', { address: 'fe80::1%eth0', port: 53 }],
    ['[fe80::1%eth0]:5353', { address: 'fe80::1%eth0', port: 5353 }],
  ])('resolver %s', (text, value) => expect(parseEndpoint(text, 53)).toEqual({ ok: true, value }));

  it.each([
    ['dns.example', /is a name/],
    ['10.0.0.0/8', /CIDR/],
    ['192.0.2.53:0', /bad port/],
    ['fe80::1%eth0%eth1', /./],
    ['udp://192.0.2.53', /URL/],
  ])('resolver %s is refused', (text, why) => {
    const parsed = parseEndpoint(text, 53);
    expect(parsed.ok ? '' : parsed.why).toMatch(why);
  });

  it('knows addresses from names', () => {
    expect(canonicalAddress('1.2.3.4')).toBe('1.2.3.4');
    expect(canonicalAddress('1.2.3.4.')).toBeNull();
    expect(canonicalAddress(':::')).toBeNull();
    expect(parseAddress('a.example')).toMatchObject({ ok: false });
  });
});
