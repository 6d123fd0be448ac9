import { describe, expect, it } from 'vitest';
import { dnsServer } from '../../src/checks/dns-server.ts';
import type { Probe } from '../../src/model/probe.ts';
import { dnsSeen, SILENT } from '../support/observed.ts';
import { rows } from '../support/rows.ts';
import { diagnose, judged } from '../support/small-world.ts';
import { dnsFails, missing, names, outside } from '../support/troubles.ts';
import { RESOLVER, resolvConfWith, TENANT, viewOf } from '../support/view.ts';

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
