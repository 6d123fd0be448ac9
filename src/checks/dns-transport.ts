// Do large answers and TCP get through to each nameserver, and does nobody on the way answer in its place?

import type { Check, Conclusion, View } from '../model/check.ts';
import type { DnsObservation } from '../model/observation.ts';
import type { DnsProbe, Probe, TcpProbe } from '../model/probe.ts';
import type { Endpoint } from '../model/target.ts';
import { hostPort } from '../parse/ip.ts';
import { type Frame, faultsOf, judge, pass } from './conclude.ts';
import { INTERCEPTION, LARGE, TCP, type TransportEvidence } from './dns-transport-rows.ts';
import { answered, askedAt, names, question, resolvers, sameEndpoint, timedOut } from './scene.ts';

/**
 * A name with a large answer is needed, and one that may be asked for anywhere: the root's own keys with their signature (DNSKEY,
 * DO=1). Every recursive resolver can get them, a validating one has them at hand, and nobody else is bothered. They take
 * 0.9 to 1.7 kB, as the root's key rollovers go; where they are small, or unknown, nothing is judged. The root's NS with its
 * signature is smaller, but above 512 bytes always.
 */
const LARGE_BYTES = 4_096;
const USUAL_BYTES = 1_232;
const SMALL_BYTES = 512;

/** Waited for a large answer: its small sister comes within a round trip, and three tries have gone out by then. */
const LARGE_WAIT_MS = 1_000;

/** Between these, three times the slowest round trip: nobody's answer is silence, which must not hold up a healthy run. */
const NOBODY_WAIT_MS = { least: 250, most: 1_000 };

/** A name's UDP answer counts as lost this long after TCP has brought it. */
const SILENT_BESIDE_TCP_MS = 1_200;

export const dnsTransport: Check = {
  id: 'dns-transport',
  layer: 'dns-path',
  question: 'Do large answers and TCP get through to each nameserver, and from nobody else?',
  depth: 'quick',
  faults: faultsOf(TCP, LARGE, INTERCEPTION),
  plan: (view) => [...resolvers(view).flatMap((server) => planServer(view, server)), ...nobodyQuestions(view)],
  enough,
  diagnose: (view) => [...resolvers(view).flatMap((server) => judgeServer(view, server)), ...judgeInterception(view)],
};

function large(server: Endpoint, ednsBytes: number): DnsProbe {
  return { ...question(server, '.', 'DNSKEY'), dnssecOk: true, ednsBytes };
}

function largeByTcp(server: Endpoint): DnsProbe {
  return { ...question(server, '.', 'DNSKEY', 'tcp'), dnssecOk: true, ednsBytes: LARGE_BYTES };
}

function middling(server: Endpoint): DnsProbe {
  return { ...question(server, '.', 'NS'), dnssecOk: true, ednsBytes: USUAL_BYTES };
}

/** The questions that only a failed large one leads to. */
function steps(server: Endpoint): readonly DnsProbe[] {
  return [large(server, SMALL_BYTES), large(server, USUAL_BYTES), middling(server), largeByTcp(server)];
}

function connection(server: Endpoint): TcpProbe {
  return { kind: 'tcp', ...server };
}

function planServer(view: View, server: Endpoint): Probe[] {
  if (!answersUdp(view, server)) return [];
  const probes: Probe[] = [];
  // A name that is silent where others are answered: is its answer too large for the path?
  for (const host of names(view)) {
    const first = question(server, host, 'A');
    if (!view.suspect(first) && !timedOut(view.seen(first))) continue;
    const tcp = question(server, host, 'A', 'tcp');
    probes.push(tcp);
    if ((view.seen(tcp)?.sizeBytes ?? 0) > SMALL_BYTES) probes.push({ ...first, ednsBytes: SMALL_BYTES });
  }
  if (byTcp(view, server).some((probe) => view.suspect(probe) || failed(view.seen(probe))))
    probes.push(connection(server));
  // Without an upstream nobody knows the root's keys: that is another check's matter.
  const resolves = names(view).some((host) => view.seen(question(server, host, 'A'))?.rcode === 'NOERROR');
  if (view.settings.depth === 'quick' || !resolves) return probes;
  const whole = large(server, LARGE_BYTES);
  probes.push(whole);
  if (view.suspect(whole) || timedOut(view.seen(whole))) probes.push(...steps(server));
  return probes;
}

function nobodyQuestions(view: View): DnsProbe[] {
  const host = names(view)[0];
  if (view.settings.depth === 'quick' || host === undefined) return [];
  return (view.settings.controls.nobody ?? []).slice(0, 1).map((server) => question(server, host, 'A'));
}

function enough(view: View): Probe[] {
  const over = (probe: Probe, limitMs: number) => (view.waitingMs(probe) ?? -1) >= limitMs;
  return [
    ...nobodyQuestions(view).filter((probe) => over(probe, nobodyWaitMs(view))),
    ...resolvers(view).flatMap((server) => {
      if (!answersUdp(view, server)) return [];
      const connect = view.seen(connection(server));
      const silentTcp = connect?.failure ? byTcp(view, server).filter((probe) => over(probe, 0)) : [];
      const silentNames = names(view)
        .map((host) => question(server, host, 'A'))
        .filter((probe) => answered(view.seen({ ...probe, transport: 'tcp' })) && over(probe, SILENT_BESIDE_TCP_MS));
      // Asked while nothing had been answered yet.
      const anySource = names(view).map((host): DnsProbe => ({ ...question(server, host, 'A'), anySource: true }));
      const sizes = [large(server, LARGE_BYTES), ...steps(server).filter((one) => one.transport === 'udp')];
      return [
        ...silentTcp,
        ...silentNames,
        ...anySource.filter((probe) => over(probe, 0)),
        ...sizes.filter((probe) => over(probe, LARGE_WAIT_MS)),
      ];
    }),
  ];
}

function nobodyWaitMs(view: View): number {
  const trips = [
    ...view.all('dns').map((one) => one.rttMs ?? 0),
    ...view.all('tcp').map((one) => one.connectMs ?? 0),
    ...view.all('https').map((one) => one.connectMs ?? 0),
  ];
  return Math.min(NOBODY_WAIT_MS.most, Math.max(NOBODY_WAIT_MS.least, 3 * Math.max(0, ...trips)));
}

function answersUdp(view: View, server: Endpoint): boolean {
  return askedAt(view, server).some((one) => answered(one) && one.probe.transport === 'udp');
}

function failed(one: DnsObservation | undefined): boolean {
  return one !== undefined && !answered(one);
}

/** Every question that may have been asked over TCP, with those that are under way. */
function byTcp(view: View, server: Endpoint): readonly DnsProbe[] {
  return [...names(view).map((host) => question(server, host, 'A', 'tcp')), largeByTcp(server)];
}

function judgeServer(view: View, server: Endpoint): Conclusion[] {
  if (!answersUdp(view, server)) return [];
  const evidence = evidenceOf(view, server);
  const frame: Frame = {
    check: 'dns-transport',
    layer: 'dns-path',
    target: { host: server.address, address: server.address, port: server.port, protocol: 'dns', role: 'resolver' },
    needs: ['resolver', `resolver:${server.address}`],
    breaksWhat: [],
  };
  const found = [
    judge(TCP, evidence, { ...frame, breaksWhat: evidence.truncated.map((host) => `name:${host}`) }),
    judge(LARGE, evidence, { ...frame, breaksWhat: evidence.tooLarge.map((host) => `name:${host}`) }),
  ].filter((one) => one !== null);
  if (found.length > 0) return found;
  const tcp = evidence.tcp.find(answered);
  const whole = evidence.whole && answered(evidence.whole) ? evidence.whole.sizeBytes : null;
  if (!tcp && whole === null) return [];
  const parts = [tcp ? 'answers over TCP too' : '', whole ? `an answer of ${whole} bytes comes over UDP` : ''];
  return [pass(frame, `${evidence.where}: ${parts.filter(Boolean).join(', ')}`)];
}

function evidenceOf(view: View, server: Endpoint): TransportEvidence {
  const asked = askedAt(view, server);
  const required = names(view).filter((host) =>
    view.settings.targets.some((target) => target.host === host && target.requirement === 'required'),
  );
  const wholeElsewhere = (host: string) =>
    resolvers(view).some((other) => {
      if (sameEndpoint(other, server)) return false;
      const udp = view.seen(question(other, host, 'A'));
      const reply = udp?.flags.includes('tc') ? view.seen(question(other, host, 'A', 'tcp')) : udp;
      return answered(reply);
    });
  const lacking = required.filter((host) => !wholeElsewhere(host));
  return {
    server,
    where: hostPort(server.address, server.port),
    host: names(view)[0] ?? '.',
    udp: asked.filter((one) => one.probe.transport === 'udp' && answered(one)),
    tcp: asked.filter((one) => one.probe.transport === 'tcp'),
    connect: view.seen(connection(server)) ?? null,
    truncated: lacking.filter((host) => view.seen(question(server, host, 'A'))?.flags.includes('tc')),
    tooLarge: lacking.filter((host) => tooLarge(view, server, host)),
    whole: view.seen(large(server, LARGE_BYTES)) ?? null,
    usual: view.seen(large(server, USUAL_BYTES)) ?? null,
    small: view.seen(large(server, SMALL_BYTES)) ?? null,
    middling: view.seen(middling(server)) ?? null,
    wholeByTcp: view.seen(largeByTcp(server)) ?? null,
    repeated: asked.filter((one) => answered(one) && (one.answeredTry ?? 1) > 1).length,
  };
}

/** Silent over UDP with the usual offer, large over TCP, and answered when little is offered. */
function tooLarge(view: View, server: Endpoint, host: string): boolean {
  const first = question(server, host, 'A');
  if (!timedOut(view.seen(first))) return false;
  const tcp = view.seen({ ...first, transport: 'tcp' });
  const little = view.seen({ ...first, ednsBytes: SMALL_BYTES });
  return answered(little) && answered(tcp) && (tcp.sizeBytes ?? 0) > SMALL_BYTES;
}

function judgeInterception(view: View): Conclusion[] {
  return nobodyQuestions(view).flatMap((probe) => {
    const reply = view.seen(probe);
    if (!answered(reply)) return [];
    const own = resolvers(view)
      .map((server) => view.seen({ ...probe, server }))
      .filter(answered);
    const frame: Frame = {
      check: 'dns-transport',
      layer: 'dns-path',
      target: { host: probe.server.address, address: probe.server.address, port: 53, protocol: 'dns', role: 'control' },
      breaksWhat: [],
    };
    const found = judge(INTERCEPTION, { reply, own }, frame);
    return found ? [found] : [];
  });
}
