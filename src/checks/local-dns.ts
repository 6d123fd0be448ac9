// Does the local-dns sidecar on 127.0.0.1:53 answer, and as the cluster's own DNS does?

import type { Check, Conclusion, View } from '../model/check.ts';
import type { DnsObservation } from '../model/observation.ts';
import type { DnsBurstProbe, Probe } from '../model/probe.ts';
import type { Endpoint, TargetRef } from '../model/target.ts';
import { isLoopback } from '../parse/ip.ts';
import { duration, type Frame, faultsOf, judge, pass, skip, unknown } from './conclude.ts';
import { type LocalDnsEvidence, ROWS } from './local-dns-rows.ts';
import {
  answered,
  clusterDomain,
  clusterName,
  names,
  question,
  reply,
  resolvers,
  sameEndpoint,
  sidecarExpected,
} from './scene.ts';

/** The chart's dnsmasq: --listen-address=127.0.0.1, port 53. */
export const SIDECAR: Endpoint = { address: '127.0.0.1', port: 53 };

/** dnsmasq asks its upstream anew with each repetition; three of them have gone out by then. */
const SILENT_MS = 2_600;

const TARGET: TargetRef = {
  host: SIDECAR.address,
  address: SIDECAR.address,
  port: 53,
  protocol: 'dns',
  role: 'resolver',
};

export const localDns: Check = {
  id: 'local-dns',
  layer: 'dns-path',
  question: 'Does the local-dns sidecar of this pod answer as the cluster does?',
  depth: 'standard',
  faults: faultsOf(ROWS),
  plan: (view) => [...questions(view), ...bursts(view)],
  enough: (view) => questions(view).filter((probe) => (view.waitingMs(probe) ?? 0) >= SILENT_MS),
  diagnose,
};

// Asked only where a sidecar is expected: whoever else listens there is nobody's business.
function questions(view: View): readonly Probe[] {
  const host = names(view)[0];
  if (!sidecarExpected(view) || host === undefined) return [];
  const cluster = question(SIDECAR, clusterName(view), 'A');
  const first = firstUpstream(view);
  const unknown = view.seen(cluster)?.rcode === 'NXDOMAIN';
  return [
    question(SIDECAR, host, 'A'),
    cluster,
    ...(first && unknown ? [question(first, clusterName(view), 'A')] : []),
  ];
}

/** As many as dns-burst allows: a third more than dnsmasq keeps waiting (FTABSIZ, 150). */
const BURST = 200;

// Deep only, below the cluster's own domain: names that no cache has, and that nobody outside the cluster is asked for.
function burst(view: View, server: Endpoint): DnsBurstProbe {
  const name = `svc.${clusterDomain(view)}.`;
  return {
    kind: 'dns-burst',
    server,
    how: 'parallel',
    transport: 'udp',
    count: BURST,
    spacingMs: 0,
    name,
    randomLabels: true,
  };
}

function bursts(view: View): readonly Probe[] {
  const host = names(view)[0];
  if (view.settings.depth !== 'deep' || !sidecarExpected(view) || host === undefined) return [];
  if (view.seen(question(SIDECAR, host, 'A'))?.rcode !== 'NOERROR') return [];
  const first = firstUpstream(view);
  const own = burst(view, SIDECAR);
  // Who refuses: the sidecar, or the one behind it?
  return (view.seen(own)?.refused ?? 0) > 0 && first ? [own, burst(view, first)] : [own];
}

function firstUpstream(view: View): Endpoint | null {
  return resolvers(view).find((one) => !isLoopback(one.address)) ?? null;
}

function diagnose(view: View): Conclusion[] {
  const host = names(view)[0];
  if (!sidecarExpected(view) || host === undefined) return [];
  const others = resolvers(view).filter((one) => !sameEndpoint(one, SIDECAR));
  const first = firstUpstream(view);
  const frame: Frame = {
    check: 'local-dns',
    layer: 'dns-path',
    target: TARGET,
    needs: ['resolver', ...(first ? [`nameserver:${first.address}`, `resolver:${first.address}`] : [])],
    breaksWhat: ['local-dns'],
  };
  const seen = view.seen(question(SIDECAR, host, 'A'));
  if (!seen) return [skip(frame, '127.0.0.1:53 was not asked')];
  // resolv.conf may name the sidecar and nobody else: dns-client judges that.
  if (others.length === 0) return [skip(frame, 'there is no other nameserver to compare with')];
  const refused = seen.rcode === null && seen.failure?.code === 'connection_refused';
  // Declared by configuration means: will be there later. An init container runs before it.
  const later = view.settings.dnsSidecar || view.settings.phase === 'init';
  if (refused && later)
    return [
      unknown(
        { ...frame, breaksWhat: [] },
        'not checkable here: nothing listens on 127.0.0.1:53 before the sidecar has started',
        false,
      ),
    ];
  const compared = others.map((one) => reply(view, one, host, 'A')).filter(answered);
  const evidence: LocalDnsEvidence = {
    host,
    seen,
    refused,
    cluster: view.seen(question(SIDECAR, clusterName(view), 'A')) ?? null,
    first,
    compared: compared.find((one) => one.rcode === 'NOERROR') ?? null,
    firstReply: first ? (reply(view, first, host, 'A') ?? null) : null,
    clusterElsewhere: clusterElsewhere(view, others),
    burst: view.seen(burst(view, SIDECAR)) ?? null,
    burstDirect: first ? (view.seen(burst(view, first)) ?? null) : null,
  };
  const found = judge(ROWS, evidence, frame);
  if (found) return [found];
  if (!answered(seen) || seen.rcode !== 'NOERROR')
    return [skip(frame, '127.0.0.1:53 fails as the nameservers behind it do')];
  return [pass({ ...frame, breaksWhat: [] }, `127.0.0.1:53 answers in ${duration(seen.rttMs ?? 0)}`)];
}

function clusterElsewhere(view: View, others: readonly Endpoint[]): DnsObservation | null {
  const name = clusterName(view);
  return others.map((one) => view.seen(question(one, name, 'A'))).find((one) => one?.rcode === 'NOERROR') ?? null;
}
