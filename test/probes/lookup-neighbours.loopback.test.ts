// The two probes that ask this machine and not the network.

import { describe, expect, it } from 'vitest';
import { PROBES } from '../../src/probes/index.ts';
import { contextOf } from '../support/loopback.ts';

describe('lookup', () => {
  it('finds what the hosts file says, without a question to anybody', async () => {
    const seen = await PROBES.lookup({ kind: 'lookup', host: 'localhost' }, contextOf(), AbortSignal.timeout(2_000));
    expect(seen.failure).toBeNull();
    expect(seen.addresses).toContain('127.0.0.1');
  });

  it('an address is its own answer', async () => {
    const seen = await PROBES.lookup({ kind: 'lookup', host: '192.0.2.1' }, contextOf(), AbortSignal.timeout(2_000));
    expect(seen.addresses).toEqual(['192.0.2.1']);
  });

  it('a signal that has already ended asks nobody', async () => {
    const seen = await PROBES.lookup({ kind: 'lookup', host: 'acme.invalid' }, contextOf(), AbortSignal.abort());
    expect(seen).toMatchObject({ addresses: [], failure: { code: 'generic_timeout_error', operation: 'resolve' } });
  });

  it('what no library can look up is an observation', async () => {
    for (const host of ['', ' ', '\u0000', '..']) {
      const seen = await PROBES.lookup({ kind: 'lookup', host }, contextOf(), AbortSignal.timeout(2_000));
      expect(seen.addresses).toEqual([]);
    }
  });
});

describe('neighbours', () => {
  it('reads this machine’s table, whatever is in it', async () => {
    const seen = await PROBES.neighbours({ kind: 'neighbours' }, contextOf(), AbortSignal.timeout(2_000));
    expect(seen.failure).toBeNull();
    for (const one of seen.neighbours) expect(typeof one.resolved).toBe('boolean');
  });
});
