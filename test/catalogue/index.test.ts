// Is a fault found by its id, and a mistyped id understood?

import { describe, expect, it } from 'vitest';
import { FAULTS, fault, suggest } from '../../src/catalogue/index.ts';

describe('fault', () => {
  it('finds every id', () => {
    for (const each of FAULTS) expect(fault(each.id)).toBe(each);
  });

  it('finds nothing else', () => {
    for (const id of ['', 'udp443', 'UDP443-DROP', 'constructor', '__proto__']) expect(fault(id)).toBeUndefined();
  });
});

describe('suggest', () => {
  it.each([
    ['udp443-dorp', 'udp443-drop'],
    ['upd443-drop', 'udp443-drop'],
    ['UDP443-Drop', 'udp443-drop'],
    ['udp443_drop', 'udp443-drop'],
    ['dnsc-loopbak-only', 'dnsc-loopback-only'],
    ['tls-intercept-untrustd', 'tls-intercept-untrusted'],
    ['coredns-upstrem-dead', 'coredns-upstream-dead'],
    ['helm-peding', 'helm-pending'],
  ])('%s: first of all %s', (typed, meant) => {
    expect(suggest(typed)[0]).toBe(meant);
  });

  it('offers ids that contain what was typed', () => {
    expect(suggest('tun-missing')).toContain('env-tun-missing');
    expect(suggest('udp443')).toEqual(['udp443-drop', 'udp443-reject', 'udp443-dest-specific']);
  });

  it.each(['', '   ', '-', 'dns', 'zzzzzzzzzzzz', 'nothing-like-any-of-them'])(
    'has nothing to offer for "%s"',
    (typed) => {
      expect(suggest(typed)).toEqual([]);
    },
  );

  it('is bounded, however long the input', () => {
    expect(suggest('d'.repeat(5_000_000))).toEqual([]);
    for (const typed of ['stale', 'proxy', 'coredns', 'drop']) expect(suggest(typed).length).toBeLessThanOrEqual(3);
  });
});
