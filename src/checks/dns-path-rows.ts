// The table of dns-path: what it means when a nameserver does not answer over UDP.

import type { DnsObservation, TcpObservation } from '../model/observation.ts';
import type { Endpoint } from '../model/target.ts';
import { hostPort } from '../parse/ip.ts';
import { count, duration, type Row } from './conclude.ts';
import { type Controls, describe } from './controls.ts';

export interface PathEvidence {
  readonly server: Endpoint;
  readonly where: string;
  /** The name that was asked for, without trailing dot. */
  readonly host: string;
  readonly udp: readonly DnsObservation[];
  readonly tcp: readonly DnsObservation[];
  readonly udpSilent: boolean;
  readonly tcpAnswered: DnsObservation | null;
  readonly tcpSilent: boolean;
  readonly controls: Controls;
  readonly apiServer: TcpObservation | null;
  /** The default gateway, and whether its hardware address is known (null: not looked up). */
  readonly gateway: { readonly address: string; readonly resolved: boolean | null } | null;
  readonly othersAnswer: boolean;
  /** Who answered instead of the server that was asked. */
  readonly otherSource: Endpoint | null;
}

const BREAKS = 'every lookup of the tenant and of the stitchers: the Publisher cannot enroll and finds no gateway.';

function datagrams(e: PathEvidence): string {
  const sent = e.udp.reduce((sum, one) => sum + one.attempts, 0);
  return `${count(sent, 'datagram')} to ${e.where} over UDP, none answered, no ICMP`;
}

function dig(e: PathEvidence, ...more: string[]): string {
  return [
    'dig',
    `@${e.server.address}`,
    ...(e.server.port === 53 ? [] : ['-p', String(e.server.port)]),
    `${e.host}.`,
    ...more,
  ].join(' ');
}

export const ROWS: readonly Row<PathEvidence>[] = [
  {
    fault: 'dns-local-eperm',
    when: (e) => e.udp.some((one) => one.failure?.code === 'operation_not_permitted'),
    say: (e) => ({
      status: e.othersAnswer ? 'warn' : 'fail',
      severity: e.othersAnswer ? 'medium' : 'critical',
      summary: `a packet filter inside this pod's own network forbids sending to ${e.where} over UDP`,
      cause:
        'send() itself answers "operation not permitted": the block is in this network namespace or in an eBPF program of this node, not further on.',
      breaks: BREAKS,
      remedy: {
        summary: `Remove the rule that drops UDP ${e.server.port} in the pod's own OUTPUT chain, or the node agent's policy that does the same.`,
        commands: ['nft list ruleset', 'iptables-save | grep -i output'],
      },
      evidence: [{ text: 'send: EPERM at once', command: dig(e, '+tries=1') }],
    }),
  },
  {
    fault: 'dns-reply-wrong-source',
    when: (e) => e.otherSource !== null,
    say: (e) => {
      const source = e.otherSource ? hostPort(e.otherSource.address, e.otherSource.port) : '';
      return {
        status: e.othersAnswer ? 'warn' : 'fail',
        severity: e.othersAnswer ? 'medium' : 'critical',
        summary: `questions to ${e.where} are answered from ${source}, and clients drop such answers`,
        cause: `An unconnected socket gets the answer with the right id from ${source}; connected sockets, as every resolver library has them, heard nothing in ${count(
          e.udp.reduce((sum, one) => sum + one.attempts, 0),
          'datagram',
        )}. The way there is translated from ${e.server.address} to a DNS pod, and the way back bypasses the translation: mostly bridged traffic on a node without br_netfilter.`,
        breaks: BREAKS,
        remedy: {
          summary: `Let replies from ${e.otherSource?.address ?? 'the DNS pod'} pass the node's translation back to ${e.server.address}: load br_netfilter and set net.bridge.bridge-nf-call-iptables=1 on the nodes.`,
          commands: [
            'modprobe br_netfilter && sysctl -w net.bridge.bridge-nf-call-iptables=1',
            'kubectl -n kube-system get endpointslices -l k8s-app=kube-dns -o wide',
          ],
          docs: 'https://kubernetes.io/docs/setup/production-environment/container-runtimes/',
        },
        evidence: [
          {
            text: `reply from unexpected source ${source}, expected ${e.where}`,
            command: dig(e, '+tries=1', '+time=2'),
          },
          { text: `UDP with a connected socket: ${failureOf(e.udp)}` },
          { text: `TCP: ${failureOf(e.tcp)}`, command: dig(e, '+tcp', '+tries=1', '+time=2') },
        ],
      };
    },
  },
  {
    fault: 'dns-udp-blocked',
    when: (e) => e.udpSilent && e.tcpAnswered !== null,
    say: (e) => ({
      status: e.othersAnswer ? 'warn' : 'fail',
      severity: e.othersAnswer ? 'medium' : 'critical',
      summary: `UDP ${e.server.port} to the nameserver ${e.server.address} is dropped, TCP ${e.server.port} works`,
      cause: `${datagrams(e)}, while the same question over TCP was answered in ${duration(e.tcpAnswered?.durationMs ?? 0)}. A rule lets TCP ${e.server.port} through and forgets UDP; in a NetworkPolicy the protocol is TCP when none is written.`,
      breaks: BREAKS,
      remedy: {
        summary: `Allow UDP ${e.server.port} to ${e.server.address} from this pod, beside TCP ${e.server.port}, in the NetworkPolicy or firewall.`,
        commands: ['kubectl get networkpolicy -n "$NAMESPACE" -o yaml | grep -B2 -A6 "port: 53"'],
        docs: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/',
      },
      evidence: [
        { text: 'UDP: no answer', command: dig(e, '+notcp', '+tries=1', '+time=2') },
        { text: `TCP: ${e.tcpAnswered?.rcode ?? ''}`, command: dig(e, '+tcp') },
      ],
    }),
  },
  {
    fault: 'dns-egress-policy-deny',
    when: (e) =>
      e.udpSilent &&
      e.tcpSilent &&
      e.controls.tcp.silent &&
      !(e.controls.stun.answered.length > 0) &&
      e.gateway?.resolved !== false &&
      e.apiServer?.failure !== null &&
      !e.othersAnswer,
    say: (e) => ({
      status: 'fail',
      severity: 'critical',
      summary: 'all egress from this pod is dropped; DNS is only the first to notice',
      cause: `${datagrams(e)}; TCP ${e.server.port} is silent too, and so are addresses that need no DNS: ${describe([...e.controls.tcp.ended, ...e.controls.stun.ended], 'answers')}.${e.gateway?.resolved ? ` The gateway ${e.gateway.address} is there on the link.` : ''} That is what a default-deny egress policy looks like.`,
      breaks: 'everything: DNS, enrollment and the tunnel.',
      remedy: {
        summary: `Add egress rules for this pod: UDP and TCP 53 to ${e.server.address}, TCP 443 and UDP 443 to the Netskope ranges.`,
        commands: ['kubectl get networkpolicy -A', 'kubectl describe networkpolicy -n "$NAMESPACE"'],
        docs: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-egress-traffic',
      },
      evidence: [
        { text: 'UDP 53: no answer', command: dig(e, '+tries=1', '+time=2') },
        { text: 'TCP 53: no answer', command: dig(e, '+tcp', '+tries=1', '+time=2') },
        ...e.controls.tcp.ended.slice(0, 2).map((one) => ({
          text: `TCP ${one.probe.port} to ${one.probe.address}: no answer`,
          command: `nc -vz -w 3 ${one.probe.address} ${one.probe.port}`,
        })),
      ],
    }),
  },
  {
    fault: null,
    when: () => true,
    say: (e) => ({
      status: e.othersAnswer ? 'warn' : 'fail',
      severity: e.othersAnswer ? 'medium' : 'critical',
      summary: `the nameserver ${e.where} does not answer`,
      cause: `Cause not determined: UDP ${failureOf(e.udp)}, TCP ${failureOf(e.tcp)}.${e.controls.tcp.ended.length > 0 ? ` Elsewhere: ${describe(e.controls.tcp.ended, 'connects')}.` : ''}${e.gateway?.resolved === false ? ` The gateway ${e.gateway.address} does not answer on the link.` : ''}`,
      ...(e.othersAnswer ? {} : { breaks: BREAKS }),
      remedy: {
        summary: `Find out why ${e.where} is silent: is it the cluster's DNS Service address, has it endpoints, and may this pod reach it?`,
        commands: [
          'kubectl -n kube-system get service,endpointslices -l k8s-app=kube-dns',
          'kubectl get networkpolicy -A',
        ],
      },
      evidence: [
        { text: `UDP: ${failureOf(e.udp)}`, command: dig(e, '+tries=1', '+time=2') },
        { text: `TCP: ${failureOf(e.tcp)}`, command: dig(e, '+tcp', '+tries=1', '+time=2') },
      ],
    }),
  },
];

function failureOf(observations: readonly DnsObservation[]): string {
  const codes = [...new Set(observations.map((one) => one.failure?.code ?? 'answered'))];
  return codes.length === 0 ? 'not asked' : codes.join(', ').replaceAll('generic_timeout_error', 'no answer');
}
