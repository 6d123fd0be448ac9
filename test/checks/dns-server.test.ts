import { describe, expect, it } from 'vitest';
import { dnsServer } from '../../src/checks/dns-server.ts';
import type { Probe } from '../../src/model/probe.ts';
import { dnsSeen, SILENT } from '../support/observed.ts';
import { rows } from '../support/rows.ts';
import { diagnose, judged, type Trouble } from '../support/small-world.ts';
import { dnsFails, missing, names, outside, tcpFails } from '../support/troubles.ts';
import { RESOLVER, resolvConfWith, TENANT, viewOf } from '../support/view.ts';

const given = (text: string) => ({ corefile: { name: 'Corefile', text } });
const OVER_TLS = '.:53 {\n    kubernetes cluster.local\n    forward . tls://198.51.100.53\n}\n';

/** Every name outside of the cluster, those that nobody has too. */
const labelsToo =
  (answers: Parameters<typeof dnsSeen>[1], over: Parameters<typeof dnsSeen>[2] = {}): Trouble =>
  (probe) =>
    probe.kind === 'dns' && outside(probe.name) ? dnsSeen(probe, answers, over) : undefined;

const TWO = { resolvConf: resolvConfWith([RESOLVER, '10.96.0.11']) };

describe('dns-server', () => {
  rows('dns-server', [
    {
      title: 'cluster names answer, outside names time out',
      world: { troubles: [names(outside, SILENT)] },
      fault: 'coredns-upstream-dead',
      status: 'fail',
      severity: 'critical',
      words: [RESOLVER, 'kubernetes.default.svc.cluster.local.', `${TENANT}.`, 'the root'],
    },
    {
      title: 'cluster names answer, outside names SERVFAIL',
      world: { troubles: [names(outside, 'SERVFAIL')] },
      fault: 'coredns-upstream-dead',
      status: 'fail',
      words: ['SERVFAIL'],
    },
    {
      title: 'only one nameserver of two has lost its upstream',
      world: { facts: TWO, troubles: [names(outside, 'SERVFAIL', {}, RESOLVER)] },
      fault: 'coredns-upstream-dead',
      status: 'warn',
      severity: 'medium',
    },
    {
      title: 'one broken zone, the root is there: the zone, not the upstream',
      world: { troubles: [names((name) => name.endsWith('goskope.com.'), 'SERVFAIL')] },
      fault: null,
      status: 'pass',
      not: 'coredns-upstream-dead',
    },
    {
      title: 'the name does not exist: the upstream lives',
      world: { troubles: [missing(TENANT)] },
      fault: null,
      status: 'pass',
      not: 'coredns-upstream-dead',
    },
    {
      title: 'it refuses everything but the cluster’s own names',
      world: { troubles: [names(outside, 'REFUSED')] },
      fault: null,
      status: 'fail',
      not: 'coredns-upstream-dead',
      words: ['REFUSED', '10.96.0.10:53'],
    },
    {
      title: 'SERVFAIL for all names, the cluster’s included',
      world: { troubles: [names(() => true, 'SERVFAIL')] },
      fault: null,
      status: 'fail',
      not: 'coredns-upstream-dead',
    },
    {
      title: 'refused at once, by CoreDNS itself',
      world: { troubles: [labelsToo('REFUSED', { flags: ['rd'] })] },
      fault: 'coredns-no-forward',
      status: 'fail',
      severity: 'critical',
      words: [RESOLVER, 'forward . /etc/resolv.conf'],
    },
    {
      title: 'refused after a while: somebody upstream was asked',
      world: { troubles: [labelsToo('REFUSED', { flags: ['rd'], rttMs: 40 })] },
      fault: null,
      status: 'fail',
      not: 'coredns-no-forward',
    },
    {
      title: 'SERVFAIL, and the root block has no forward',
      world: {
        settings: given('.:53 {\n    errors\n    kubernetes cluster.local\n}\n'),
        troubles: [labelsToo('SERVFAIL')],
      },
      fault: 'coredns-no-forward',
      status: 'fail',
      words: ['Corefile:1:1'],
    },
    {
      title: 'no answer, and the root block forwards to this very service',
      world: {
        settings: given(`.:53 {\n    kubernetes cluster.local\n    forward . ${RESOLVER}\n}\n`),
        troubles: [labelsToo(SILENT)],
      },
      fault: 'coredns-loop',
      status: 'fail',
      words: ['Corefile:3:15', 'itself'],
    },
    {
      title: 'no answer, and the root block forwards to somebody else: his silence',
      world: {
        settings: given('.:53 {\n    kubernetes cluster.local\n    forward . 10.0.0.53\n}\n'),
        troubles: [labelsToo(SILENT)],
      },
      fault: 'coredns-upstream-dead',
      status: 'fail',
      words: ['10.0.0.53'],
      not: 'coredns-loop',
    },
    {
      title: 'the upstream is asked over TLS, and port 853 is closed',
      world: {
        settings: given(OVER_TLS),
        troubles: [labelsToo('SERVFAIL'), tcpFails('generic_timeout_error', ['198.51.100.53'])],
      },
      fault: 'coredns-dot-upstream-blocked',
      status: 'fail',
      severity: 'critical',
      words: ['198.51.100.53:853', 'tls://198.51.100.53'],
    },
    {
      title: 'the upstream is asked over TLS, and port 853 is open',
      world: { settings: given(OVER_TLS), troubles: [labelsToo('SERVFAIL')] },
      fault: 'coredns-upstream-dead',
      status: 'fail',
      not: 'coredns-dot-upstream-blocked',
    },
    { title: 'all is well', world: {}, fault: null, status: 'pass' },
  ]);

  it('does not judge a nameserver that never answers over UDP', () => {
    const [one] = diagnose('dns-server', { troubles: [dnsFails('udp')] });
    expect(one?.status).toBe('skip');
  });

  it('asks a nameserver in doubt for a name of its own and for the root', () => {
    const probe: Probe = {
      kind: 'dns',
      server: { address: RESOLVER, port: 53 },
      name: `${TENANT}.`,
      type: 'A',
      transport: 'udp',
    };
    expect(dnsServer.plan(viewOf())).toEqual([]);
    expect(dnsServer.plan(viewOf({ observations: [dnsSeen(probe, ['198.51.100.10'])] }))).toEqual([]);
    const asked = (parts: Parameters<typeof viewOf>[0]) =>
      dnsServer.plan(viewOf(parts)).map((one) => 'name' in one && one.name);
    const both = ['kubernetes.default.svc.cluster.local.', '.'];
    expect(asked({ waiting: [{ probe, ms: 500, suspect: true }] })).toEqual(both);
    for (const answer of ['SERVFAIL', 'REFUSED', SILENT] as const)
      expect(asked({ observations: [dnsSeen(probe, answer)] })).toEqual(both);
    expect(asked({ observations: [dnsSeen(probe, 'NXDOMAIN')] })).toEqual([]);
  });

  it('the cluster domain comes from the search list', () => {
    const { rootCauses } = judged({
      facts: { resolvConf: resolvConfWith([RESOLVER], ['npa.svc.corp.internal', 'svc.corp.internal']) },
      troubles: [
        (one) =>
          one.kind === 'dns' && one.name === 'kubernetes.default.svc.corp.internal.'
            ? dnsSeen(one, ['10.96.0.1'])
            : undefined,
        names(() => true, SILENT),
      ],
    });
    expect(rootCauses.map((one) => one.fault)).toEqual(['coredns-upstream-dead']);
  });
});
