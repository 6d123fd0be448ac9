import { describe, expect, it } from 'vitest';
import { goRegex } from '../../src/parse/go-regex.ts';
import { goCidr, goDurationMs, goHostPort, goInt, goIp, goListenPort, goUint } from '../../src/parse/go-values.ts';

describe('values as Go reads them', () => {
  it.each<[string, number | null]>([
    ['5', 5],
    ['+5', 5],
    ['-5', -5],
    ['007', 7],
    ['', null],
    ['5s', null],
    ['1_000', null],
    ['9223372036854775808', null],
  ])('int %j → %s', (text, value) => expect(goInt(text)).toBe(value));

  it.each<[string, number | null]>([
    ['4294967295', 4_294_967_295],
    ['4294967296', null],
    ['-1', null],
  ])('uint %j → %s', (text, value) => expect(goUint(text, 32)).toBe(value));

  it.each<[string, number | null]>([
    ['30s', 30_000],
    ['1h30m', 5_400_000],
    ['1.5s', 1500],
    ['.5s', 500],
    ['-2m', -120_000],
    ['0', 0],
    ['100us', 0.1],
    ['5', null],
    ['5 s', null],
    ['s', null],
    ['5d', null],
    ['', null],
    ['9999999999h', null],
  ])('duration %j → %s ms', (text, value) => expect(goDurationMs(text)).toBe(value));

  it.each<[string, { host: string; port: string } | null]>([
    [':53', { host: '', port: '53' }],
    ['a:b', { host: 'a', port: 'b' }],
    ['[::1]:53', { host: '::1', port: '53' }],
    ['a:', { host: 'a', port: '' }],
    ['::1', null],
    ['[::1]', null],
    ['[::1]x:53', null],
    ['a', null],
    ['a]:1', null],
  ])('host and port %j → %j', (text, value) => expect(goHostPort(text)).toEqual(value));

  it('addresses, networks and ports', () => {
    expect([goIp('10.0.0.1'), goIp('2001:db8::1'), goIp('010.0.0.1'), goIp('fe80::1%eth0')]).toEqual([
      4,
      6,
      null,
      null,
    ]);
    expect([goCidr('10.0.0.0/33'), goCidr('10.0.0.0'), goCidr('::/0')?.bits]).toEqual([null, null, 0]);
    expect([goListenPort('65535'), goListenPort('65536'), goListenPort('http')]).toEqual([true, false, true]);
  });
});

describe('patterns as Go reads them', () => {
  it.each([
    ['(.*)\\.a\\.test', 1],
    ['(?P<x>a)(?:b)(?i)c{2,3}?', 1],
    ['[[:alpha:]\\d^-]+', 0],
    ['[]a]', 0],
    ['a{,2}', 0],
    ['\\pL\\p{Greek}\\x{1F600}\\Q(\\E', 0],
    ['()|^*', 1],
  ])('%s has %i groups', (pattern, groups) => expect(goRegex(pattern)).toEqual({ ok: true, groups }));

  it.each([
    '(',
    ')',
    '*',
    'a**',
    'a{2,1}',
    'a{1001}',
    '[z-a]',
    '[a',
    '(?=x)',
    '(?<!x)',
    '\\1',
    '\\q',
    'x\\',
    '[[:nope:]]',
    '\\p{Nope}',
    '(?P<a>x)(?P<a>y)',
  ])('%s is refused', (pattern) => expect(goRegex(pattern).ok).toBe(false));
});
