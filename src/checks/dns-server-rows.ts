// What a nameserver without its upstream looks like: it answers for the cluster, and for nothing else.

import type { DnsObservation, TcpObservation } from '../model/observation.ts';
import type { Endpoint } from '../model/target.ts';
import { hostPort } from '../parse/ip.ts';
import { duration, listed, type Row, type Saying } from './conclude.ts';
import { failureIn, type Given, placeIn, rootTargets } from './coredns-given.ts';
import { GUIDES } from './corefile/distributions.ts';
import { dead } from './outside-names.ts';
import { timedOut } from './scene.ts';

export interface ServerEvidence {
  readonly server: Endpoint;
  readonly where: string;
  /** The cluster's own name, which needs nobody upstream. */
  readonly cluster: DnsObservation | undefined;
  /** Names that need somebody upstream, the root among them. */
  readonly outside: readonly DnsObservation[];
  readonly host: string;
  /** Of all refusals, those of names that nobody has too: how long the quickest took. null: none. */
  readonly quickestRefusalMs: number | null;
  readonly given: Given | null;
  /** The upstreams that the Corefile asks over TLS, tried from here. */
  readonly overTls: readonly TcpObservation[];
}

/** What CoreDNS says by itself costs no round trip to anybody: as quick as the cluster's name, give or take a busy machine. */
const OWN_ANSWER_MS = 5;

const clusterAnswers = (e: ServerEvidence) => e.cluster?.rcode === 'NOERROR';
const nothingOutside = (e: ServerEvidence) =>
  e.outside.length >= 2 && e.outside.every((one) => dead(one) || one.rcode === 'REFUSED');

/** Refused at once and without "recursion available": nobody upstream was asked (RFC 1035 section 4.1.1). */
function refusedByItself(e: ServerEvidence): boolean {
  return (
    e.quickestRefusalMs !== null &&
    e.outside.every((one) => one.rcode === 'REFUSED' && !one.flags.includes('ra')) &&
    e.quickestRefusalMs <= (e.cluster?.rttMs ?? 0) + OWN_ANSWER_MS
  );
}

const WORST = {
  status: 'fail',
  severity: 'critical',
  breaks: 'every name outside the cluster: enrollment and the stitchers.',
} as const;
const GUIDE = GUIDES.kubeadm;
const SHOW = "kubectl -n kube-system get configmap coredns -o jsonpath='{.data.Corefile}' | grep -n forward";

export const ROWS: readonly Row<ServerEvidence>[] = [
  {
    fault: 'coredns-loop',
    when: (e) => clusterAnswers(e) && nothingOutside(e) && failureIn(e.given, 'coredns-loop') !== null,
    say: (e) => ({
      ...WORST,
      summary: `cluster DNS ${e.server.address} forwards questions to itself`,
      cause: `${told(e)} ${fromFile(e, 'coredns-loop')} Each question outside of the cluster goes in a circle until it times out or too many are under way.`,
      remedy: {
        summary: `Write the address of a real resolver into the forward line of the root block, or give the nodes a resolv.conf without a loopback address (kubelet --resolv-conf=/run/systemd/resolve/resolv.conf); leave the loop plugin in.`,
        commands: [SHOW, ...GUIDE.backup, ...GUIDE.rollout, GUIDE.logs, digOutside(e)],
        docs: 'https://coredns.io/plugins/loop/',
      },
      evidence: evidenceOf(e, 'coredns-loop'),
    }),
  },
  {
    fault: 'coredns-no-forward',
    when: (e) =>
      clusterAnswers(e) &&
      nothingOutside(e) &&
      (failureIn(e.given, 'coredns-no-forward') !== null || refusedByItself(e)),
    say: (e) => ({
      ...WORST,
      summary: `cluster DNS ${e.server.address} forwards nothing: it answers for the cluster only`,
      cause:
        `${told(e)} They fail as fast as the cluster answers (${duration(e.quickestRefusalMs ?? Math.min(...e.outside.map((one) => one.durationMs)))}), so nobody upstream is asked. ${fromFile(e, 'coredns-no-forward')}`.trim(),
      remedy: {
        summary: `Add forward . /etc/resolv.conf (or the addresses of your resolvers) to the root block .:53 in ${GUIDE.place}.`,
        commands: [SHOW, ...GUIDE.backup, ...GUIDE.rollout, GUIDE.logs, digOutside(e)],
        docs: 'https://coredns.io/plugins/forward/',
      },
      evidence: evidenceOf(e, 'coredns-no-forward'),
    }),
  },
  {
    fault: 'coredns-dot-upstream-blocked',
    when: (e) =>
      clusterAnswers(e) &&
      e.outside.length >= 2 &&
      e.outside.every(dead) &&
      e.overTls.length > 0 &&
      e.overTls.every((one) => one.failure !== null),
    say: (e) => {
      const servers = e.overTls.map((one) => hostPort(one.probe.address, one.probe.port));
      return {
        ...WORST,
        summary: `cluster DNS ${e.server.address} forwards over TLS, and ${listed(servers)} cannot be reached`,
        cause: `${told(e)} The Corefile forwards to ${rootTargets(e.given).join(' ')}; from here TCP to ${e.overTls.map((one) => `${hostPort(one.probe.address, one.probe.port)} ${timedOut(one) ? `gets no answer in ${duration(one.durationMs)}` : `ends with ${one.failure?.code ?? ''}`}`).join(', ')}.`,
        remedy: {
          summary: `Open TCP ${[...new Set(e.overTls.map((one) => one.probe.port))].join(' and ')} from the CoreDNS pods and nodes to ${listed([...new Set(e.overTls.map((one) => one.probe.address))])}, or forward plainly over port 53 inside your own network.`,
          commands: [
            ...e.overTls.slice(0, 2).map((one) => `nc -zv -w 3 ${one.probe.address} ${one.probe.port}`),
            SHOW,
            GUIDE.logs,
          ],
          docs: 'https://coredns.io/plugins/forward/',
        },
        evidence: [
          ...evidenceOf(e, 'coredns-dot-upstream-blocked'),
          ...e.overTls.slice(0, 2).map((one) => ({
            text: `TCP ${hostPort(one.probe.address, one.probe.port)} ${timedOut(one) ? 'no answer' : (one.failure?.code ?? '')}`,
            command: `nc -zv -w 3 ${one.probe.address} ${one.probe.port}`,
          })),
        ],
      };
    },
  },
  {
    fault: 'coredns-upstream-dead',
    when: (e) => clusterAnswers(e) && e.outside.length >= 2 && e.outside.every(dead),
    say: (e) => {
      const to = rootTargets(e.given);
      const named = to.length > 0 ? `, ${to.join(' ')}` : '';
      return {
        ...WORST,
        summary: `cluster DNS ${e.server.address} answers, but cannot reach its upstream resolver${named}`,
        cause: told(e),
        remedy: {
          summary: `Restore the upstream that ${e.server.address} forwards to${named}: its address, and port 53 from the CoreDNS pods to it.`,
          commands: [SHOW, GUIDE.logs],
          docs: 'https://coredns.io/plugins/forward/',
        },
        evidence: evidenceOf(e, null),
      };
    },
  },
  {
    fault: null,
    when: nothingOutside,
    say: (e) => ({
      ...WORST,
      summary: `the nameserver ${e.where} answers, but resolves no outside name`,
      cause: `Cause not determined: ${outcomes(e.outside)}; ${e.cluster ? `${e.cluster.probe.name} ${e.cluster.rcode ?? 'no answer'}` : 'no cluster name asked'}.`,
      remedy: {
        summary: `Look at what ${e.where} forwards to, whether it may answer this pod, and at its log.`,
        commands: [digOutside(e), GUIDE.logs],
      },
      evidence: e.outside.slice(0, 3).map(shown),
    }),
  },
];

function told(e: ServerEvidence): string {
  return `${e.cluster?.probe.name} is answered in ${duration(e.cluster?.rttMs ?? 0)}, so the way from this pod to ${e.where} is fine. Every name outside the cluster fails: ${outcomes(e.outside)}.`;
}

function fromFile({ given }: ServerEvidence, fault: string): string {
  const found = failureIn(given, fault);
  return given && found ? `${placeIn(given, found)}: ${found.summary}.` : '';
}

function digOutside(e: ServerEvidence): string {
  return `dig @${e.server.address} ${e.host === '.' ? '. NS' : `${e.host}.`} +tries=1 +time=6`;
}

const shown = (one: DnsObservation) => ({
  text: `${one.probe.name} ${timedOut(one) ? 'no answer' : (one.rcode ?? '')}`,
  command: `dig @${one.probe.server.address} ${one.probe.name} ${one.probe.type} +tries=1 +time=6`,
});

function evidenceOf(e: ServerEvidence, fault: string | null): Saying['evidence'] {
  const file = fault === null ? '' : fromFile(e, fault);
  return [
    {
      text: `${e.cluster?.probe.name} NOERROR`,
      command: `dig @${e.server.address} ${e.cluster?.probe.name ?? ''}`,
    },
    ...e.outside.slice(0, 2).map(shown),
    ...(file === '' ? [] : [{ text: file }]),
  ];
}

function outcomes(observations: readonly DnsObservation[]): string {
  return observations
    .map(
      (one) =>
        `${one.probe.name === '.' ? 'the root' : one.probe.name} ${timedOut(one) ? 'no answer' : (one.rcode ?? 'no answer')}`,
    )
    .join(', ');
}
