import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact, redactDeep } from '../../src/parse/redact.ts';

describe('redact', () => {
  it.each([
    ['proxy URL', 'http://svc:hunter2@proxy.corp:3128', 'http://svc:***@proxy.corp:3128'],
    ['user only', 'https://ghp_abcdef@github.com/x', 'https://***@github.com/x'],
    ['password with @', 'http://u:p@ss@proxy:3128', 'http://u:***@proxy:3128'],
    ['password with /', 'http://u:p/ss@proxy:3128', 'http://u:***@proxy:3128'],
    ['two URLs', 'http://a:b1@x,http://c:d1@y', 'http://a:***@x,http://c:***@y'],
    ['no scheme', 'HTTPS_PROXY=svc:hunter2@proxy:3128', 'HTTPS_PROXY=svc:***@proxy:3128'],
    ['bearer header', 'Authorization: Bearer abc.def-123', 'Authorization: Bearer ***'],
    ['basic header', '-H "Proxy-Authorization: Basic dXNlcjpwYXNz"', '-H "Proxy-Authorization: Basic ***"'],
    ['bare scheme', 'sent Bearer 0123456789abcdef', 'sent Bearer ***'],
    ['api token', 'Netskope-Api-Token: 5f0c1d2e3b4a', 'Netskope-Api-Token: ***'],
    ['variable', 'NPA_API_TOKEN=abc', 'NPA_API_TOKEN=***'],
    ['query', 'https://h/p?access_token=abc&x=1', 'https://h/p?access_token=***&x=1'],
    ['curl user', 'curl -x p:1 -U svc:hunter2 https://h', 'curl -x p:1 -U svc:*** https://h'],
    [
      'openssl psk',
      'openssl s_client -dtls1_2 -psk 00ff00ff -connect h:443',
      'openssl s_client -dtls1_2 -psk *** -connect h:443',
    ],
    ['JWT', 'saw eyJhbGciOi.eyJzdWIiOi.sig-x here', 'saw *** here'],
    [
      'private key',
      'a -----BEGIN EC PRIVATE KEY-----\nMHc\n-----END EC PRIVATE KEY----- b',
      'a [private key removed] b',
    ],
  ])('masks: %s', (_name, input, expected) => {
    expect(redact(input)).toBe(expected);
    expect(redact(expected)).toBe(expected);
  });

  it.each([
    'dig @10.96.0.10 acme.goskope.com. A',
    'curl -sv https://acme.goskope.com:443/api/v2/@me',
    'https://[2001:db8::1]:443/a@b',
    'ghcr.io/acme/publisher:1.4.2@sha256:0123456789abcdef',
    'tenant API answers 401 (no token given)',
    'Basic authentication is required by the proxy',
    'WWW-Authenticate: Bearer realm="acme"',
    'the token expired: ask for a new one',
    'curl -H "Authorization: Bearer $NPA_API_TOKEN" https://acme.goskope.com',
    'kubectl create secret generic npa --from-literal=token=<token>',
    'curl -x p:1 -U svc:$PROXY_PASSWORD https://h',
    '12:30:45 connect ECONNREFUSED 198.51.100.10:443',
  ])('leaves: %s', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('removes values it is told of', () => {
    expect(redact('identity x, key 00112233', ['00112233'])).toBe('identity x, key ***');
  });

  it('lets no URL password through, whatever surrounds it', () => {
    // Both `@` and `/` in one password cannot be told from a host and a path.
    const password = fc.oneof(
      fc.stringMatching(/^[A-Za-z!$%@][A-Za-z0-9!$%@]{5,20}Q7$/),
      fc.stringMatching(/^[A-Za-z!$%/][A-Za-z0-9!$%/]{5,20}Q7$/),
    );
    fc.assert(
      fc.property(password, fc.constantFrom('http', 'https', 'socks5'), (secret, scheme) => {
        expect(redact(`proxy ${scheme}://user:${secret}@proxy.corp:3128 refused`)).toBe(
          `proxy ${scheme}://user:***@proxy.corp:3128 refused`,
        );
      }),
    );
  });

  it('stays quick on long hostile text', () => {
    const started = performance.now();
    for (const piece of ['a', 'a://', 'u:p@', 'token', ' -u a', 'eyJaaaaa.', '-----BEGIN PRIVATE KEY-----']) {
      redact(piece.repeat(20_000 / piece.length));
    }
    // Generous: a quadratic expression needs minutes here.
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe('redactDeep', () => {
  it('walks values, keeps shape, masks keys that name a secret', () => {
    const value = { a: ['http://u:p1@h'], headers: { authorization: 'abc', server: 'nginx' }, n: 1, none: null };
    expect(redactDeep(value)).toEqual({
      a: ['http://u:***@h'],
      headers: { authorization: '***', server: 'nginx' },
      n: 1,
      none: null,
    });
  });
});
