import { describe, expect, it } from 'vitest';
import { dnsPath } from '../../src/checks/dns-path.ts';
import type { Probe } from '../../src/model/probe.ts';
import { dnsSeen, failed, SILENT, tcpSeen } from '../support/observed.ts';
import { rows } from '../support/rows.ts';
import { diagnose, type Trouble } from '../support/small-world.ts';
import { dnsFails, NOTHING_LEAVES, tcpFails } from '../support/troubles.ts';
import { NO_CONTROLS, RESOLVER, resolvConfWith, TENANT, viewOf } from '../support/view.ts';

const TWO = { resolvConf: resolvConfWith([RESOLVER, '10.96.0.11']) };
const apiServerAnswers: Trouble = (probe) =>
  probe.kind === 'tcp' && probe.address === '10.96.0.1' ? tcpSeen(probe) : undefined;
/** An unconnected socket gets its answer, from this address. */
const fromPod =
  (address: string, server?: string): Trouble =>
  (probe) =>
    probe.kind === 'dns' && probe.anySource && (server === undefined || probe.server.address === server)
      ? dnsSeen(probe, ['198.51.100.10'], { source: { address, port: 53 } })
      : undefined;
const gatewayGone: Trouble = (probe) =>
  probe.kind === 'neighbours'
    ? {
        probe,
        startedMs: 0,
        durationMs: 0,
        attempts: 1,
        failure: null,
        neighbours: [{ address: '10.244.1.1', interface: 'eth0', resolved: false }],
      }
    : undefined;

describe('dns-path', () => {
  rows('dns-path', [
    {
      title: 'send() answers EPERM',
      world: { troubles: [dnsFails('udp', failed('operation_not_permitted', 'send'))] },
      fault: 'dns-local-eperm',
      status: 'fail',
      severity: 'critical',
      words: ['10.96.0.10:53', 'EPERM'],
    },
    {
      title: 'EPERM at one nameserver of two',
      world: { facts: TWO, troubles: [dnsFails('udp', failed('operation_not_permitted', 'send'), RESOLVER)] },
      fault: 'dns-local-eperm',
      status: 'warn',
      severity: 'medium',
    },
    {
      title: 'UDP silent, TCP answers',
      world: { troubles: [dnsFails('udp')] },
      fault: 'dns-udp-blocked',
      status: 'fail',
      severity: 'critical',
      words: ['10.96.0.10', 'UDP 53', 'TCP 53', `dig @10.96.0.10 ${TENANT}.`],
    },
    {
      title: 'UDP silent at one nameserver of two',
      world: { facts: TWO, troubles: [dnsFails('udp', SILENT, '10.96.0.11')] },
      fault: 'dns-udp-blocked',
      status: 'warn',
      severity: 'medium',
      words: ['10.96.0.11'],
    },
    {
      title: 'nothing comes back to a connected socket, but an answer comes from a DNS pod',
      world: { troubles: [fromPod('10.244.2.10'), dnsFails('both')] },
      fault: 'dns-reply-wrong-source',
      status: 'fail',
      severity: 'critical',
      words: ['10.244.2.10:53', '10.96.0.10:53', 'br_netfilter'],
    },
    {
      title: 'an answer from elsewhere, and another nameserver that is well',
      world: { facts: TWO, troubles: [fromPod('10.244.2.10', RESOLVER), dnsFails('both', SILENT, RESOLVER)] },
      fault: 'dns-reply-wrong-source',
      status: 'warn',
      severity: 'medium',
    },
    {
      title: 'the answer comes from where it should, to an unconnected socket only: no wrong source',
      world: { troubles: [fromPod(RESOLVER), dnsFails('udp')] },
      fault: 'dns-udp-blocked',
      status: 'fail',
      not: 'dns-reply-wrong-source',
    },
    {
      title: 'UDP refused, TCP answers: not a drop',
      world: { troubles: [dnsFails('udp', failed('connection_refused'))] },
      fault: null,
      status: 'fail',
      not: 'dns-udp-blocked',
    },
    {
      title: 'nothing leaves the pod',
      world: { troubles: NOTHING_LEAVES },
      fault: 'dns-egress-policy-deny',
      status: 'fail',
      severity: 'critical',
      words: ['10.96.0.10', '203.0.113.200:443', '203.0.113.210:3478', 'UDP and TCP 53', '10.244.1.1'],
    },
    {
      title: 'DNS silent, but hosts elsewhere connect: not everything is dropped',
      world: { troubles: [dnsFails('both')] },
      fault: null,
      status: 'fail',
      not: 'dns-egress-policy-deny',
      words: ['10.96.0.10:53', '203.0.113.200:443 connects'],
    },
    {
      title: 'DNS and the controls silent, but the API server answers: not everything is dropped',
      world: { troubles: [apiServerAnswers, ...NOTHING_LEAVES] },
      fault: null,
      status: 'fail',
      not: 'dns-egress-policy-deny',
    },
    {
      title: 'DNS and TCP silent, but STUN answers: not everything is dropped',
      world: { troubles: [dnsFails('both'), tcpFails('generic_timeout_error', ['203.0.113.200', '203.0.113.201'])] },
      fault: null,
      status: 'fail',
      not: 'dns-egress-policy-deny',
    },
    {
      title: 'everything silent and no gateway on the link: not a policy',
      world: { troubles: [gatewayGone, ...NOTHING_LEAVES] },
      fault: null,
      status: 'fail',
      not: 'dns-egress-policy-deny',
      words: ['10.244.1.1 does not answer on the link'],
    },
    {
      title: 'everything silent, but no control to ask: not known',
      world: { settings: { controls: NO_CONTROLS }, troubles: NOTHING_LEAVES },
      fault: null,
      status: 'fail',
      not: 'dns-egress-policy-deny',
    },
    {
      title: 'one nameserver of two silent over both',
      world: { facts: TWO, troubles: [dnsFails('both', SILENT, RESOLVER)] },
      fault: null,
      status: 'warn',
      severity: 'medium',
    },
    { title: 'all is well', world: {}, fault: null, status: 'pass' },
    {
      title: 'an answer that says no is an answer',
      world: { troubles: [(probe) => (probe.kind === 'dns' ? dnsSeen(probe, 'REFUSED') : undefined)] },
      fault: null,
      status: 'pass',
    },
    {
      title: 'TCP 53 silent while UDP answers',
      world: { troubles: [dnsFails('tcp')] },
      fault: null,
      status: 'pass',
    },
  ]);

  it('counts repeats instead of hiding them', () => {
    const [first] = diagnose('dns-path', {
      troubles: [
        (probe) =>
          probe.kind === 'dns' && probe.name === `${TENANT}.` && probe.transport === 'udp' && probe.type === 'A'
            ? dnsSeen(probe, ['198.51.100.10'], { attempts: 3 })
            : undefined,
      ],
    });
    expect(first?.summary).toContain('1 question had to be repeated');
  });
});

describe('dns-path asks', () => {
  const first: Probe = {
    kind: 'dns',
    server: { address: RESOLVER, port: 53 },
    name: `${TENANT}.`,
    type: 'A',
    transport: 'udp',
  };
  const overTcp: Probe = { ...first, transport: 'tcp' };
  const kinds = (probes: readonly Probe[]) => new Set(probes.map((one) => one.kind));

  it('nothing but the question itself when quick and healthy', () => {
    expect(dnsPath.plan(viewOf({ settings: { depth: 'quick' } }))).toEqual([first]);
  });

  it('the controls as soon as the answer is late, before any timeout', () => {
    const calm = viewOf({ waiting: [{ probe: first, ms: 100 }] });
    expect(kinds(dnsPath.plan(calm))).toEqual(new Set(['dns']));
    const late = viewOf({ waiting: [{ probe: first, ms: 500, suspect: true }] });
    expect(kinds(dnsPath.plan(late))).toEqual(new Set(['dns', 'tcp', 'stun', 'neighbours']));
  });

  it('no controls for a nameserver on the loopback', () => {
    const facts = { resolvConf: resolvConfWith(['127.0.0.53']) };
    const probe = { ...first, server: { address: '127.0.0.53', port: 53 } };
    const view = viewOf({ facts, observations: [dnsSeen(probe, failed('connection_refused'))] });
    expect(kinds(dnsPath.plan(view))).toEqual(new Set(['dns']));
  });

  it('has waited enough for UDP soon after TCP has answered, else after three tries', () => {
    const enough = (ms: number, tcpAnswered: boolean) =>
      dnsPath.enough?.(
        viewOf({
          waiting: [{ probe: first, ms, suspect: true }],
          observations: tcpAnswered ? [dnsSeen({ ...first, transport: 'tcp' }, ['198.51.100.10'])] : [],
        }),
      ) ?? [];
    expect(enough(1_100, true)).toEqual([]);
    expect(enough(1_200, true)).toEqual([first]);
    expect(enough(2_900, false)).toEqual([]);
    expect(enough(3_000, false)).toEqual([first]);
  });

  it('waits on while any UDP answer has come from that nameserver', () => {
    const cluster = { ...first, name: 'kubernetes.default.svc.cluster.local.' };
    const view = viewOf({
      waiting: [{ probe: first, ms: 4_000, suspect: true }],
      observations: [dnsSeen(cluster, ['10.96.0.1'])],
    });
    expect(dnsPath.enough?.(view)).toEqual([]);
    expect(dnsPath.plan(view)).toContainEqual(overTcp);
  });
});
