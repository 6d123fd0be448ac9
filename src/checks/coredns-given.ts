// The Corefile that this run was given, read and judged once: what it says about the root, and about each declared zone.

import type { View } from '../model/check.ts';
import type { PrivateZone } from '../model/settings.ts';
import type { Endpoint } from '../model/target.ts';
import { parseCorefile } from '../parse/corefile.ts';
import { absolute } from '../parse/corefile-keys.ts';
import type { Corefile } from '../parse/corefile-types.ts';
import { hostPort } from '../parse/ip.ts';
import { lintCorefile } from './corefile/lint.ts';
import type { DeclaredZone, LintFinding } from './corefile/lint-finding.ts';
import { forwardFor, forwardsOf, portOf, rootsOf, servedBy } from './corefile/reading.ts';
import { stubFindings } from './corefile/stub.ts';
import { resolvers } from './scene.ts';

export interface Given {
  readonly name: string;
  readonly corefile: Corefile;
  /** Where pods' questions come in. */
  readonly port: number;
  readonly findings: readonly LintFinding[];
}

/** Faults by which a zone's block has no effect, the most telling first. */
const STUB_FAULTS = ['coredns-stub-misplaced', 'coredns-stub-wrong-suffix', 'coredns-stub-missing'];

// Plans are asked again after every observation; the text does not change.
const known = new WeakMap<View['settings'], Given>();

export function givenCorefile(view: View): Given | null {
  const { settings } = view;
  if (!settings.corefile) return null;
  const before = known.get(settings);
  if (before) return before;
  const corefile = parseCorefile(settings.corefile.text);
  const zones = (settings.privateZones ?? []).map(declaredZone);
  const own = [
    ...(settings.clusterDns ? [settings.clusterDns] : []),
    ...[...resolvers(view), ...(settings.dnsEndpoints ?? [])].map(({ address }) => address),
  ];
  const findings = lintCorefile(corefile, { zones, ownAddresses: own });
  const given = { name: settings.corefile.name, corefile, port: portOf(corefile), findings };
  known.set(settings, given);
  return given;
}

export function declaredZone({ zone, forwarders }: PrivateZone): DeclaredZone {
  return { zone: absolute(zone.toLowerCase()), forwarders: forwarders.map(serverText) };
}

/** As a Corefile has it: the port only where it is not 53. */
export function serverText({ address, port }: Endpoint): string {
  return port === 53 ? address : hostPort(address, port);
}

/** `Corefile:24:1`. */
export function placeIn(given: Given, { file, line, column }: LintFinding): string {
  return `${file || given.name}:${line}:${column}`;
}

/** The failure of this kind, if there is one. */
export function failureIn(given: Given | null, fault: string): LintFinding | null {
  return given?.findings.find((one) => one.status === 'fail' && one.fault === fault) ?? null;
}

/** Why this zone's block has no effect; null when nothing in the file says so. */
export function stubFailure(given: Given, zone: PrivateZone): LintFinding | null {
  const declared = declaredZone(zone);
  // A file that CoreDNS refuses has no effect for any zone; what is missing in it concerns one zone only.
  const own = stubFindings(given.corefile, declared);
  const candidates = given.findings.filter(
    (one) =>
      one.fault !== 'coredns-stub-missing' ||
      own.some(({ line, column, fault }) => fault === one.fault && line === one.line && column === one.column),
  );
  for (const fault of STUB_FAULTS) {
    const found = candidates.find((one) => one.status === 'fail' && one.fault === fault);
    if (found) return found;
  }
  return null;
}

/** Where the file sends the questions of a zone that it serves, when that is nobody who was declared. */
export function forwardedTo(given: Given, zone: PrivateZone): readonly string[] {
  const { zone: name } = declaredZone(zone);
  const served = servedBy(given.corefile, name, given.port);
  const forward = served ? forwardFor(served.block, name) : null;
  return forward?.targets.map(({ token }) => token.text) ?? [];
}

/** Everything that the root block forwards to, as it is written. */
export function rootTargets(given: Given | null): readonly string[] {
  return upstreamsOf(given).map(({ token }) => token.text);
}

/** The upstreams of the root block that are asked over TLS. */
export function tlsUpstreams(given: Given | null): readonly Endpoint[] {
  return upstreamsOf(given).flatMap(({ upstream }) =>
    upstream.kind === 'address' && upstream.transport === 'tls'
      ? [{ address: upstream.address, port: upstream.port ?? 853 }]
      : [],
  );
}

function upstreamsOf(given: Given | null) {
  if (!given) return [];
  return rootsOf(given.corefile).flatMap(({ block }) =>
    forwardsOf(block).flatMap(({ from, targets }) => (from === '.' ? targets : [])),
  );
}
