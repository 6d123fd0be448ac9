// The nameserver answers: can it find out about names that it does not hold itself?

import type { Check, Conclusion, View } from '../model/check.ts';
import type { DnsObservation } from '../model/observation.ts';
import type { Probe, TcpProbe } from '../model/probe.ts';
import type { Endpoint, TargetRef } from '../model/target.ts';
import { hostPort } from '../parse/ip.ts';
import { count, type Frame, faultsOf, judge, pass, skip } from './conclude.ts';
import { givenCorefile, tlsUpstreams } from './coredns-given.ts';
import { mixedUpstreams } from './coredns-upstreams.ts';
import { answersUnchecked, refusesThisSource } from './dns-answer.ts';
import { ROWS, type ServerEvidence } from './dns-server-rows.ts';
import { dead, outsideQuestions, resolvesOutside } from './outside-names.ts';
import { answered, askedAt, clusterName, names, question, resolvers, sameEndpoint } from './scene.ts';

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

/** A forwarder that has said nothing for this long, while it answers cluster names at once, has no upstream. */
const SILENT_UPSTREAM_MS = 2_600;
const MAX_UPSTREAMS = 4;

// A nameserver in doubt is asked for a name of its own and for the root, which only an upstream knows.
function plan(view: View): Probe[] {
  return resolvers(view).flatMap((server) => {
    const doubtful = names(view).some((host) => {
      const probe = question(server, host, 'A');
      const reply = view.seen(probe);
      return view.suspect(probe) || (reply !== undefined && (dead(reply) || reply.rcode === 'REFUSED'));
    });
    return doubtful ? [question(server, clusterName(view), 'A'), question(server, '.', 'NS'), ...overTls(view)] : [];
  });
}

// The Corefile names upstreams that are asked over TLS: can anybody reach them?
function overTls(view: View): TcpProbe[] {
  return tlsUpstreams(givenCorefile(view))
    .slice(0, MAX_UPSTREAMS)
    .map((upstream) => ({ kind: 'tcp', ...upstream }));
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
  const evidence: ServerEvidence = {
    server,
    where,
    cluster,
    outside,
    host: names(view)[0] ?? '.',
    quickestRefusalMs: quickest(asked.filter((one) => one.rcode === 'REFUSED')),
    given: givenCorefile(view),
    overTls: overTls(view).flatMap((probe) => view.seen(probe) ?? []),
  };
  if (outside.length > 0 && outside.every((one) => one.rcode === 'SERVFAIL') && answersUnchecked(view, server))
    return skip({ ...frame, breaksWhat: [] }, `${where} has an upstream: it answers what is asked without validation`);
  // An answer, and dns-content's to explain.
  if (refusesThisSource(view, server))
    return skip({ ...frame, breaksWhat: [] }, `${where} answers REFUSED, whatever it is asked`);
  if (mixedUpstreams(view).some((one) => sameEndpoint(one.server, server)))
    return skip({ ...frame, breaksWhat: [] }, `${where} finds outside names at times: its upstreams differ`);
  const found = judge(ROWS, evidence, frame);
  if (found) return others && found.status === 'fail' ? { ...found, status: 'warn', severity: 'medium' } : found;
  return pass(
    { ...frame, breaksWhat: [] },
    `${where} resolves ${count(outside.filter((one) => !dead(one)).length, 'outside name')}`,
  );
}

function quickest(some: readonly DnsObservation[]): number | null {
  return some.reduce<number | null>(
    (best, { rttMs }) => (rttMs === null ? best : Math.min(best ?? rttMs, rttMs)),
    null,
  );
}
