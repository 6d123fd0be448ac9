import { describe, expect, it } from 'vitest';
import { parseCidr } from '../../src/parse/cidr.ts';
import { inRanges } from '../../src/parse/ip.ts';

describe('ranges of addresses', () => {
  it.each([
    ['10.96.0.0/12', '10.96.0.0/12'],
    [' FD00:0::/108 ', 'fd00::/108'],
    ['0.0.0.0/0', '0.0.0.0/0'],
  ])('%s is %s', (text, normal) => expect(parseCidr(text)).toEqual({ ok: true, value: normal }));

  it.each(['10.96.0.0', '10.96.0.0/33', 'fd00::/129', '10.96.0.0/12/1', 'corp/8', '/8', '10.0.0.0/-1', '10.0.0.0/'])(
    '%s is refused',
    (text) => expect(parseCidr(text).ok).toBe(false),
  );

  it.each([
    ['10.111.255.255', ['10.96.0.0/12'], true],
    ['10.112.0.0', ['10.96.0.0/12'], false],
    ['fd00::10', ['10.96.0.0/12', 'fd00::/108'], true],
    ['::ffff:10.96.0.10', ['10.96.0.0/12'], true],
    ['fe80::1%eth0', ['fe80::/10'], true],
    ['not an address', ['0.0.0.0/0'], false],
    ['10.0.0.1', ['nonsense'], false],
  ])('%s in %s: %s', (address, ranges, inside) => expect(inRanges(address, ranges)).toBe(inside));
});
