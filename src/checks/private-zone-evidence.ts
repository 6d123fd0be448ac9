// How a declared private zone fares on each way to it: through the pod's nameservers, at each CoreDNS pod, at its own servers.

import type { View } from '../model/check.ts';
import type { DnsObservation } from '../model/observation.ts';
import type { DnsProbe } from '../model/probe.ts';
import type { PrivateZone } from '../model/settings.ts';
import { within } from '../parse/corefile-keys.ts';
import { type Given, givenCorefile, stubFailure } from './coredns-given.ts';
import type { LintFinding } from './corefile/lint-finding.ts';
import { hasAddress, soaOwner } from './dns-answer.ts';
import { resolvesOutside } from './outside-names.ts';
import { question, reply, resolvers, timedOut } from './scene.ts';

/** Two of the zone's own servers are asked: one may be down. */
const HOLDERS_ASKED = 2;
/** More pods than this say nothing new, and each costs a datagram. */
const ENDPOINTS_ASKED = 8;

/**
 * served: the zone's own servers spoke. leaked: somebody who does not hold the zone denied the name. refused, dead: nobody
 * told anything. empty: an answer without an address, which dns-rebind looks into.
 */
export type Fate = 'served' | 'denied' | 'empty' | 'leaked' | 'refused' | 'dead';

export interface ZoneEvidence {
  readonly zone: PrivateZone;
  /** Through those nameservers of the pod that find names outside of the cluster. */
  readonly replies: readonly DnsObservation[];
  /** The CoreDNS pods, each asked by itself. */
  readonly endpoints: readonly DnsObservation[];
  /** The zone's own servers, asked from here. */
  readonly direct: readonly DnsObservation[];
  /** Of replies and endpoints: those that do not come from the zone. */
  readonly lost: readonly DnsObservation[];
  readonly given: Given | null;
  /** What stands in the Corefile's way. */
  readonly flaw: LintFinding | null;
}

export const zonesOf = (view: View): readonly PrivateZone[] => view.settings.privateZones ?? [];

export const throughResolvers = (view: View, zone: PrivateZone): DnsProbe[] =>
  resolvers(view).map((server) => question(server, zone.probe, 'A'));

export const atEndpoints = (view: View, zone: PrivateZone): DnsProbe[] =>
  (view.settings.dnsEndpoints ?? []).slice(0, ENDPOINTS_ASKED).map((server) => question(server, zone.probe, 'A'));

export const atHolders = (zone: PrivateZone): DnsProbe[] =>
  zone.forwarders.slice(0, HOLDERS_ASKED).map((server) => question(server, zone.probe, 'A'));

/** Is the zone's own authority the one that speaks? */
export function speaksForZone(one: DnsObservation, zone: PrivateZone): boolean {
  const owner = soaOwner(one);
  return owner !== null && within(owner, `${zone.zone.toLowerCase()}.`);
}

export function fateOf(one: DnsObservation, zone: PrivateZone, direct: readonly DnsObservation[] = []): Fate {
  if (hasAddress(one)) return 'served';
  if (one.rcode === 'NOERROR') return 'empty';
  if (one.rcode === 'NXDOMAIN') {
    // A public zone of the same name denies what only the private one has.
    return speaksForZone(one, zone) && !direct.some(hasAddress) ? 'denied' : 'leaked';
  }
  return one.rcode === 'REFUSED' ? 'refused' : 'dead';
}

export const isLost = (fate: Fate): boolean => fate === 'leaked' || fate === 'refused' || fate === 'dead';

export function zoneEvidence(view: View, zone: PrivateZone): ZoneEvidence {
  const seen = (probes: readonly DnsProbe[]) =>
    probes.flatMap(({ server }) => reply(view, server, zone.probe, 'A') ?? []);
  const direct = seen(atHolders(zone));
  const replies = seen(throughResolvers(view, zone)).filter(
    (one) => !isLost(fateOf(one, zone, direct)) || resolvesOutside(view, one.probe.server),
  );
  // A pod that says nothing at all may not be reachable from here.
  const endpoints = seen(atEndpoints(view, zone)).filter((one) => !timedOut(one));
  const given = givenCorefile(view);
  const lost = [...replies, ...endpoints].filter((one) => isLost(fateOf(one, zone, direct)));
  return { zone, replies, endpoints, direct, lost, given, flaw: given ? stubFailure(given, zone) : null };
}
