import { describe, expect, it } from 'vitest';
import { dnsTransport } from '../../src/checks/dns-transport.ts';
import type { DnsProbe, Probe } from '../../src/model/probe.ts';
import { dnsSeen, failed, SILENT, tcpSeen } from '../support/observed.ts';
import { rows } from '../support/rows.ts';
import { judged, type Trouble } from '../support/small-world.ts';
import { dnsFails } from '../support/troubles.ts';
import { NO_CONTROLS, RESOLVER, resolvConfWith, TENANT, viewOf } from '../support/view.ts';

const TWO = { resolvConf: resolvConfWith([RESOLVER, '10.96.0.11']) };
const NOBODY = { controls: { ...NO_CONTROLS, nobody: [{ address: '192.0.2.53', port: 53 }] } };
const noTcp: Trouble = (probe) => {
  const silent = failed('generic_timeout_error', 'connect', 'no connection');
  if (probe.kind === 'dns' && probe.transport === 'tcp' && probe.server.address === RESOLVER)
    return dnsSeen(probe, silent);
  return probe.kind === 'tcp' && probe.address === RESOLVER ? tcpSeen(probe, silent) : undefined;
};
const tcpReset: Trouble = (probe) =>
  probe.kind === 'tcp' && probe.address === RESOLVER
    ? tcpSeen(probe, failed('connection_refused', 'connect'))
    : probe.kind === 'dns' && probe.transport === 'tcp'
      ? dnsSeen(probe, failed('connection_refused', 'connect'))
      : undefined;
const truncated =
  (host: string, server?: string): Trouble =>
  (probe) =>
    probe.kind === 'dns' &&
    probe.name === `${host}.` &&
    probe.transport === 'udp' &&
    (server === undefined || probe.server.address === server)
      ? dnsSeen(probe, [], { flags: ['tc'] })
      : undefined;

const isLarge = (probe: Probe): boolean => probe.kind === 'dns' && probe.type === 'DNSKEY';
/** The root's keys take `size` bytes; what is above `cut` is lost over UDP. */
function ladder(size: number, cut: number): Trouble {
  return (probe) => {
    if (probe.kind !== 'dns') return undefined;
    if (isLarge(probe)) {
      if (probe.transport === 'tcp') return dnsSeen(probe, ['key'], { sizeBytes: size });
      if (size > (probe.ednsBytes ?? 0)) return dnsSeen(probe, [], { flags: ['tc'], sizeBytes: 28 });
      return size > cut ? dnsSeen(probe, SILENT) : dnsSeen(probe, ['key'], { sizeBytes: size });
    }
    if (probe.name === '.' && probe.dnssecOk) {
      return cut < 536 ? dnsSeen(probe, SILENT) : dnsSeen(probe, ['a.root-servers.net.'], { sizeBytes: 536 });
    }
    return undefined;
  };
}
const keysUnknown: Trouble = (probe) => (probe.kind === 'dns' && isLarge(probe) ? dnsSeen(probe, SILENT) : undefined);
const tenantLost: Trouble = (probe) => {
  if (probe.kind !== 'dns' || probe.name !== `${TENANT}.` || probe.type !== 'A') return undefined;
  if (probe.transport === 'tcp') return dnsSeen(probe, ['198.51.100.10'], { sizeBytes: 900 });
  return probe.ednsBytes === 512 ? dnsSeen(probe, [], { flags: ['tc'] }) : dnsSeen(probe, SILENT);
};
const tenantSlowUpstream: Trouble = (probe) =>
  probe.kind === 'dns' && probe.name === `${TENANT}.` ? dnsSeen(probe, SILENT) : undefined;
const nobodyAnswers =
  (addresses: readonly string[]): Trouble =>
  (probe) =>
    probe.kind === 'dns' && probe.server.address === '192.0.2.53' ? dnsSeen(probe, addresses) : undefined;

describe('dns-transport', () => {
  rows('dns-transport', [
    {
      title: 'TCP silent, UDP answers, nothing is truncated',
      world: { troubles: [noTcp] },
      fault: 'dns-tcp-blocked',
      status: 'warn',
      severity: 'medium',
      words: ['TCP 53', RESOLVER, '+tcp', 'no answer'],
    },
    {
      title: 'TCP refused',
      world: { troubles: [tcpReset] },
      fault: 'dns-tcp-blocked',
      status: 'warn',
      words: ['connection_refused'],
    },
    {
      title: 'TCP silent, and the tenant is truncated',
      world: { troubles: [noTcp, truncated(TENANT)] },
      fault: 'dns-tcp-blocked',
      status: 'fail',
      severity: 'critical',
      words: [`${TENANT} needs it`],
    },
    {
      title: 'TCP silent and the tenant truncated, but another nameserver tells it whole',
      world: { facts: TWO, troubles: [noTcp, truncated(TENANT, RESOLVER)] },
      fault: 'dns-tcp-blocked',
      status: 'warn',
    },
    { title: 'truncated, then whole over TCP', world: { troubles: [truncated(TENANT)] }, fault: null, status: 'pass' },
    {
      title: 'one TCP question lost, but connections open: not a block',
      world: { troubles: [dnsFails('tcp')] },
      fault: null,
      status: 'pass',
      not: 'dns-tcp-blocked',
    },
    {
      title: 'answers above 512 bytes are lost',
      world: { troubles: [ladder(1_139, 512)] },
      fault: 'dns-large-udp-dropped',
      status: 'warn',
      severity: 'medium',
      words: ['512 bytes', 'inspects DNS', '+bufsize=4096', RESOLVER],
    },
    {
      title: 'answers in fragments are lost',
      world: { troubles: [ladder(1_700, 1_472)] },
      fault: 'dns-large-udp-dropped',
      status: 'warn',
      words: ['fragments', '1700', 'bufsize 1232'],
    },
    {
      title: 'the keys are small: nothing can be said',
      world: { troubles: [ladder(300, 512)] },
      fault: null,
      status: 'pass',
    },
    {
      title: 'the keys are not to be had at all, whatever is offered: no matter of size',
      world: { troubles: [keysUnknown] },
      fault: null,
      status: 'pass',
      not: 'dns-large-udp-dropped',
    },
    {
      title: "the tenant's own answer is lost for its size",
      world: { troubles: [tenantLost] },
      fault: 'dns-large-udp-dropped',
      status: 'fail',
      severity: 'critical',
      words: [`the answer for ${TENANT} is too large`, `dig @${RESOLVER} ${TENANT}. +tcp`],
    },
    {
      title: 'the tenant is silent at any size: its upstream, not its size',
      world: { troubles: [tenantSlowUpstream] },
      fault: null,
      status: 'pass',
      not: 'dns-large-udp-dropped',
    },
    {
      title: 'somebody answers where nobody can be, and says the same',
      world: { settings: NOBODY, troubles: [nobodyAnswers(['198.51.100.10'])] },
      fault: 'dns-intercepted',
      status: 'warn',
      words: ['192.0.2.53', 'says the same', `dig @192.0.2.53 ${TENANT}.`],
    },
    {
      title: 'somebody answers where nobody can be, and says something else',
      world: { settings: NOBODY, troubles: [nobodyAnswers(['10.1.1.1'])] },
      fault: 'dns-intercepted',
      status: 'warn',
      words: ['does not say the same'],
    },
    {
      title: 'nobody answers where nobody is',
      world: {
        settings: NOBODY,
        troubles: [
          (probe) =>
            probe.kind === 'dns' && probe.server.address === '192.0.2.53' ? dnsSeen(probe, SILENT) : undefined,
        ],
      },
      fault: null,
      status: 'pass',
      not: 'dns-intercepted',
    },
  ]);

  it('a required name that is lost for its size, or truncated without TCP, is the one root cause', () => {
    for (const troubles of [[tenantLost], [noTcp, truncated(TENANT)]]) {
      const { rootCauses } = judged({ troubles });
      expect(rootCauses.map((one) => one.check)).toEqual(['dns-transport']);
    }
  });

  it('TCP and large answers are nothing where UDP is not answered at all', () => {
    const { findings } = judged({ troubles: [dnsFails('udp'), ladder(1_139, 512)] });
    expect(findings.filter((one) => one.check === 'dns-transport')).toEqual([]);
  });
});

describe('dns-transport asks', () => {
  const server = { address: RESOLVER, port: 53 };
  const first: Probe = { kind: 'dns', server, name: `${TENANT}.`, type: 'A', transport: 'udp' };
  const whole: Probe = { ...first, name: '.', type: 'DNSKEY', dnssecOk: true, ednsBytes: 4_096 };
  const nobody: Probe = { ...first, server: { address: '192.0.2.53', port: 53 } };
  const good = dnsSeen(first, ['198.51.100.10']);

  it('nothing when quick', () => {
    const settings = { ...NOBODY, depth: 'quick' as const };
    expect(dnsTransport.plan(viewOf({ settings, observations: [good] }))).toEqual([]);
  });

  it('one large question, and the steps below it only when that one is late', () => {
    const calm = viewOf({ observations: [good], waiting: [{ probe: whole, ms: 20 }] });
    expect(dnsTransport.plan(calm).filter(isLarge)).toEqual([whole]);
    const late = viewOf({ observations: [good], waiting: [{ probe: whole, ms: 300, suspect: true }] });
    const asked = dnsTransport.plan(late).filter((one): one is DnsProbe => isLarge(one));
    expect(asked.map((one) => `${one.transport} ${one.ednsBytes}`)).toEqual([
      'udp 4096',
      'udp 512',
      'udp 1232',
      'tcp 4096',
    ]);
  });

  it('waits for nobody as long as for three of the slowest round trips, between 0.25 s and 1 s', () => {
    const waits = (ms: number, rttMs: number) => {
      const reply = dnsSeen(first, ['198.51.100.10'], { rttMs });
      const view = viewOf({ settings: NOBODY, observations: [reply], waiting: [{ probe: nobody, ms }] });
      return !(dnsTransport.enough?.(view) ?? []).includes(nobody) && (dnsTransport.enough?.(view) ?? []).length === 0;
    };
    expect(waits(249, 3)).toBe(true);
    expect(waits(250, 3)).toBe(false);
    expect(waits(599, 200)).toBe(true);
    expect(waits(600, 200)).toBe(false);
    expect(waits(999, 900)).toBe(true);
    expect(waits(1_000, 900)).toBe(false);
  });

  it('for a large answer one second at most', () => {
    const view = (ms: number) => viewOf({ observations: [good], waiting: [{ probe: whole, ms, suspect: true }] });
    expect(dnsTransport.enough?.(view(999))).toEqual([]);
    expect(dnsTransport.enough?.(view(1_000))).toEqual([whole]);
  });
});
