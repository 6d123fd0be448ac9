// The table of nameservers: the list in resolv.conf is wrong, or wrong for this pod.

import type { ResolvConf } from '../model/fact.ts';
import type { DnsObservation } from '../model/observation.ts';
import type { Endpoint } from '../model/target.ts';
import { addressList, isLoopback } from '../parse/ip.ts';
import { serverTimeoutMs } from '../parse/libc-search.ts';
import { count, duration, type Row } from './conclude.ts';
import type { Elsewhere } from './nameservers-evidence.ts';

export interface NameserversEvidence {
  readonly conf: ResolvConf;
  readonly host: string;
  /** Those that libc reads. */
  readonly servers: readonly Endpoint[];
  readonly dead: readonly Endpoint[];
  readonly alive: readonly Endpoint[];
  readonly deadReplies: readonly DnsObservation[];
  readonly aliveReply: DnsObservation | null;
  /** Lines beyond the third. */
  readonly ignored: readonly Endpoint[];
  readonly elsewhere: Elsewhere;
  /** The dead ones that lie in the Service range. */
  readonly serviceAddresses: readonly Endpoint[];
  /** The first is a cache on the node: dns-path has a row for that. */
  readonly nodeCache: boolean;
  readonly mode: string | null;
  readonly sidecarTakesFirst: boolean;
  /** The pod is on the node's network, and its nameserver does not know the cluster. */
  readonly clusterMissing: DnsObservation | null;
  readonly interfaces: readonly string[];
}

type E = NameserversEvidence;

function list(servers: readonly Endpoint[]): string {
  return addressList(servers.map((one) => one.address));
}

function dig(e: E, address: string, ...more: string[]): string {
  return ['dig', `@${address}`, `${e.host}.`, '+tries=1', '+time=2', ...more].join(' ');
}

function saidBy(e: E, server: Endpoint): string {
  const codes = e.deadReplies
    .filter((one) => one.probe.server.address === server.address)
    .map((one) => `${one.probe.transport.toUpperCase()} ${one.failure?.code ?? 'no answer'}`);
  return [...new Set(codes)].join(', ').replaceAll('generic_timeout_error', 'no answer');
}

function deadEvidence(e: E) {
  return e.dead
    .slice(0, 3)
    .flatMap((server) => [{ text: `${server.address}: ${saidBy(e, server)}`, command: dig(e, server.address) }]);
}

const CONF = { text: 'the nameserver lines, in order', command: 'grep nameserver /etc/resolv.conf' };
const KUBELET = [
  "kubectl -n kube-system get service kube-dns -o jsonpath='{.spec.clusterIP}'",
  'grep -n -A2 clusterDNS /var/lib/kubelet/config.yaml',
];
const DOCS = 'https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/';

export const ROWS: readonly Row<NameserversEvidence>[] = [
  {
    fault: 'dnsc-nameserver-limit',
    when: (e) => e.alive.length === 0 && e.dead.length > 0 && e.elsewhere.ignored.length > 0,
    say: (e) => {
      const working = e.elsewhere.ignored.map((one) => one.probe.server.address);
      return {
        status: 'fail',
        severity: 'critical',
        summary: `libc reads only ${list(e.servers)}, which are dead; ${addressList(working)} would answer and is never asked`,
        cause: `${e.conf.path} has ${e.servers.length + e.ignored.length} nameservers. Both C libraries read the first three and no more: ${e.dead.map((one) => `${one.address} ${saidBy(e, one)}`).join('; ')}. ${addressList(working)}, further down, answers.`,
        breaks: 'every lookup in this pod.',
        remedy: {
          summary: `Cut the list to three nameservers and put ${working[0]} first, in the node's resolv.conf or in the pod's dnsConfig, whichever brought it.`,
          commands: [
            'grep nameserver /etc/resolv.conf',
            'kubectl get pod "$POD" -o jsonpath=\'{.spec.dnsPolicy} {.spec.dnsConfig}\'',
            'kubectl get events -A --field-selector reason=DNSConfigForming',
          ],
          docs: DOCS,
        },
        evidence: [CONF, ...deadEvidence(e), { text: `${working[0]} answers`, command: dig(e, working[0] ?? '') }],
      };
    },
  },
  {
    fault: 'dnsc-first-nameserver-dead',
    when: (e) =>
      e.servers.length > 1 && e.dead.some((one) => one === e.servers[0]) && e.alive.length > 0 && !e.nodeCache,
    say: (e) => {
      const [first] = e.servers;
      const address = first?.address ?? '';
      // The sidecar passes over loopback addresses, so a dead one there costs it nothing.
      const fatal = e.sidecarTakesFirst && !isLoopback(address);
      const pause = serverTimeoutMs(e.conf, 0, e.servers.length);
      const silent = saidBy(e, first ?? { address: '', port: 53 }).includes('no answer');
      return {
        status: fatal ? 'fail' : 'warn',
        severity: fatal ? 'high' : 'medium',
        summary: `the first nameserver ${address} is dead; ${list(e.alive)} answers`,
        cause: `${address}: ${saidBy(e, first ?? { address: '', port: 53 })}; ${list(e.alive)} answers the same question in ${duration(e.aliveReply?.rttMs ?? 0)}. ${silent ? `glibc waits ${duration(pause)} for the first before it asks the next, in each lookup anew; musl asks all at once.` : 'libc goes on to the next at once.'}${fatal ? " The Publisher's local-dns sidecar knows the first nameserver only, and has nothing to fall back to." : ''}`,
        breaks: fatal
          ? 'every lookup through 127.0.0.1 in pod mode, and the time of all others.'
          : 'the time of every lookup; none fails.',
        remedy: {
          summary: `Repair ${address}, or put ${e.alive[0]?.address ?? 'a live nameserver'} first: kubelet clusterDNS, or the node's resolv.conf (kubelet resolvConf), whichever brought the line.`,
          commands: KUBELET,
          docs: DOCS,
        },
        evidence: [
          CONF,
          { text: `${address}: ${saidBy(e, first ?? { address: '', port: 53 })}`, command: dig(e, address) },
          { text: `${e.alive[0]?.address}: ${e.aliveReply?.rcode ?? ''}`, command: dig(e, e.alive[0]?.address ?? '') },
        ],
      };
    },
  },
  {
    fault: 'dnsc-stale-cluster-ip',
    when: (e) =>
      e.alive.length === 0 && e.serviceAddresses.length > 0 && !e.nodeCache && e.elsewhere.clusterDns !== null,
    say: (e) => {
      const alive = e.elsewhere.clusterDns;
      const right = alive?.probe.server.address ?? '';
      const wrong = e.serviceAddresses[0]?.address ?? '';
      return {
        status: 'fail',
        severity: 'critical',
        summary: `the nameserver ${wrong} is not the cluster's DNS Service: that is ${right}`,
        cause: `${e.serviceAddresses.map((one) => `${one.address}: ${saidBy(e, one)}`).join('; ')}. ${right} answers ${alive?.probe.name} in ${duration(alive?.rttMs ?? 0)}${alive?.answers[0] ? ` with ${alive.answers[0].data}` : ''}, so Services are reachable and the cluster's DNS is alive at another address: the Service was made anew, or the kubelet hands out an old clusterDNS.`,
        breaks: 'every lookup in this pod, and in every pod that was started with the same address.',
        remedy: {
          summary: `Set the kubelet's clusterDNS to ${right} (or recreate the DNS Service with ${wrong}), then restart the pods: a running pod keeps its resolv.conf.`,
          commands: KUBELET,
          docs: DOCS,
        },
        evidence: [
          CONF,
          ...deadEvidence(e),
          {
            text: `${right}: ${alive?.probe.name} ${alive?.rcode ?? ''}`,
            command: `dig @${right} ${alive?.probe.name}`,
          },
        ],
      };
    },
  },
  {
    fault: 'dnsc-hostnetwork-clusterfirst',
    when: (e) => e.clusterMissing !== null,
    say: (e) => {
      const alive = e.elsewhere.clusterDns;
      const name = e.clusterMissing?.probe.name ?? '';
      const server = e.clusterMissing?.probe.server.address ?? '';
      return {
        status: 'warn',
        severity: 'medium',
        summary: `this pod is on the node's network and uses the node's nameserver ${server}, which does not know the cluster`,
        cause: `${name} is NXDOMAIN at ${server}, and the search list has no cluster suffix${e.conf.search.length > 0 ? ` (${e.conf.search.join(' ')})` : ''}. ${alive ? `The cluster's DNS Service ${alive.probe.server.address} answers that name. ` : ''}For a pod with hostNetwork dnsPolicy ClusterFirst means Default: the node's own resolv.conf.`,
        breaks: 'names of Services, and private zones that only CoreDNS forwards; public names resolve.',
        remedy: {
          summary:
            'Set dnsPolicy: ClusterFirstWithHostNet in the pod template (the chart does so by itself since 1.2 when networking.mode is host).',
          commands: ['kubectl get pod "$POD" -o jsonpath=\'{.spec.hostNetwork} {.spec.dnsPolicy}\''],
          docs: 'https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy',
        },
        evidence: [
          { text: `${name} NXDOMAIN at ${server}`, command: `dig @${server} ${name}` },
          ...(alive
            ? [
                {
                  text: `${name} ${alive.rcode ?? ''} at ${alive.probe.server.address}`,
                  command: `dig @${alive.probe.server.address} ${name}`,
                },
              ]
            : []),
          {
            text: `${count(e.interfaces.length, 'interface')}: ${e.interfaces.slice(0, 8).join(', ')}`,
            command: 'ip -brief address',
          },
          { text: `search ${e.conf.search.join(' ')}`, command: 'cat /etc/resolv.conf' },
        ],
      };
    },
  },
];
