// Is every question answered, whatever the pace, the company and the source port?
//
// Ordinary questions show the symptom: a first datagram was lost, or the C library's lookup takes seconds. Only then, or in a
// deep run, are questions asked in patterns that tell the causes apart.

import type { Check, Conclusion, View } from '../model/check.ts';
import type { DnsObservation } from '../model/observation.ts';
import type { BurstWay, DnsBurstProbe, LookupProbe, Probe } from '../model/probe.ts';
import type { Endpoint } from '../model/target.ts';
import { hostPort } from '../parse/ip.ts';
import { count, type Frame, faultsOf, judge, pass } from './conclude.ts';
import { type LossEvidence, ROWS } from './dns-loss-rows.ts';
import { answered, askedAt, clusterDomain, clusterName, names, question, resolvers } from './scene.ts';

/** musl asks again after 2.5 s, glibc after 5 s: a lookup that takes this long has lost a datagram, or waits for a slow server. */
const SLOW_LOOKUP_MS = 2_300;
const FAST_ANSWER_MS = 500;

/** One after another, below seven a second: no rate limit in use is that low. */
const SERIAL = { count: 20, spacingMs: 150 };
/** Sixteen datagrams each way of asking: with what else is asked, below sixty to one server. Deep runs take more. */
const PAIRS = { standard: 16, deep: 40, spacingMs: 60 };
const PARALLEL = 50;

/**
 * The source port that is used again in every run: only then does an entry of an earlier run show. Below the ephemeral range
 * (32768-60999), so that no other client of this pod holds it; one more for each further nameserver.
 */
const FIXED_PORT = 27_053;

export const dnsLoss: Check = {
  id: 'dns-loss',
  layer: 'dns-path',
  question: 'Is every question answered, whatever the pace and the source port?',
  depth: 'quick',
  faults: faultsOf(ROWS),
  plan: (view) => resolvers(view).flatMap((server, index) => planServer(view, server, index)),
  diagnose: (view) => resolvers(view).flatMap((server, index) => judgeServer(view, server, index)),
};

type Part = Pick<DnsBurstProbe, 'count' | 'spacingMs'> & Partial<Pick<DnsBurstProbe, 'localPort' | 'transport'>>;

function burst(view: View, server: Endpoint, how: BurstWay, part: Part): DnsBurstProbe {
  // Names of the cluster cost nobody upstream; elsewhere a name is asked that everybody has at hand.
  const cluster = view.seen(question(server, clusterName(view), 'A'))?.rcode === 'NOERROR';
  const name = cluster ? `svc.${clusterDomain(view)}.` : `${names(view)[0] ?? ''}.`;
  return { kind: 'dns-burst', server, how, transport: 'udp', name, randomLabels: cluster, ...part };
}

function inCluster(view: View): boolean {
  return view.settings.clusterDomain !== null || (view.facts.identity.known && view.facts.identity.value.inPod);
}

interface Bursts {
  readonly serial: DnsBurstProbe;
  readonly oneSocket: DnsBurstProbe;
  readonly twoSockets: DnsBurstProbe;
  readonly parallel: DnsBurstProbe;
  readonly parallelTcp: DnsBurstProbe;
  readonly fixed: DnsBurstProbe;
  readonly fixedAgain: DnsBurstProbe;
}

function bursts(view: View, server: Endpoint, index: number): Bursts {
  const pairs = { count: PAIRS[view.settings.depth === 'deep' ? 'deep' : 'standard'], spacingMs: PAIRS.spacingMs };
  const localPort = FIXED_PORT + index;
  return {
    serial: burst(view, server, 'serial', SERIAL),
    oneSocket: burst(view, server, 'pairs-one-socket', pairs),
    twoSockets: burst(view, server, 'pairs-two-sockets', pairs),
    parallel: burst(view, server, 'parallel', { count: PARALLEL, spacingMs: 0 }),
    parallelTcp: burst(view, server, 'parallel', { count: SERIAL.count, spacingMs: 0, transport: 'tcp' }),
    fixed: burst(view, server, 'fixed-port', { count: 3, spacingMs: 40, localPort }),
    // Slow enough to be told from a rate limit.
    fixedAgain: burst(view, server, 'fixed-port', { count: 4, spacingMs: 300, localPort }),
  };
}

function planServer(view: View, server: Endpoint, index: number): Probe[] {
  if (view.settings.depth === 'quick' || !answersUdp(view, server)) return [];
  const cluster = question(server, clusterName(view), 'A');
  // The bursts' names depend on it.
  if (inCluster(view) && view.seen(cluster) === undefined) return [cluster];
  const all = bursts(view, server, index);
  const deep = view.settings.depth === 'deep';
  const probes: Probe[] = [all.fixed];
  const fixed = view.seen(all.fixed);
  if (fixed && fixed.sent > 0 && fixed.lost === fixed.sent) probes.push(all.fixedAgain);
  const lossy = repeated(view, server).length > 0;
  if (lossy || deep) probes.push(all.serial);
  // One pattern after the other: together they would be one burst.
  if ((index === 0 && !lossy && slowLookups(view).length > 0) || (deep && view.seen(all.serial))) {
    probes.push(all.twoSockets);
    if (view.seen(all.twoSockets)) probes.push(all.oneSocket);
  }
  if (deep && view.seen(all.oneSocket)) probes.push(all.parallel);
  const parallel = view.seen(all.parallel);
  if (parallel && parallel.lost > 0) probes.push(all.parallelTcp);
  return probes;
}

function answersUdp(view: View, server: Endpoint): boolean {
  return ordinary(view, server).some(answered);
}

/** Small questions over UDP. */
function ordinary(view: View, server: Endpoint): readonly DnsObservation[] {
  return askedAt(view, server).filter((one) => one.probe.transport === 'udp' && (one.probe.ednsBytes ?? 0) <= 1_232);
}

/** Answered, but not at the first try. An answer that was merely slow came to the first one; a failure comes when upstreams give up. */
function repeated(view: View, server: Endpoint): readonly DnsObservation[] {
  return ordinary(view, server).filter(
    (one) => answered(one) && one.rcode !== 'SERVFAIL' && (one.answeredTry ?? 1) > 1,
  );
}

/** Names for which the C library needs seconds, while every single question is answered fast: no suffix, no type is slow. */
function slowLookups(view: View): readonly string[] {
  const server = resolvers(view)[0];
  if (!server) return [];
  return names(view).filter((host) => {
    const probe: LookupProbe = { kind: 'lookup', host };
    const tookMs = view.seen(probe)?.durationMs ?? view.waitingMs(probe) ?? 0;
    return (
      tookMs >= SLOW_LOOKUP_MS &&
      ordinary(view, server).every((one) => answered(one) && one.durationMs <= FAST_ANSWER_MS)
    );
  });
}

function judgeServer(view: View, server: Endpoint, index: number): Conclusion[] {
  if (!answersUdp(view, server)) return [];
  const all = bursts(view, server, index);
  const asked = ordinary(view, server);
  const evidence: LossEvidence = {
    server,
    where: hostPort(server.address, server.port),
    host: names(view)[0] ?? '.',
    asked,
    repeated: repeated(view, server),
    slowLookups: index === 0 ? slowLookups(view) : [],
    serial: view.seen(all.serial) ?? null,
    oneSocket: view.seen(all.oneSocket) ?? null,
    twoSockets: view.seen(all.twoSockets) ?? null,
    parallel: view.seen(all.parallel) ?? null,
    parallelTcp: view.seen(all.parallelTcp) ?? null,
    fixed: view.seen(all.fixed) ?? null,
    fixedAgain: view.seen(all.fixedAgain) ?? null,
  };
  const frame: Frame = {
    check: 'dns-loss',
    layer: 'dns-path',
    target: { host: server.address, address: server.address, port: server.port, protocol: 'dns', role: 'resolver' },
    needs: ['resolver', `resolver:${server.address}`],
    breaksWhat: [`resolver:${server.address}`],
  };
  const found = judge(ROWS, evidence, frame);
  if (found) return [found];
  const patterns = [
    evidence.serial,
    evidence.twoSockets,
    evidence.oneSocket,
    evidence.parallel,
    evidence.fixed,
    evidence.fixedAgain,
  ].filter((one) => one !== null);
  const sent = patterns.reduce((sum, one) => sum + one.sent, 0);
  const lost = patterns.reduce((sum, one) => sum + one.lost, 0);
  if (sent === lost) return [];
  const note =
    evidence.repeated.length > 0 ? `; ${count(evidence.repeated.length, 'question')} had to be repeated` : '';
  return [pass({ ...frame, breaksWhat: [] }, `${evidence.where} answers ${sent - lost} of ${sent} questions${note}`)];
}
