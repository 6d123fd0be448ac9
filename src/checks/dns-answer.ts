// An answer without an address: what else is asked about it, and who it was that denied, refused or could not tell.

import type { View } from '../model/check.ts';
import type { DnsObservation, DnsRecord } from '../model/observation.ts';
import type { DnsProbe } from '../model/probe.ts';
import type { Endpoint } from '../model/target.ts';
import { answered, clusterName, names, question, reply, resolvers } from './scene.ts';

/** Zones asked further about at one nameserver; the questions of one zone are answered alike. */
const MAX_ZONES = 8;
/** Steps of an alias chain that is followed where SERVFAIL hides it. */
const MAX_STEPS = 4;
/** RFC 8914: 4 Forged Answer, 15 Blocked, 16 Censored, 17 Filtered. */
const FILTER_CODES: ReadonlySet<number> = new Set([4, 15, 16, 17]);
/** RFC 8914: 18 Prohibited, an access list. */
const PROHIBITED = 18;

/** The last two labels: enough to tell whether another name of the same owner fares alike. */
export function zoneOf(host: string): string {
  return host.replace(/\.$/, '').split('.').slice(-2).join('.');
}

export function hasAddress(one: DnsObservation | undefined): boolean {
  return one?.answers.some((record) => record.type === one.probe.type) === true;
}

function soaIn(records: readonly DnsRecord[] | undefined): string | null {
  return records?.find((record) => record.type === 'SOA')?.name ?? null;
}

/** The zone that speaks in a denial; null when none does. */
export function soaOwner(one: DnsObservation): string | null {
  return soaIn(one.authority);
}

/** Where the aliases of an answer end without an address; null when there are none. Names without trailing dot. */
export function aliasEnd(one: DnsObservation): string | null {
  const steps = new Map(one.answers.flatMap((record) => (record.type === 'CNAME' ? [[record.name, record.data]] : [])));
  let at = one.probe.name.toLowerCase();
  for (let step = 0; step < steps.size; step += 1) at = steps.get(at) ?? at;
  return at === one.probe.name.toLowerCase() ? null : at.replace(/\.$/, '');
}

const within = (name: string, zone: string) => zone === '.' || `.${name}`.endsWith(`.${zone}`);

export interface Filter {
  /** `BLOCKED` in words that a person can look up. */
  readonly says: string;
}

/** The answer itself says that a filter made it: by an extended error, a policy zone, or the authority of a foreign zone. */
export function filterOf(one: DnsObservation): Filter | null {
  if (one.rcode !== 'NXDOMAIN' && !(one.rcode === 'NOERROR' && !hasAddress(one))) return null;
  const extended = one.extendedErrors.find((each) => FILTER_CODES.has(each.code));
  if (extended) return { says: `extended error ${extended.code}${extended.text ? ` (${extended.text})` : ''}` };
  const policy = soaIn(one.additional);
  if (policy) return { says: `the policy zone ${policy} in its additional section` };
  const owner = soaOwner(one);
  const asked = `${aliasEnd(one) ?? one.probe.name.toLowerCase().replace(/\.$/, '')}.`;
  if (owner !== null && !within(asked, owner))
    return { says: `the authority of ${owner}, to which it does not belong` };
  return null;
}

const cdQuestion = (server: Endpoint, host: string): DnsProbe => ({
  ...question(server, host, 'A'),
  checkingDisabled: true,
});
const labelBelow = (server: Endpoint, name: string): DnsProbe => ({ ...question(server, name, 'A'), randomLabel: 1 });

/** Denials of names that nobody has: below the name itself, and in a zone that has nothing to do with it. */
const UNRELATED = 'com.';

/** An answer without an address that wants a second look. */
function doubtful(one: DnsObservation | undefined): one is DnsObservation {
  return answered(one) && !hasAddress(one);
}

/** Per nameserver: of all names of a zone that fare alike, one is asked further about. Keyed by zone and RCODE. */
export type StandIns = ReadonlyMap<string, string>;

export function standIns(view: View, server: Endpoint): StandIns {
  const found = new Map<string, string>();
  for (const host of names(view)) {
    const one = reply(view, server, host, 'A');
    if (!doubtful(one)) continue;
    const key = `${zoneOf(host)} ${one.rcode}`;
    if (!found.has(key) && found.size < MAX_ZONES) found.set(key, host);
  }
  return found;
}

export function followUps(view: View, server: Endpoint): DnsProbe[] {
  const probes: DnsProbe[] = [];
  for (const host of standIns(view, server).values()) {
    const one = reply(view, server, host, 'A');
    if (one?.rcode === 'SERVFAIL') probes.push(cdQuestion(server, host));
    if (one?.rcode === 'NXDOMAIN' && soaOwner(one) === null && !filterOf(one) && !aliasEnd(one))
      probes.push(labelBelow(server, host), labelBelow(server, UNRELATED));
  }
  // Every alias has its own target, so here no name stands in for another.
  for (const host of names(view).slice(0, MAX_ZONES * MAX_ZONES)) probes.push(...aliasSteps(view, server, host).asked);
  return probes;
}

interface Steps {
  readonly asked: readonly DnsProbe[];
  readonly end: DnsObservation | null;
}

// From the name to the alias target that has no address. SERVFAIL often comes without the alias: that is asked for by type.
function aliasSteps(view: View, server: Endpoint, host: string): Steps {
  const asked: DnsProbe[] = [];
  let at = host;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const one: DnsObservation | undefined =
      step === 0 ? reply(view, server, at, 'A') : view.seen(question(server, at, 'A'));
    if (!doubtful(one)) return { asked, end: null };
    let target: string | null = aliasEnd(one);
    if (target === null && one.rcode === 'SERVFAIL') {
      const probe = question(server, at, 'CNAME');
      asked.push(probe);
      const alias = view.seen(probe);
      target = alias ? aliasEnd(alias) : null;
    }
    if (target === null) return { asked, end: step === 0 ? null : one };
    asked.push(question(server, target, 'A'));
    at = target;
  }
  return { asked, end: null };
}

/** The alias target that the name ends at without an address. */
export function deadAlias(view: View, server: Endpoint, host: string): DnsObservation | null {
  return aliasSteps(view, server, host).end;
}

/** With checking disabled the same question has an address: validation alone stands in the way. */
export function bogus(view: View, server: Endpoint, host: string, known: StandIns): DnsObservation | null {
  const one = reply(view, server, host, 'A');
  if (one?.rcode !== 'SERVFAIL') return null;
  const unchecked = view.seen(cdQuestion(server, known.get(`${zoneOf(host)} SERVFAIL`) ?? host));
  return unchecked?.rcode === 'NOERROR' && unchecked.answers.length > 0 ? unchecked : null;
}

/**
 * A denial without any authority. Caches leave the SOA out too, but a label that nobody has is in no cache: when its denial
 * below the name lacks the SOA as well, and elsewhere it does not, then somebody makes up the denials for this name.
 */
export function madeUp(view: View, server: Endpoint, host: string, known: StandIns): Filter | null {
  const one = reply(view, server, host, 'A');
  if (one?.rcode !== 'NXDOMAIN' || soaOwner(one) !== null) return null;
  const below = view.seen(labelBelow(server, known.get(`${zoneOf(host)} NXDOMAIN`) ?? host));
  const elsewhere = view.seen(labelBelow(server, UNRELATED));
  if (below?.rcode !== 'NXDOMAIN' || soaOwner(below) !== null) return null;
  if (elsewhere?.rcode !== 'NXDOMAIN' || soaOwner(elsewhere) === null) return null;
  return {
    says: 'no authority at all, not even for a name below it that nobody has; denials of other domains carry one',
  };
}

/** The zone that denies a name below this one, where the denial of the name itself came from a cache and names nobody. */
export function authorityBelow(view: View, server: Endpoint, host: string, known: StandIns): string | null {
  const below = view.seen(labelBelow(server, known.get(`${zoneOf(host)} NXDOMAIN`) ?? host));
  const owner = below?.rcode === 'NXDOMAIN' ? soaOwner(below) : null;
  return owner !== null && within(`${host}.`, owner) ? owner : null;
}

/** Something that fails with validation and is answered without: somebody upstream is there. */
export function answersUnchecked(view: View, server: Endpoint): boolean {
  return view
    .all('dns')
    .some(
      (one) =>
        one.probe.checkingDisabled === true &&
        one.probe.server.address === server.address &&
        one.probe.server.port === server.port &&
        one.rcode === 'NOERROR',
    );
}

/** REFUSED because of who asks: the server's own list says so (extended error 18), or not even the cluster's name is answered. */
export function refusesThisSource(view: View, server: Endpoint): boolean {
  const replies = names(view)
    .map((host) => reply(view, server, host, 'A'))
    .filter(answered);
  if (replies.length === 0 || replies.some((one) => one.rcode !== 'REFUSED')) return false;
  const cluster = view.seen(question(server, clusterName(view), 'A'));
  return (
    cluster?.rcode === 'REFUSED' || replies.some((one) => one.extendedErrors.some((each) => each.code === PROHIBITED))
  );
}

/** REFUSED for this name while others are answered: a list of names. */
export function refusesName(view: View, server: Endpoint, host: string): boolean {
  if (reply(view, server, host, 'A')?.rcode !== 'REFUSED') return false;
  return names(view).some((other) => hasAddress(reply(view, server, other, 'A')));
}

/** The nameservers that can say something at all. */
export function speaking(view: View): readonly Endpoint[] {
  return resolvers(view).filter((server) => names(view).some((host) => answered(reply(view, server, host, 'A'))));
}
