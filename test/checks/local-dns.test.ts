import { describe, expect, it } from 'vitest';
import { localDns } from '../../src/checks/local-dns.ts';
import type { Facts } from '../../src/model/fact.ts';
import type { Failure } from '../../src/model/failure.ts';
import { dnsSeen, failed, SILENT } from '../support/observed.ts';
import { rows } from '../support/rows.ts';
import { diagnose, judged, type Trouble } from '../support/small-world.ts';
import { dnsFails } from '../support/troubles.ts';
import { RESOLVER, resolvConfWith, viewOf } from '../support/view.ts';

const REFUSED = failed('connection_refused', 'receive', 'recvmsg ECONNREFUSED');
const POD: Partial<Facts> = { networkingMode: { known: true, value: 'pod' } };
const sidecar = (failure: Failure): Trouble => dnsFails('both', failure, '127.0.0.1');
const answers = (
  rcode: 'SERVFAIL' | 'REFUSED' | 'NXDOMAIN',
  picks: (name: string) => boolean = () => true,
): Trouble => {
  return (probe) =>
    probe.kind === 'dns' && probe.server.address === '127.0.0.1' && picks(probe.name)
      ? dnsSeen(probe, rcode)
      : undefined;
};

describe('local-dns', () => {
  rows('local-dns', [
    {
      title: 'nothing listens, and the containers run',
      world: { facts: POD, troubles: [sidecar(REFUSED)] },
      fault: 'dns-localdns-down',
      status: 'fail',
      severity: 'critical',
      words: ['127.0.0.1:53', 'connection refused', RESOLVER, 'kubectl logs "$POD" -c local-dns'],
    },
    {
      title: 'somebody listens and is silent: its upstream is dead',
      world: { facts: POD, troubles: [sidecar(SILENT)] },
      fault: 'dns-localdns-down',
      status: 'fail',
      words: ['no answer', `cannot reach ${RESOLVER}`],
    },
    {
      title: 'silence is no matter of the phase: somebody listens',
      world: { facts: POD, settings: { phase: 'init' }, troubles: [sidecar(SILENT)] },
      fault: 'dns-localdns-down',
      status: 'fail',
    },
    {
      title: 'it answers SERVFAIL while the cluster answers',
      world: { facts: POD, troubles: [answers('SERVFAIL')] },
      fault: 'dns-localdns-down',
      status: 'fail',
      words: ['SERVFAIL'],
    },
    {
      title: 'trap 10: an init container runs before it',
      world: { facts: POD, settings: { phase: 'init' }, troubles: [sidecar(REFUSED)] },
      fault: null,
      status: 'error',
      not: 'dns-localdns-down',
      words: ['not checkable here'],
    },
    {
      title: 'declared for later',
      world: { settings: { dnsSidecar: true }, troubles: [sidecar(REFUSED)] },
      fault: null,
      status: 'error',
      not: 'dns-localdns-down',
    },
    {
      title: 'it answers for the tenant, and does not know the cluster',
      world: { facts: POD, troubles: [answers('NXDOMAIN', (name) => name.startsWith('kubernetes.'))] },
      fault: null,
      status: 'warn',
      words: ['kubernetes.default.svc.cluster.local.', RESOLVER],
    },
    {
      title: 'it answers as the cluster does',
      world: { facts: POD },
      fault: null,
      status: 'pass',
      words: ['127.0.0.1:53'],
    },
  ]);

  it.each(['host', 'lwip'])('trap 10: is not asked in %s mode', (value) => {
    const facts: Partial<Facts> = { networkingMode: { known: true, value } };
    expect(localDns.plan(viewOf({ facts }))).toEqual([]);
    expect(diagnose('local-dns', { facts, troubles: [sidecar(REFUSED)] })).toEqual([]);
  });

  it('trap 10: is not asked in a Job that says nothing about a mode', () => expect(diagnose('local-dns')).toEqual([]));

  it('a refusal that cannot be judged does not make the run inconclusive', () => {
    const { verdict, rootCauses } = judged({ facts: POD, settings: { phase: 'init' }, troubles: [sidecar(REFUSED)] });
    expect([verdict, rootCauses]).toEqual(['Ready', []]);
  });

  it('a dead first nameserver is why it is silent', () => {
    const { rootCauses, findings } = judged({
      facts: { ...POD, resolvConf: resolvConfWith(['10.0.0.91', RESOLVER]) },
      troubles: [sidecar(SILENT), dnsFails('both', SILENT, '10.0.0.91')],
    });
    expect(rootCauses.map((one) => one.fault)).toEqual(['dnsc-first-nameserver-dead']);
    expect(findings.find((one) => one.fault === 'dns-localdns-down')?.causedBy).toBe('dnsc-first-nameserver-dead');
  });

  it('fails along with the nameservers behind it, and is no finding of its own', () => {
    const { findings } = judged({ facts: POD, troubles: [dnsFails('both')] });
    expect(findings.find((one) => one.check === 'local-dns')?.status).toBe('skip');
  });
});
