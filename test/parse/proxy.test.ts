// Proxy URLs and NO_PROXY, as curl reads them.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bypassesProxy } from '../../src/parse/no-proxy.ts';
import { parseProxyUrl } from '../../src/parse/proxy-url.ts';

describe('a proxy URL', () => {
  it.each([
    ['http://10.0.0.20:3128', '10.0.0.20', 3128],
    ['http://proxy.corp.example:8080/', 'proxy.corp.example', 8080],
    ['proxy.corp.example:8080', 'proxy.corp.example', 8080],
    ['proxy.corp.example', 'proxy.corp.example', 1080],
    ['http://proxy.corp.example', 'proxy.corp.example', 1080],
    ['http://proxy.corp.example:80', 'proxy.corp.example', 80],
    ['http://[2001:db8::1]:3128', '2001:db8::1', 3128],
    ['HTTP://Proxy.Corp.Example:3128', 'proxy.corp.example', 3128],
    ['  http://10.0.0.20:3128\n', '10.0.0.20', 3128],
    ['http://user:pass@10.0.0.20:3128', '10.0.0.20', 3128],
  ])('%s', (text, address, port) => {
    expect(parseProxyUrl(text)?.endpoint).toEqual({ address, port });
  });

  it.each(['', '   ', 'http://', '://x', 'http://a b', 'http://proxy:99999', '\u0000'])('%j is none', (text) => {
    expect(parseProxyUrl(text)).toBeNull();
  });

  it('keeps credentials apart from what is shown', () => {
    const read = parseProxyUrl('http://us%40er:p%3Ass@10.0.0.20:3128');
    expect(read?.shown).toBe('http://***@10.0.0.20:3128');
    expect(Buffer.from(read?.authorization?.replace('Basic ', '') ?? '', 'base64').toString()).toBe('us@er:p:ss');
    expect(parseProxyUrl('http://10.0.0.20:3128')?.authorization).toBeNull();
  });

  it('a per cent sign in the password is the password’s', () => {
    const read = parseProxyUrl('http://user:100%@10.0.0.20:3128');
    expect(read?.endpoint).toEqual({ address: '10.0.0.20', port: 3128 });
    expect(Buffer.from(read?.authorization?.replace('Basic ', '') ?? '', 'base64').toString()).toBe('user:100%');
  });

  it('never throws, and never shows a password', () => {
    const secret = 'Zq9secret';
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const read = parseProxyUrl(`${before}:${secret}@${after}`);
        if (read?.authorization) expect(read.shown).not.toContain(secret);
        parseProxyUrl(before);
      }),
    );
  });
});

describe('NO_PROXY', () => {
  it.each([
    ['acme.goskope.com', 'acme.goskope.com', true],
    ['acme.goskope.com', 'goskope.com', true],
    ['acme.goskope.com', '.goskope.com', true],
    ['acme.goskope.com', '*.goskope.com', true],
    ['ACME.goskope.com.', 'GOSKOPE.com', true],
    ['acme.goskope.com', 'a, b ,goskope.com', true],
    ['acme.goskope.com', 'a goskope.com', true],
    ['acme.goskope.com', '*', true],
    ['acme.goskope.com', 'goskope.com:443', true],
    ['acme.goskope.com', 'goskope.com.', true],
    ['2001:db8::1', '2001:db8::1', true],
    ['10.0.0.20', '10.0.0.20', true],
    ['acme.goskope.com', 'kope.com', false],
    ['acme.goskope.com', 'acme', false],
    ['acme.goskope.com', 'www.acme.goskope.com', false],
    ['acme.goskope.com', '', false],
    ['acme.goskope.com', '.', false],
    ['acme.goskope.com', ',,, ,', false],
    // CIDR counts from curl 7.86 on; the Publisher's 7.81 ignores it.
    ['10.0.0.20', '10.0.0.0/8', false],
  ])('%s with %j: %s', (host, noProxy, expected) => {
    expect(bypassesProxy(host, noProxy)).toBe(expected);
  });

  it('is empty when it is not set, and never throws', () => {
    expect(bypassesProxy('acme.goskope.com', null)).toBe(false);
    fc.assert(fc.property(fc.string(), fc.string(), (host, text) => typeof bypassesProxy(host, text) === 'boolean'));
  });
});
