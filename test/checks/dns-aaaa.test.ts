import { describe, expect, it } from 'vitest';
import { dnsAaaa } from '../../src/checks/dns-aaaa.ts';
import type { Failure } from '../../src/model/failure.ts';
import { dnsSeen, failed, httpsSeen, SILENT } from '../support/observed.ts';
import { rows } from '../support/rows.ts';
import { diagnose, judged, type Trouble } from '../support/small-world.ts';
import { names, outside, tcpFails } from '../support/troubles.ts';
import { RESOLVER, TENANT, tenantTarget, viewOf } from '../support/view.ts';

const SIX = '2001:db8::10';
const IPV6 = { ipv6: { known: true as const, value: { disabled: false, globalAddress: true, defaultRoute: true } } };
const SILENT_CONNECT = failed('generic_timeout_error', 'connect', 'no answer');

/** AAAA ends like this, by UDP and by TCP, or by the one that is named. */
function aaaa(
  answers: 'SERVFAIL' | Failure | readonly string[],
  transport: 'udp' | 'tcp' | 'both' = 'both',
  durationMs?: number,
  picks: (name: string) => boolean = (name) => outside(name) && name !== '.',
): Trouble {
  return (probe) =>
    probe.kind === 'dns' &&
    probe.type === 'AAAA' &&
    picks(probe.name) &&
    (transport === 'both' || probe.transport === transport)
      ? dnsSeen(probe, answers, durationMs === undefined ? {} : { durationMs })
      : undefined;
}

const offered = aaaa([SIX], 'both', undefined, (name) => name === `${TENANT}.`);

describe('dns-aaaa', () => {
  rows('dns-aaaa', [
    {
      title: 'AAAA is silent by UDP and TCP, the root’s is answered',
      world: { troubles: [aaaa(SILENT)] },
      fault: 'dnsx-aaaa-timeout',
      status: 'warn',
      words: [TENANT, RESOLVER, 'goskope.com', 'template'],
    },
    {
      title: 'AAAA is silent for every name',
      world: { troubles: [aaaa(SILENT, 'both', undefined, () => true)] },
      fault: 'dnsx-aaaa-timeout',
      status: 'warn',
      words: ['any name', 'swallows the type'],
    },
    {
      title: 'SERVFAIL after four seconds is somebody’s timeout',
      world: { troubles: [aaaa('SERVFAIL', 'both', 4_004)] },
      fault: 'dnsx-aaaa-timeout',
      status: 'warn',
      not: 'dnsx-aaaa-servfail',
    },
    {
      title: 'SERVFAIL at once, each time',
      world: { troubles: [aaaa('SERVFAIL')] },
      fault: 'dnsx-aaaa-servfail',
      status: 'warn',
      not: 'dnsx-aaaa-timeout',
      words: [TENANT, 'SERVFAIL', RESOLVER],
    },
    {
      title: 'an IPv6 address that nobody answers at, IPv4 works',
      world: { facts: IPV6, troubles: [offered, tcpFails('generic_timeout_error', [SIX])] },
      fault: 'dnsx-aaaa-unroutable',
      status: 'warn',
      severity: 'low',
      words: [SIX, '198.51.100.10', 'wait for it'],
    },
    {
      title: 'an IPv6 address that errs at once',
      world: { facts: IPV6, troubles: [offered, tcpFails('network_unreachable', [SIX])] },
      fault: 'dnsx-aaaa-unroutable',
      status: 'warn',
      words: ['lose no time', 'network_unreachable'],
    },
    {
      title: 'an IPv6 address that is dead, and all addresses are wanted',
      world: {
        facts: IPV6,
        settings: { targets: [tenantTarget({ addressPolicy: 'all' })] },
        troubles: [offered, tcpFails('generic_timeout_error', [SIX])],
      },
      fault: 'dnsx-aaaa-unroutable',
      status: 'fail',
    },
  ]);

  it.each<[string, Parameters<typeof diagnose>[1]]>([
    ['NODATA is what an IPv4-only name has', {}],
    ['lost by UDP and answered by TCP: the path’s business', { troubles: [aaaa(SILENT, 'udp')] }],
    ['SERVFAIL once and then an answer', { troubles: [aaaa('SERVFAIL', 'udp')] }],
    ['A fails too: a dead upstream or a broken zone', { troubles: [names(outside, 'SERVFAIL')] }],
    [
      'A is slow too: the resolver is slow with everything',
      { troubles: [names((n) => outside(n) && n !== '.', ['198.51.100.10'], { durationMs: 3_000 })] },
    ],
    ['no IPv6 in this pod: an AAAA record costs nothing', { troubles: [offered] }],
    ['IPv6 works', { facts: IPV6, troubles: [offered] }],
    ['IPv4 is dead as well: not IPv6’s fault', { facts: IPV6, troubles: [offered, tcpFails('generic_timeout_error')] }],
  ])('%s', (_title, world) => {
    expect(diagnose('dns-aaaa', world)).toEqual([]);
  });

  it('all names of one zone are one warning, and the verdict is Ready', () => {
    for (const trouble of [aaaa(SILENT), aaaa('SERVFAIL')]) {
      const { rootCauses, verdict } = judged({ troubles: [trouble] });
      expect(rootCauses.length).toBe(1);
      expect(verdict).toBe('ReadyWithWarnings');
    }
  });

  it('dead IPv6 explains the dead addresses of tcp, and nothing that IPv4 does', () => {
    const dead = judged({ facts: IPV6, troubles: [offered, tcpFails('generic_timeout_error', [SIX])] });
    expect(dead.rootCauses.map((one) => one.fault)).toEqual(['dnsx-aaaa-unroutable']);
    const half: Trouble = (probe) =>
      probe.kind === 'https' && probe.address === '198.51.100.11'
        ? httpsSeen(probe, { failure: SILENT_CONNECT })
        : undefined;
    const both = judged({ facts: IPV6, troubles: [offered, half, tcpFails('generic_timeout_error', [SIX])] });
    expect(both.rootCauses.length).toBe(2);
  });

  it('AAAA that is silent beside a prompt A is waited for as long as a dead upstream', () => {
    const a = { kind: 'dns', server: { address: RESOLVER, port: 53 }, name: `${TENANT}.`, transport: 'udp' } as const;
    const view = (ms: number) =>
      viewOf({
        observations: [dnsSeen({ ...a, type: 'A' }, ['198.51.100.10'])],
        waiting: [{ probe: { ...a, type: 'AAAA' }, ms, suspect: true }],
      });
    expect(dnsAaaa.enough?.(view(2_400))).toEqual([]);
    expect(dnsAaaa.enough?.(view(2_600))).toEqual([{ ...a, type: 'AAAA' }]);
  });
});
