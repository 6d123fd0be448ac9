// Will the tunnel come up: does each stitcher answer a DTLS hello with its whole flight?

import type { Check, Conclusion, View } from '../model/check.ts';
import type { DtlsObservation } from '../model/observation.ts';
import type { DtlsProbe, Probe } from '../model/probe.ts';
import type { Target, TargetRef } from '../model/target.ts';
import { hostPort } from '../parse/ip.ts';
import { duration, type Frame, faultsOf, judge, listed, needed, pass, refOf, skip, unknown } from './conclude.ts';
import { controls, quicControls, stunControls, tcpControls } from './controls.ts';
import { type DtlsEvidence, firstOnly, works } from './dtls-evidence.ts';
import { CERTIFICATE_ROWS, ROWS } from './dtls-rows.ts';
import { addressesOf, resolving, targetsOf } from './scene.ts';

/** Controls of a handshake in doubt are made at this many addresses: the others tell the same. */
const PROBED_FURTHER = 2;

/** A flow that lost its second and third hello is dead; the flight is waited for this long all the same. */
const FIRST_PACKET_ONLY_MS = 2_500;

export const dtls: Check = {
  id: 'dtls',
  layer: 'udp',
  question: 'Does each stitcher answer a DTLS hello with its whole flight?',
  depth: 'quick',
  faults: faultsOf(ROWS, CERTIFICATE_ROWS),
  plan,
  enough,
  diagnose: (view) => roles(view).flatMap((targets) => judgeRole(view, targets)),
};

function probe(target: Target, address: string, variant: DtlsProbe['variant'] = 'full'): DtlsProbe {
  return { kind: 'dtls', host: target.host, address, port: target.port, variant };
}

function probesOf(view: View, target: Target, variant: DtlsProbe['variant'] = 'full'): DtlsProbe[] {
  return addressesOf(view, target.host).map((address) => probe(target, address, variant));
}

function plan(view: View): Probe[] {
  const targets = targetsOf(view, 'dtls');
  const full = targets.flatMap((target) => probesOf(view, target));
  const probes: Probe[] = [...full];
  const doubtful = targets
    .flatMap((target) => probesOf(view, target))
    .filter((one) => view.suspect(one) || failed(view.seen(one)));
  if (doubtful.length === 0) return probes;
  probes.push(...stunControls(view), ...quicControls(view));
  for (const one of halfWay(view, doubtful)) {
    const tuple = { ...one, variant: 'sameTuple' as const };
    probes.push(tuple);
    // A small answer to a cookie shows that the flow lives, and that size is the trouble.
    if (view.seen(tuple)?.answered.some(Boolean)) probes.push({ ...one, variant: 'smallAlert' });
  }
  // Nothing but silence: does TCP to the same addresses, and to anybody else, get through?
  for (const one of doubtful) probes.push({ kind: 'tcp', address: one.address, port: one.port });
  if (doubtful.length === targets.flatMap((target) => probesOf(view, target)).length) probes.push(...tcpControls(view));
  return probes;
}

// Handshakes that began and stopped; before any has ended, the first that are late, which may be such.
function halfWay(view: View, doubtful: readonly DtlsProbe[]): readonly DtlsProbe[] {
  const ended = doubtful.filter((one) => view.seen(one) !== undefined);
  const half = ended.filter((one) => view.seen(one)?.helloVerify || view.seen(one)?.outcome === 'flight-incomplete');
  return (ended.length === 0 ? doubtful : half).slice(0, PROBED_FURTHER);
}

function failed(seen: DtlsObservation | undefined): boolean {
  return seen !== undefined && !works(seen);
}

function enough(view: View): Probe[] {
  const full = targetsOf(view, 'dtls').flatMap((target) => probesOf(view, target));
  const dropped = full.some((one) => {
    const tuple = view.seen({ ...one, variant: 'sameTuple' });
    return tuple !== undefined && firstOnly(tuple);
  });
  return dropped ? full.filter((one) => (view.waitingMs(one) ?? 0) >= FIRST_PACKET_ONLY_MS) : [];
}

function roles(view: View): Target[][] {
  const byRole = new Map<string, Target[]>();
  for (const target of targetsOf(view, 'dtls')) byRole.set(target.role, [...(byRole.get(target.role) ?? []), target]);
  return [...byRole.values()];
}

function judgeRole(view: View, targets: Target[]): Conclusion[] {
  const first = targets[0];
  if (!first) return [];
  const hosts = [...new Set(targets.map((one) => one.host))];
  const required = targets.some((one) => one.requirement === 'required');
  const frame: Frame = {
    check: 'dtls',
    layer: 'udp',
    target: { ...refOf(first), host: first.host },
    needs: ['resolver', 'names', ...hosts.map((host) => `name:${host}`)],
    breaksWhat: ['tunnel'],
  };
  const asked = targets.flatMap((target) => probesOf(view, target));
  const seen = asked.map((one) => view.seen(one)).filter((one): one is DtlsObservation => one !== undefined);
  if (seen.length === 0) {
    const unfinished = asked.length > 0 || hosts.some((host) => resolving(view, host));
    return [
      unfinished
        ? unknown(frame, `${listed(hosts)}: not finished`, required)
        : skip(frame, `${listed(hosts)}: no address to ask`),
    ];
  }
  const working = seen.filter(works);
  const wanted = needed(first.addressPolicy, asked.length);
  const enoughWork = working.length >= wanted;
  // What was not finished could still tip the scales.
  if (!enoughWork && working.length + asked.length - seen.length >= wanted) {
    return [
      unknown(frame, `${listed(hosts)}: not finished`, required),
      ...working.map((one) => passing(one, first, frame)),
    ];
  }
  const evidence = gather(view, targets, seen, working, required && !enoughWork);
  const conclusions: Conclusion[] = [];
  if (evidence.dead.length > 0) conclusions.push(...judgeDead(evidence, frame));
  const certificate = judge(CERTIFICATE_ROWS, evidence, { ...frame, target: null, breaksWhat: [] });
  if (certificate) conclusions.push(certificate);
  conclusions.push(...working.map((one) => passing(one, first, frame)));
  return conclusions;
}

// The cause once, for all addresses that it explains, and each of them with what was seen there.
function judgeDead(evidence: DtlsEvidence, frame: Frame): Conclusion[] {
  const dead = evidence.dead;
  const hosts = new Set(dead.map((one) => one.probe.host));
  const ipv6 = dead.every((one) => one.probe.address.includes(':')) ? [...hosts].map((host) => `ipv6:${host}`) : [];
  const needs = [...(frame.needs ?? []), ...egress(evidence), ...ipv6];
  const target = hosts.size === 1 ? addressTarget(dead[0], evidence.targets[0], dead.length > 1) : null;
  const cause = judge(ROWS, evidence, { ...frame, target, needs });
  if (!cause) return [];
  if (dead.length === 1) return [cause];
  const each = dead.map(
    (one): Conclusion => ({
      check: 'dtls',
      layer: 'udp',
      target: addressTarget(one, evidence.targets[0], false),
      status: cause.status,
      severity: cause.severity,
      summary: one.outcome.replaceAll('-', ' '),
      evidence: [],
      needs,
      causedBy: cause.fault ?? cause.check,
    }),
  );
  return [cause, ...each];
}

function addressTarget(
  one: DtlsObservation | undefined,
  target: Target | undefined,
  hostOnly: boolean,
): TargetRef | null {
  if (!one || !target) return null;
  const { host, address, port } = one.probe;
  return { host, ...(hostOnly ? {} : { address }), port, protocol: target.protocol, role: target.role };
}

// Silence on UDP is explained by egress only where TCP to the very same addresses is silent as well.
function egress(e: DtlsEvidence): string[] {
  const sameAddresses = e.tcp.filter((one) => e.dead.some((dead) => dead.probe.address === one.probe.address));
  return e.controls.stun.answered.length === 0 &&
    e.controls.quic.answered.length === 0 &&
    sameAddresses.every((one) => one.failure !== null)
    ? ['egress']
    : [];
}

function gather(
  view: View,
  targets: Target[],
  seen: DtlsObservation[],
  working: DtlsObservation[],
  blocks: boolean,
): DtlsEvidence {
  const dead = seen.filter((one) => !works(one));
  return {
    targets,
    seen,
    working,
    dead,
    late: seen.filter((one) => one.outcome === 'late'),
    blocks,
    controls: controls(view),
    tcp: seen.flatMap((one) => view.seen({ kind: 'tcp', address: one.probe.address, port: one.probe.port }) ?? []),
    tuples: dead.flatMap((one) => view.seen({ ...one.probe, variant: 'sameTuple' }) ?? []),
    smallAlerts: dead.flatMap((one) => view.seen({ ...one.probe, variant: 'smallAlert' }) ?? []),
    caGiven: view.settings.expectCa.length > 0,
  };
}

function passing(one: DtlsObservation, target: Target, frame: Frame): Conclusion {
  const proven = one.keyProven === true && one.certificate?.trusted === true && one.certificate.nameMatches;
  const what =
    one.outcome === 'refused-by-alert'
      ? `answers, refuses by alert ${one.alert?.description ?? ''}`
      : one.outcome === 'dtls13-only'
        ? 'answers, speaks DTLS 1.3 only'
        : proven
          ? 'identity proven'
          : one.keyProven
            ? 'key possession proven, issuer not known here'
            : 'answers, identity not proven';
  const { host, address, port } = one.probe;
  return pass(
    { ...frame, target: addressTarget(one, target, false), breaksWhat: [] },
    `${what}, ${duration(one.durationMs)}`,
    [
      {
        text: `${one.version ?? 'DTLS'}${one.suite ? ` ${one.suite}` : ''}, largest datagram ${one.received.largestBytes} bytes`,
        command: `openssl s_client -dtls1_2 -connect ${hostPort(address, port)} -servername ${host} </dev/null`,
      },
    ],
  );
}
