// The table of local-dns: what a silent, refusing or half-informed sidecar means.

import type { DnsBurstObservation, DnsObservation } from '../model/observation.ts';
import type { Endpoint } from '../model/target.ts';
import { duration, type Row } from './conclude.ts';

export interface LocalDnsEvidence {
  readonly host: string;
  /** The tenant's name at 127.0.0.1:53. */
  readonly seen: DnsObservation;
  readonly refused: boolean;
  /** The cluster's own name at 127.0.0.1:53. */
  readonly cluster: DnsObservation | null;
  /** The first nameserver that is no loopback: the only one that the sidecar forwards to. */
  readonly first: Endpoint | null;
  readonly firstReply: DnsObservation | null;
  /** A good answer to the same question from a nameserver of resolv.conf. */
  readonly compared: DnsObservation | null;
  readonly clusterElsewhere: DnsObservation | null;
  /** Many questions at once, deep runs only: to the sidecar, and to the nameserver behind it. */
  readonly burst: DnsBurstObservation | null;
  readonly burstDirect: DnsBurstObservation | null;
}

const LOGS = 'kubectl logs "$POD" -c local-dns --tail=20';
const CHART = 'https://github.com/johnneerdael/kubernetes-netskope-publisher';

/** Where the names of the burst were: the cluster's own zone, so that nobody outside is asked. */
function below(e: LocalDnsEvidence): string {
  return e.burst?.probe.name ?? 'svc.cluster.local.';
}

function ending(e: LocalDnsEvidence): string {
  if (e.refused) return 'nothing listens there (connection refused)';
  if (e.seen.rcode !== null) return `${e.seen.rcode} after ${duration(e.seen.durationMs)}`;
  return `no answer in ${duration(e.seen.durationMs)}`;
}

export const ROWS: readonly Row<LocalDnsEvidence>[] = [
  {
    fault: 'dns-localdns-down',
    when: (e) =>
      e.compared !== null && (e.seen.rcode === null || e.seen.rcode === 'SERVFAIL' || e.seen.rcode === 'REFUSED'),
    say: (e) => {
      const server = e.compared?.probe.server.address ?? '';
      const upstream = e.first?.address ?? 'its upstream';
      return {
        status: 'fail',
        severity: 'critical',
        summary: e.refused
          ? 'the local-dns sidecar is not running: nothing listens on 127.0.0.1:53'
          : `the local-dns sidecar on 127.0.0.1:53 does not answer: it cannot reach ${upstream}`,
        cause: `${e.host} at 127.0.0.1:53: ${ending(e)}, while ${server} answers it in ${duration(e.compared?.rttMs ?? 0)}. In pod mode the Publisher resolves through 127.0.0.1 only${e.refused ? '' : `; somebody listens there, so it is what it forwards to (${upstream}, the first nameserver that is no loopback, and no other) that fails`}.`,
        breaks: 'every lookup of the Publisher itself.',
        remedy: {
          summary: e.refused
            ? 'Read why the local-dns container stopped, and give it what it lacks (NET_BIND_SERVICE for port 53, a free 127.0.0.1:53).'
            : `Make ${upstream} answer the sidecar, or put a nameserver that does first in resolv.conf, and restart the pod.`,
          commands: [
            LOGS,
            'kubectl get pod "$POD" -o jsonpath=\'{range .status.containerStatuses[*]}{.name} {.state}{"\\n"}{end}\'',
          ],
          docs: CHART,
        },
        evidence: [
          { text: `127.0.0.1:53: ${ending(e)}`, command: `dig @127.0.0.1 ${e.host}. +tries=1 +time=3` },
          { text: `${server}: ${e.compared?.rcode ?? ''}`, command: `dig @${server} ${e.host}. +tries=1 +time=3` },
        ],
      };
    },
  },
  {
    fault: 'dns-localdns-concurrency',
    when: (e) => (e.burst?.refused ?? 0) > 0 && (e.burstDirect?.refused ?? 0) === 0,
    say: (e) => {
      const burst = e.burst;
      const waiting = burst ? burst.sent - burst.refused : 0;
      return {
        status: 'warn',
        severity: 'medium',
        summary: `the local-dns sidecar refuses questions beyond about ${waiting} at once`,
        cause: `Of ${burst?.sent ?? 0} different names asked at once at 127.0.0.1:53, ${burst?.refused ?? 0} were REFUSED; one at a time it answers, and ${e.first?.address ?? 'the nameserver'} itself refused ${e.burstDirect ? `none of ${e.burstDirect.sent}` : 'nothing'}. dnsmasq keeps 150 questions waiting for its upstream and refuses what comes beyond (--dns-forward-max). An upstream that is slow lets them pile up.`,
        breaks: 'lookups of private applications while many are made at the same time.',
        remedy: {
          summary: `Start the sidecar with --dns-forward-max=1000, and find out why ${e.first?.address ?? 'its upstream'} answers so slowly that ${waiting} questions wait.`,
          commands: [
            LOGS,
            `for i in $(seq 200); do dig @127.0.0.1 +tries=1 +time=5 "n$i.${below(e)}" & done | grep -c REFUSED`,
          ],
          docs: 'https://thekelleys.org.uk/dnsmasq/docs/dnsmasq-man.html',
        },
        evidence: [
          {
            text: `127.0.0.1:53: ${burst?.refused ?? 0} of ${burst?.sent ?? 0} REFUSED`,
            command: `for i in $(seq 200); do dig @127.0.0.1 +tries=1 +time=5 "n$i.${below(e)}" & done | grep -c REFUSED`,
          },
          { text: `one at a time: ${e.seen.rcode ?? ''}`, command: `dig @127.0.0.1 ${e.host}. +tries=1 +time=3` },
        ],
      };
    },
  },
  {
    fault: null,
    when: (e) => e.cluster?.rcode === 'NXDOMAIN' && e.clusterElsewhere !== null,
    say: (e) => ({
      status: 'warn',
      severity: 'medium',
      summary: "the local-dns sidecar answers, but does not know the cluster's names",
      cause: `Cause not determined: ${e.cluster?.probe.name ?? ''} is NXDOMAIN at 127.0.0.1:53 and known to ${e.clusterElsewhere?.probe.server.address ?? ''}. It forwards to somebody else than the nameservers of this pod.`,
      breaks: 'names of Services and private zones, for the Publisher.',
      remedy: {
        summary:
          'Look at which upstream the sidecar was started with (--server), and restart the pod so that it reads resolv.conf anew.',
        commands: [LOGS, 'kubectl exec "$POD" -c local-dns -- cat /proc/1/cmdline | tr "\\0" " "'],
        docs: CHART,
      },
      evidence: [
        { text: `127.0.0.1:53: ${e.cluster?.rcode ?? ''}`, command: `dig @127.0.0.1 ${e.cluster?.probe.name ?? ''}` },
        {
          text: `${e.clusterElsewhere?.probe.server.address ?? ''}: ${e.clusterElsewhere?.rcode ?? ''}`,
          command: `dig @${e.clusterElsewhere?.probe.server.address ?? ''} ${e.cluster?.probe.name ?? ''}`,
        },
      ],
    }),
  },
];
