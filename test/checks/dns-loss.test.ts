import { describe, expect, it } from 'vitest';
import { dnsLoss } from '../../src/checks/dns-loss.ts';
import type { Observation } from '../../src/model/observation.ts';
import type { BurstWay, DnsBurstProbe, Probe } from '../../src/model/probe.ts';
import { burstSeen, dnsSeen, SILENT } from '../support/observed.ts';
import { rows } from '../support/rows.ts';
import { observationsOf, type Trouble } from '../support/small-world.ts';
import { dnsFails } from '../support/troubles.ts';
import { RESOLVER, resolvConfWith, TENANT, viewOf } from '../support/view.ts';

const TWO = { resolvConf: resolvConfWith([RESOLVER, '10.96.0.11']) };
const DEEP = { depth: 'deep' as const };
const LOOKUPS = { systemLookup: true };

/** The tenant's A is answered at the second try only. */
const oneRepeated: Trouble = (probe) =>
  probe.kind === 'dns' && probe.name === `${TENANT}.` && probe.type === 'A' && probe.transport === 'udp'
    ? dnsSeen(probe, ['198.51.100.10'], { attempts: 2, answeredTry: 2, durationMs: 153, rttMs: 3 })
    : undefined;
/** The first try was answered, late: a second one had gone out meanwhile. */
const oneSlow: Trouble = (probe) =>
  probe.kind === 'dns' && probe.name === `${TENANT}.` && probe.type === 'A' && probe.transport === 'udp'
    ? dnsSeen(probe, ['198.51.100.10'], { attempts: 2, answeredTry: 1, durationMs: 310, rttMs: 310 })
    : undefined;
const slowLookup: Trouble = (probe) =>
  probe.kind === 'lookup'
    ? { probe, startedMs: 5, durationMs: 5_000, attempts: 1, failure: SILENT, addresses: [] }
    : undefined;

/** Loses those questions of these patterns for which `lose` holds. */
function loses(ways: readonly BurstWay[], lose: (index: number) => boolean, transport: 'udp' | 'tcp' = 'udp'): Trouble {
  return (probe) =>
    probe.kind === 'dns-burst' && ways.includes(probe.how) && probe.transport === transport
      ? burstSeen(probe, Array.from({ length: probe.count }, (_, index) => index).filter(lose))
      : undefined;
}
const everyFourth = (index: number) => index % 4 === 3;
const second = (index: number) => index % 2 === 1;
const tail = (index: number) => index >= 10;

describe('dns-loss', () => {
  rows('dns-loss', [
    {
      title: 'a question was repeated, and one in four that are asked alone is lost',
      world: { troubles: [oneRepeated, loses(['serial'], everyFourth)] },
      fault: 'dns-packet-loss',
      status: 'warn',
      severity: 'medium',
      words: ['25 %', '5 of 20', RESOLVER, '1 ordinary question'],
    },
    {
      title: 'deep: every pattern loses alike, so it is no rate limit and no race',
      world: {
        settings: DEEP,
        troubles: [loses(['serial', 'parallel', 'pairs-one-socket', 'pairs-two-sockets'], everyFourth)],
      },
      fault: 'dns-packet-loss',
      status: 'warn',
      not: 'dns-rate-limited',
    },
    {
      title: 'one lost in twenty is what a long path loses',
      world: { troubles: [oneRepeated, loses(['serial'], (index) => index === 7)] },
      fault: null,
      status: 'pass',
      words: ['1 question had to be repeated'],
    },
    {
      title: 'the first packets of a pod were lost, and nothing since',
      world: { troubles: [oneRepeated] },
      fault: null,
      status: 'pass',
    },
    {
      title: 'deep: only many at once lose their tail',
      world: {
        settings: DEEP,
        troubles: [loses(['parallel'], tail), loses(['pairs-one-socket', 'pairs-two-sockets'], tail)],
      },
      fault: 'dns-rate-limited',
      status: 'warn',
      words: ['50 at once', '40 stayed without', 'Over TCP 20 of 20', RESOLVER],
      not: 'dns-packet-loss',
    },
    {
      title: 'deep: only the second of a pair on one socket is lost',
      world: { settings: DEEP, troubles: [loses(['pairs-one-socket'], second)] },
      fault: 'dns-conntrack-race-5s',
      status: 'warn',
      words: ['20 of 40', '20 of them the second', 'single-request-reopen'],
    },
    {
      title: 'lookups take 5 s while questions are fast, and pairs on one socket lose one',
      world: { settings: LOOKUPS, troubles: [slowLookup, loses(['pairs-one-socket'], second)] },
      fault: 'dns-conntrack-race-5s',
      status: 'warn',
      words: ['8 of 16', `getaddrinfo needs seconds for ${TENANT}`],
    },
    {
      title: 'lookups take 5 s, and no pattern loses anything',
      world: { settings: LOOKUPS, troubles: [slowLookup] },
      fault: null,
      status: 'warn',
      words: ['Cause not determined'],
    },
    {
      title: 'the fixed source port is silent twice, fresh ones are answered',
      world: { troubles: [loses(['fixed-port'], () => true)] },
      fault: 'dns-conntrack-stale',
      status: 'warn',
      words: ['27053', RESOLVER, 'conntrack -D -p udp --orig-dst 10.96.0.10'],
    },
    {
      title: 'the fixed source port was silent once only',
      world: {
        troubles: [
          (probe) =>
            probe.kind === 'dns-burst' && probe.how === 'fixed-port' && probe.count === 3
              ? burstSeen(probe, [0, 1, 2])
              : undefined,
        ],
      },
      fault: null,
      status: 'pass',
      not: 'dns-conntrack-stale',
    },
    {
      title: 'the fixed source port is taken by somebody: nothing was sent',
      world: {
        troubles: [
          (probe) =>
            probe.kind === 'dns-burst' && probe.how === 'fixed-port'
              ? { ...burstSeen(probe), sent: 0, answered: 0, lost: 0, rttsMs: [] }
              : undefined,
        ],
        settings: DEEP,
      },
      fault: null,
      status: 'pass',
    },
    {
      title: 'REFUSED for many at once is an answer: no rate limit of the path',
      world: {
        settings: DEEP,
        troubles: [
          (probe) => (probe.kind === 'dns-burst' && probe.how === 'parallel' ? burstSeen(probe, [], 40) : undefined),
        ],
      },
      fault: null,
      status: 'pass',
      not: 'dns-rate-limited',
    },
    {
      title: 'one nameserver of two is dead: the other one loses nothing',
      world: { facts: TWO, troubles: [dnsFails('both', SILENT, '10.96.0.11')] },
      fault: null,
      status: 'pass',
      not: 'dns-packet-loss',
    },
  ]);
});

describe('dns-loss asks', () => {
  const patterns = (world: Parameters<typeof observationsOf>[0]) =>
    observationsOf(world)
      .map((one) => one.probe)
      .filter((one): one is DnsBurstProbe => one.kind === 'dns-burst');
  const datagrams = (probes: readonly DnsBurstProbe[]) =>
    probes.filter((one) => one.transport === 'udp').reduce((sum, one) => sum + one.count, 0);

  it('three questions from the fixed port when standard and healthy, none when quick', () => {
    expect(patterns({}).map((one) => one.how)).toEqual(['fixed-port']);
    expect(patterns({ settings: { depth: 'quick' } })).toEqual([]);
  });

  it('no more because an answer was slow', () => {
    expect(patterns({ troubles: [oneSlow] }).map((one) => one.how)).toEqual(['fixed-port']);
  });

  it('at most 45 datagrams to one server when standard, whatever is wrong', () => {
    const worlds = [
      { troubles: [oneRepeated, loses(['serial', 'fixed-port'], () => true)] },
      { settings: LOOKUPS, troubles: [slowLookup, loses(['fixed-port', 'pairs-one-socket'], () => true)] },
      { settings: LOOKUPS, troubles: [slowLookup, oneRepeated, loses(['fixed-port', 'serial'], () => true)] },
    ];
    for (const world of worlds) expect(datagrams(patterns(world))).toBeLessThanOrEqual(45);
  });

  it('never many at once unless deep', () => {
    const all = patterns({ settings: LOOKUPS, troubles: [slowLookup, oneRepeated] });
    expect(all.map((one) => one.how)).not.toContain('parallel');
    expect(patterns({ settings: DEEP }).map((one) => one.how)).toContain('parallel');
  });

  it("for the cluster's own names, so that nobody upstream is bothered", () => {
    for (const one of patterns({ settings: DEEP })) {
      expect(one.name).toBe('svc.cluster.local.');
      expect(one.randomLabels).toBe(true);
    }
    const elsewhere: Trouble = (probe) =>
      probe.kind === 'dns' && probe.name.startsWith('kubernetes.') ? dnsSeen(probe, 'NXDOMAIN') : undefined;
    for (const one of patterns({ settings: DEEP, troubles: [elsewhere] })) {
      expect(one.name).toBe(`${TENANT}.`);
      expect(one.randomLabels).toBe(false);
    }
  });

  it('one pattern after another', () => {
    const server = { address: RESOLVER, port: 53 };
    const first: Probe = { kind: 'dns', server, name: `${TENANT}.`, type: 'A', transport: 'udp' };
    const cluster: Probe = { ...first, name: 'kubernetes.default.svc.cluster.local.' };
    const seen: Observation[] = [dnsSeen(first, ['198.51.100.10']), dnsSeen(cluster, ['10.96.0.1'])];
    const plan = () =>
      dnsLoss
        .plan(viewOf({ settings: DEEP, observations: seen }))
        .filter((one): one is DnsBurstProbe => one.kind === 'dns-burst');
    const order: string[] = [];
    for (let step = 0; step < 6; step += 1) {
      const next = plan().filter((one) => !seen.some((known) => same(known.probe, one)));
      order.push(next.map((one) => one.how).join(' and '));
      seen.push(...next.map((one) => burstSeen(one)));
    }
    expect(order).toEqual(['fixed-port and serial', 'pairs-two-sockets', 'pairs-one-socket', 'parallel', '', '']);
  });
});

function same(one: Probe, other: Probe): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
