// Does a question reach each nameserver, and does its answer come back?

import type { Check, Conclusion, View } from '../model/check.ts';
import type { DnsObservation } from '../model/observation.ts';
import type { DnsProbe, Probe } from '../model/probe.ts';
import type { Endpoint, TargetRef } from '../model/target.ts';
import { hostPort, isLoopback } from '../parse/ip.ts';
import { count, duration, type Frame, faultsOf, judge, pass, skip, unknown } from './conclude.ts';
import { controls, stunControls, tcpControls } from './controls.ts';
import { type PathEvidence, ROWS } from './dns-path-rows.ts';
import { takesFirst } from './nameservers.ts';
import { elsewhere } from './nameservers-evidence.ts';
import { NAMESERVER_ROWS } from './nameservers-path-rows.ts';
import {
  answered,
  askedAt,
  clusterName,
  isSidecar,
  names,
  question,
  resolvers,
  sameEndpoint,
  timedOut,
} from './scene.ts';

/** UDP counts as silent this long after TCP has answered the same question; TCP's own time is allowed for several times over. */
const SILENT_BESIDE_TCP_MS = 1_200;

/** With everything silent, waiting longer than this tells nothing more: three tries on three ports have gone out. */
const SILENT_ALTOGETHER_MS = 3_000;

export const dnsPath: Check = {
  id: 'dns-path',
  layer: 'dns-path',
  question: 'Do questions reach each nameserver, and answers come back?',
  depth: 'quick',
  faults: faultsOf(ROWS, NAMESERVER_ROWS),
  plan,
  enough,
  diagnose: (view) => resolvers(view).map((server) => judgeServer(view, server)),
};

function plan(view: View): Probe[] {
  const host = names(view)[0];
  if (host === undefined) return [];
  return resolvers(view).flatMap((server) => {
    const first = question(server, host, 'A');
    const probes: Probe[] = [first];
    const trouble = view.suspect(first) || failedToAnswer(view.seen(first));
    if (view.settings.depth !== 'quick' || trouble) probes.push(question(server, host, 'A', 'tcp'));
    if (!trouble || isLoopback(server.address)) return probes;
    // Small questions that need nobody upstream, and destinations that need no DNS.
    probes.push(question(server, clusterName(view), 'A'), question(server, '.', 'NS'), fromAnywhere(view, server));
    probes.push(...tcpControls(view), ...stunControls(view), { kind: 'neighbours' });
    if (view.facts.apiServer.known) probes.push({ kind: 'tcp', ...view.facts.apiServer.value });
    return probes;
  });
}

/** The same question from an unconnected socket: the answer may come, from an address that nobody asked. */
function fromAnywhere(view: View, server: Endpoint): DnsProbe {
  return { ...question(server, names(view)[0] ?? '.', 'A'), anySource: true };
}

function failedToAnswer(reply: DnsObservation | undefined): boolean {
  return reply !== undefined && !answered(reply);
}

function enough(view: View): Probe[] {
  return resolvers(view).flatMap((server) => {
    const waiting = pendingAt(view, server);
    if (waiting.length === 0 || askedAt(view, server).some((one) => answered(one) && one.probe.transport === 'udp'))
      return [];
    const tcp = askedAt(view, server).find((one) => answered(one) && one.probe.transport === 'tcp');
    const limit = tcp ? Math.max(SILENT_BESIDE_TCP_MS, 5 * tcp.durationMs) : SILENT_ALTOGETHER_MS;
    return waiting.filter((probe) => (view.waitingMs(probe) ?? 0) >= limit);
  });
}

function pendingAt(view: View, server: Endpoint): Probe[] {
  const asked: Probe[] = [
    question(server, clusterName(view), 'A'),
    question(server, '.', 'NS'),
    fromAnywhere(view, server),
  ];
  for (const host of names(view)) {
    asked.push(question(server, host, 'A'), question(server, host, 'AAAA'), question(server, host, 'A', 'tcp'));
  }
  return asked.filter((probe) => view.waitingMs(probe) !== null);
}

function judgeServer(view: View, server: Endpoint): Conclusion {
  const asked = askedAt(view, server);
  const udp = asked.filter((one) => one.probe.transport === 'udp');
  const tcp = asked.filter((one) => one.probe.transport === 'tcp');
  const others = resolvers(view).filter((one) => !sameEndpoint(one, server));
  // The C library asks over UDP: a nameserver that answers only over TCP stands in for nobody.
  const othersAnswer = others.some((one) =>
    askedAt(view, one).some((reply) => answered(reply) && reply.probe.transport === 'udp'),
  );
  const target: TargetRef = {
    host: server.address,
    address: server.address,
    port: server.port,
    protocol: 'dns',
    role: 'resolver',
  };
  const frame: Frame = {
    check: 'dns-path',
    layer: 'dns-path',
    target,
    needs: ['resolver', `nameserver:${server.address}`],
    breaksWhat: othersAnswer ? [`resolver:${server.address}`] : [`resolver:${server.address}`, 'names'],
  };
  const where = hostPort(server.address, server.port);
  if (asked.length === 0) return skip(frame, `${where} was not asked`);
  const replies = udp.filter(answered);
  if (replies.length > 0) {
    const best = Math.min(...replies.map((one) => one.rttMs ?? Number.POSITIVE_INFINITY));
    const lost = replies.filter((one) => one.attempts > 1).length;
    const note = lost > 0 ? `, ${count(lost, 'question')} had to be repeated` : '';
    return pass({ ...frame, breaksWhat: [] }, `${where} answers in ${duration(best)}${note}`);
  }
  if (isSidecar(view, server))
    return unknown({ ...frame, breaksWhat: [] }, `${where} does not answer yet: the DNS sidecar starts later`, false);
  const evidence: PathEvidence = {
    server,
    where,
    host: names(view)[0] ?? '.',
    udp,
    tcp,
    udpSilent: udp.length > 0 && udp.every(timedOut),
    tcpAnswered: tcp.find(answered) ?? null,
    tcpSilent: tcp.length > 0 && tcp.every(timedOut),
    controls: controls(view),
    apiServer: view.facts.apiServer.known ? (view.seen({ kind: 'tcp', ...view.facts.apiServer.value }) ?? null) : null,
    gateway: gateway(view),
    othersAnswer,
    otherSource: otherSource(view, server),
  };
  // What stands behind the address comes first: those rows need proof from elsewhere.
  const behind = { ...evidence, elsewhere: elsewhere(view, server), fallsBack: !takesFirst(view) };
  const found =
    judge(NAMESERVER_ROWS, behind, frame) ?? judge(ROWS, evidence, frame) ?? skip(frame, `${where} was not judged`);
  // Where nothing at all leaves, connections to literal addresses are no finding of their own.
  return found.fault === 'dns-egress-policy-deny'
    ? { ...found, breaksWhat: [...(found.breaksWhat ?? []), 'egress'] }
    : found;
}

function otherSource(view: View, server: Endpoint): PathEvidence['otherSource'] {
  const { source } = view.seen(fromAnywhere(view, server)) ?? {};
  return source && !sameEndpoint(source, server) ? source : null;
}

function gateway(view: View): PathEvidence['gateway'] {
  const route = view.facts.routes.known
    ? view.facts.routes.value.find((one) => one.destination === '0.0.0.0/0')
    : undefined;
  if (!route?.gateway) return null;
  const seen = view.seen({ kind: 'neighbours' })?.neighbours.find((one) => one.address === route.gateway);
  return { address: route.gateway, resolved: seen?.resolved ?? null };
}
