// The nameserver answers: can it find out about names that it does not hold itself?

import type { Check, Conclusion, View } from '../model/check.ts';
import type { DnsObservation } from '../model/observation.ts';
import type { Probe } from '../model/probe.ts';
import type { Endpoint, TargetRef } from '../model/target.ts';
import { hostPort } from '../parse/ip.ts';
import { count, duration, type Frame, faultsOf, judge, pass, type Row, skip } from './conclude.ts';
import { refusesThisSource } from './dns-answer.ts';
import { answered, askedAt, clusterName, names, question, resolvers, sameEndpoint, timedOut } from './scene.ts';

interface Evidence {
  readonly server: Endpoint;
  readonly where: string;
  /** The cluster's own name, which needs nobody upstream. */
  readonly cluster: DnsObservation | undefined;
  /** Names that need somebody upstream, the root among them. */
  readonly outside: readonly DnsObservation[];
  readonly host: string;
  /** It refuses whoever asks from here: an answer, and dns-content's to explain. */
  readonly refused: boolean;
}

/** A forwarder that has said nothing for this long, while it answers cluster names at once, has no upstream. */
const SILENT_UPSTREAM_MS = 2_600;

function dead(one: DnsObservation): boolean {
  return timedOut(one) || one.rcode === 'SERVFAIL';
}

const ROWS: readonly Row<Evidence>[] = [
  {
    fault: 'coredns-upstream-dead',
    when: (e) => e.cluster?.rcode === 'NOERROR' && e.outside.length >= 2 && e.outside.every(dead),
    say: (e) => ({
      status: 'fail',
      severity: 'critical',
      summary: `cluster DNS ${e.server.address} answers, but cannot reach its upstream resolver`,
      cause: `${e.cluster?.probe.name} is answered in ${duration(e.cluster?.rttMs ?? 0)}, so the way from this pod to ${e.where} is fine. Every name outside the cluster fails: ${outcomes(e.outside)}.`,
      breaks: 'every name outside the cluster: enrollment and the stitchers.',
      remedy: {
        summary: `Restore the upstream that ${e.server.address} forwards to: its address, and port 53 from the CoreDNS pods to it.`,
        commands: [
          "kubectl -n kube-system get configmap coredns -o jsonpath='{.data.Corefile}' | grep -n forward",
          'kubectl -n kube-system logs -l k8s-app=kube-dns --tail=20',
        ],
        docs: 'https://coredns.io/plugins/forward/',
      },
      evidence: [
        {
          text: `${e.cluster?.probe.name} NOERROR`,
          command: `dig @${e.server.address} ${e.cluster?.probe.name ?? ''}`,
        },
        ...e.outside.slice(0, 2).map((one) => ({
          text: `${one.probe.name} ${timedOut(one) ? 'no answer' : (one.rcode ?? '')}`,
          command: `dig @${e.server.address} ${one.probe.name} ${one.probe.type} +tries=1 +time=6`,
        })),
      ],
    }),
  },
  {
    fault: null,
    when: (e) => e.outside.length >= 2 && e.outside.every((one) => dead(one) || one.rcode === 'REFUSED'),
    say: (e) => ({
      status: 'fail',
      severity: 'critical',
      summary: `the nameserver ${e.where} answers, but resolves no outside name`,
      cause: `Cause not determined: ${outcomes(e.outside)}; ${e.cluster ? `${e.cluster.probe.name} ${e.cluster.rcode ?? 'no answer'}` : 'no cluster name asked'}.`,
      breaks: 'every name outside the cluster: enrollment and the stitchers.',
      remedy: {
        summary: `Look at what ${e.where} forwards to, whether it may answer this pod, and at its log.`,
        commands: [
          `dig @${e.server.address} ${e.host}. +tries=1 +time=6`,
          'kubectl -n kube-system logs -l k8s-app=kube-dns --tail=20',
        ],
      },
      evidence: e.outside.slice(0, 3).map((one) => ({
        text: `${one.probe.name} ${timedOut(one) ? 'no answer' : (one.rcode ?? '')}`,
        command: `dig @${e.server.address} ${one.probe.name} ${one.probe.type} +tries=1 +time=6`,
      })),
    }),
  },
];

function outcomes(observations: readonly DnsObservation[]): string {
  return observations
    .map(
      (one) =>
        `${one.probe.name === '.' ? 'the root' : one.probe.name} ${timedOut(one) ? 'no answer' : (one.rcode ?? 'no answer')}`,
    )
    .join(', ');
}

export const dnsServer: Check = {
  id: 'dns-server',
  layer: 'dns-server',
  question: 'Can the nameserver find names that it does not hold itself?',
  depth: 'quick',
  faults: faultsOf(ROWS),
  plan,
  enough,
  diagnose: (view) => resolvers(view).map((server) => judgeServer(view, server)),
};

// A nameserver in doubt is asked for a name of its own and for the root, which only an upstream knows.
function plan(view: View): Probe[] {
  return resolvers(view).flatMap((server) => {
    const doubtful = names(view).some((host) => {
      const probe = question(server, host, 'A');
      const reply = view.seen(probe);
      return view.suspect(probe) || (reply !== undefined && (dead(reply) || reply.rcode === 'REFUSED'));
    });
    return doubtful ? [question(server, clusterName(view), 'A'), question(server, '.', 'NS')] : [];
  });
}

function enough(view: View): Probe[] {
  return resolvers(view).flatMap((server) => {
    const cluster = view.seen(question(server, clusterName(view), 'A'));
    if (!answered(cluster)) return [];
    const outside = outsideQuestions(view, server);
    if (
      outside.some((probe) => {
        const reply = view.seen(probe);
        return reply !== undefined && !dead(reply);
      })
    )
      return [];
    return outside.filter((probe) => (view.waitingMs(probe) ?? 0) >= SILENT_UPSTREAM_MS);
  });
}

function outsideQuestions(view: View, server: Endpoint) {
  const hosts = names(view).flatMap((host) =>
    (['A', 'AAAA'] as const).flatMap((type) => [question(server, host, type), question(server, host, type, 'tcp')]),
  );
  return [...hosts, question(server, '.', 'NS')];
}

// A nameserver that only knows the cluster stands in for nobody.
function resolvesOutside(view: View, server: Endpoint): boolean {
  return outsideQuestions(view, server).some((probe) => {
    const reply = view.seen(probe);
    return answered(reply) && !dead(reply) && reply.rcode !== 'REFUSED';
  });
}

function judgeServer(view: View, server: Endpoint): Conclusion {
  const target: TargetRef = {
    host: server.address,
    address: server.address,
    port: server.port,
    protocol: 'dns',
    role: 'resolver',
  };
  const others = resolvers(view).some((one) => !sameEndpoint(one, server) && resolvesOutside(view, one));
  const frame: Frame = {
    check: 'dns-server',
    layer: 'dns-server',
    target,
    needs: ['resolver', `resolver:${server.address}`],
    breaksWhat: others ? [] : ['names'],
  };
  const where = hostPort(server.address, server.port);
  const asked = askedAt(view, server);
  if (!asked.some((one) => answered(one) && one.probe.transport === 'udp'))
    return skip(frame, `${where} does not answer`);
  const cluster = view.seen(question(server, clusterName(view), 'A'));
  const outside = outsideQuestions(view, server)
    .filter((probe) => probe.type !== 'AAAA' && probe.transport === 'udp')
    .map((probe) => view.seen(probe))
    .filter((one): one is DnsObservation => one !== undefined);
  const evidence: Evidence = {
    server,
    where,
    cluster,
    outside,
    host: names(view)[0] ?? '.',
    refused: refusesThisSource(view, server),
  };
  if (evidence.refused) return skip({ ...frame, breaksWhat: [] }, `${where} answers REFUSED, whatever it is asked`);
  const found = judge(ROWS, evidence, frame);
  if (found) return others && found.status === 'fail' ? { ...found, status: 'warn', severity: 'medium' } : found;
  return pass(
    { ...frame, breaksWhat: [] },
    `${where} resolves ${count(outside.filter((one) => !dead(one)).length, 'outside name')}`,
  );
}
