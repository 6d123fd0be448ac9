// Rows for dns-path: a nameserver that is dead because of what stands behind its address, while the way to it is fine.

import type { Row } from './conclude.ts';
import { duration } from './conclude.ts';
import type { PathEvidence } from './dns-path-rows.ts';
import { type Elsewhere, isNodeCache } from './nameservers-evidence.ts';

export interface NameserverPathEvidence extends PathEvidence {
  readonly elsewhere: Elsewhere;
  /** The sidecar that takes the first nameserver only is not in this pod: it has others to fall back to. */
  readonly fallsBack: boolean;
}

type E = NameserverPathEvidence;

function refused(e: E): boolean {
  // ICMP is limited in rate: where one question was refused, silence about the others says nothing else (RFC 1812 4.3.2.8).
  return dead(e) && [e.udp, e.tcp].every((way) => way.some((one) => one.failure?.code === 'connection_refused'));
}

function dead(e: E): boolean {
  return (
    e.udp.length > 0 &&
    [...e.udp, ...e.tcp].every((one) => one.rcode === null && one.failure?.code !== 'operation_not_permitted')
  );
}

function how(e: E): string {
  if (refused(e)) return 'refuses UDP and TCP 53 at once';
  return 'answers neither by UDP nor by TCP';
}

function outcome(e: E, transport: 'udp' | 'tcp'): string {
  const code = e[transport].find((one) => one.failure !== null)?.failure?.code ?? 'not asked';
  return code === 'generic_timeout_error' ? 'no answer' : code;
}

function evidence(e: E) {
  const dig = `dig @${e.server.address} ${e.host}. +tries=1 +time=2`;
  return [
    { text: `UDP ${e.where}: ${outcome(e, 'udp')}`, command: dig },
    { text: `TCP ${e.where}: ${outcome(e, 'tcp')}`, command: `${dig} +tcp` },
  ];
}

export const NAMESERVER_ROWS: readonly Row<NameserverPathEvidence>[] = [
  {
    fault: 'dns-nodelocal-down',
    when: (e) => isNodeCache(e.server.address) && dead(e) && (e.elsewhere.clusterDns !== null || e.othersAnswer),
    say: (e) => {
      const alive = e.elsewhere.clusterDns;
      const soft = e.othersAnswer && e.fallsBack;
      return {
        status: soft ? 'warn' : 'fail',
        severity: soft ? 'medium' : 'critical',
        summary: `the DNS cache of this node, ${e.server.address}, does not answer`,
        cause: `${e.where} is the address of a cache on the node itself (NodeLocal DNSCache, or LocalDNS on AKS), and it ${how(e)}. ${alive ? `The cluster's DNS Service ${alive.probe.server.address} answers ${alive.probe.name} in ${duration(alive.rttMs ?? 0)}, so the cluster's DNS itself is healthy.` : 'Another nameserver of resolv.conf answers.'}`,
        breaks: 'every lookup of every pod on this node that uses the cache; other nodes may be fine.',
        remedy: {
          summary: `Restart node-local-dns on this node, and see whether its pod runs and ${e.server.address} is still bound there; under Cilium check the local redirect policy, under Calico its NOTRACK rules.`,
          commands: [
            'kubectl -n kube-system get pods -l k8s-app=node-local-dns -o wide',
            'kubectl -n kube-system logs -l k8s-app=node-local-dns --tail=20',
            `ip addr show nodelocaldns; ss -lun 'src ${e.server.address}'`,
          ],
          docs: 'https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/',
        },
        evidence: [
          ...evidence(e),
          ...(alive
            ? [
                {
                  text: `${alive.probe.server.address}: ${alive.probe.name} ${alive.rcode ?? ''}`,
                  command: `dig @${alive.probe.server.address} ${alive.probe.name}`,
                },
              ]
            : []),
        ],
      };
    },
  },
  {
    fault: 'dns-no-endpoints',
    when: (e) =>
      e.elsewhere.serviceAddress &&
      refused(e) &&
      e.elsewhere.clusterDns === null &&
      (e.elsewhere.apiServer === null ? e.controls.tcp.answered.length > 0 : e.elsewhere.apiServer.failure === null),
    say: (e) => {
      const api = e.elsewhere.apiServer;
      return {
        status: e.othersAnswer ? 'warn' : 'fail',
        severity: e.othersAnswer ? 'medium' : 'critical',
        summary: `the cluster DNS Service ${e.server.address} has nobody behind it`,
        cause: `${e.where} ${how(e)}: that is the node's own answer for a Service without a ready endpoint.${api?.failure === null ? ` Another Service address, the API server's ${api.probe.address}:${api.probe.port}, connects, so the Service network works.` : ''}`,
        breaks: 'every lookup in this cluster: enrollment and the stitchers among them.',
        remedy: {
          summary: `Get the CoreDNS pods behind ${e.server.address} running again: look for a crash loop, pods that cannot be scheduled, or a selector that matches nothing.`,
          commands: [
            'kubectl -n kube-system get pods,endpointslices -l k8s-app=kube-dns',
            'kubectl -n kube-system describe pods -l k8s-app=kube-dns',
            'kubectl -n kube-system logs -l k8s-app=kube-dns --previous --tail=20',
          ],
          docs: 'https://kubernetes.io/docs/tasks/administer-cluster/dns-debugging-resolution/',
        },
        evidence: [
          ...evidence(e),
          ...(api?.failure === null
            ? [
                {
                  text: `TCP ${api.probe.address}:${api.probe.port} connects`,
                  command: `nc -vz -w 3 ${api.probe.address} ${api.probe.port}`,
                },
              ]
            : []),
        ],
      };
    },
  },
];
