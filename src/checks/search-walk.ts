// The search list at work: what each suffix makes of one required name, and what either C library would get from that.

import type { View } from '../model/check.ts';
import type { ResolvConf } from '../model/fact.ts';
import type { DnsObservation } from '../model/observation.ts';
import type { DnsProbe } from '../model/probe.ts';
import type { Endpoint } from '../model/target.ts';
import { addressClass } from '../parse/ip.ts';
import {
  type Libc,
  type Outcome,
  type ServerOutcome,
  type Step,
  searchSteps,
  type Walk,
  walk,
} from '../parse/libc-search.ts';
import { askedAt, names, question, reply, resolvers } from './scene.ts';

/** Kubernetes allows 32 suffixes; beyond these few nobody's lookup is quick anyway. */
const MAX_SUFFIXES = 8;

/** An answer later than this costs every lookup a visible pause: glibc's own patience is 5 s. */
export const SLOW_MS = 1_000;

/** One repeated question in so many is a bad moment; more is loss. */
const LOSS_SHARE = 5;

/** Azure's virtual resolver has a public-looking address and is reachable from inside only. */
const PLATFORM_RESOLVERS = ['168.63.129.16'];

/** Whether names below the search suffixes may be asked there: never at a public resolver, which they are no business of. */
export function mayWalk(view: View, server: Endpoint): boolean {
  const declared = view.settings.resolvers !== null || view.settings.clusterDns === server.address;
  return declared || addressClass(server.address) !== 'public' || PLATFORM_RESOLVERS.includes(server.address);
}

export interface SuffixReply {
  readonly step: Step;
  readonly suffix: string;
  readonly observation: DnsObservation;
  readonly outcome: Outcome;
  /** Of either family. */
  readonly addresses: readonly string[];
}

export interface SearchWalk {
  readonly conf: ResolvConf;
  readonly host: string;
  readonly server: Endpoint;
  /** The name itself, at the same nameserver. */
  readonly absolute: DnsObservation;
  readonly suffixes: readonly SuffixReply[];
  /** All suffixes have been asked to the end. */
  readonly complete: boolean;
  readonly glibc: Walk;
  readonly musl: Walk;
}

function conf(view: View): ResolvConf | null {
  return view.facts.resolvConf.known && view.settings.resolvers === null ? view.facts.resolvConf.value : null;
}

function pinned(view: View, host: string): boolean {
  return view.facts.hosts.known && view.facts.hosts.value.some((entry) => entry.names.includes(host));
}

/** The names that libc would try below the suffixes before it asks for them as they are. */
export function walkedFirst(view: View): readonly string[] {
  const found = conf(view);
  if (!found) return [];
  return names(view).filter((host) => !pinned(view, host) && triedBelowFirst(host, found));
}

function triedBelowFirst(host: string, found: ResolvConf): boolean {
  return searchSteps('glibc', host, found)[0]?.suffix !== null;
}

/** One name stands for all: a suffix does the same to each. The first that is tried below them, else the first of all. */
export function searchName(view: View): string | null {
  const found = conf(view);
  if (!found) return null;
  const free = names(view).filter((host) => !pinned(view, host));
  return free.find((host) => triedBelowFirst(host, found)) ?? free[0] ?? null;
}

/** The nameserver that is asked: the first of the list that knows the name itself. */
export function searchServer(view: View, host: string): Endpoint | null {
  const server = resolvers(view).find((one) => hasAddress(reply(view, one, host, 'A')));
  return server && mayWalk(view, server) ? server : null;
}

function hasAddress(one: DnsObservation | undefined): one is DnsObservation {
  return one?.rcode === 'NOERROR' && one.answers.some((record) => record.type === 'A');
}

function below(found: ResolvConf, host: string): readonly Step[] {
  return searchSteps('glibc', host, found)
    .filter((step) => step.suffix !== null)
    .slice(0, MAX_SUFFIXES);
}

export function suffixQuestions(view: View): readonly DnsProbe[] {
  const found = conf(view);
  const host = searchName(view);
  const server = host === null ? null : searchServer(view, host);
  if (!found || host === null || !server) return [];
  return below(found, host).map((step) => question(server, step.name, 'A'));
}

export function searchWalk(view: View): SearchWalk | null {
  const found = conf(view);
  const host = searchName(view);
  const server = host === null ? null : searchServer(view, host);
  if (!found || host === null || !server) return null;
  const absolute = reply(view, server, host, 'A');
  if (!absolute) return null;
  const steps = below(found, host);
  const suffixes = steps.flatMap((step): SuffixReply[] => {
    const observation = view.seen(question(server, step.name, 'A'));
    if (!observation) return [];
    const addresses = addressesIn(observation, sixOf(view, observation));
    return [{ step, suffix: step.suffix ?? '', observation, outcome: outcomeOf(view, observation), addresses }];
  });
  const ask = (step: Step): ServerOutcome => {
    if (step.suffix === null) return { outcome: 'address', ms: absolute.rttMs ?? 0 };
    const one = suffixes.find((each) => each.step.name === step.name);
    // What was not asked, or has not ended, is taken for the usual answer: nothing is concluded from it.
    return one
      ? { outcome: one.outcome, ms: one.observation.rttMs ?? one.observation.durationMs }
      : { outcome: 'nxdomain', ms: 0 };
  };
  const of = (libc: Libc) => walk(libc, host, found, (step) => throughList(libc, found, ask(step)));
  return {
    conf: found,
    host,
    server,
    absolute,
    suffixes,
    complete: suffixes.length === steps.length,
    glibc: of('glibc'),
    musl: of('musl'),
  };
}

// One nameserver stands for the list: another would be asked in turn for what this one fails at, and be as slow.
function throughList(libc: Libc, found: ResolvConf, one: ServerOutcome): ServerOutcome {
  const timeoutMs = found.timeoutSeconds * 1000;
  switch (one.outcome) {
    case 'address':
    case 'nodata':
    case 'nxdomain':
      return one;
    case 'silent':
      return { outcome: 'silent', ms: libc === 'musl' ? timeoutMs : timeoutMs * found.attempts };
    default:
      return libc === 'musl'
        ? { outcome: 'silent', ms: timeoutMs }
        : { outcome: one.outcome, ms: Math.min(one.ms, timeoutMs) * found.attempts };
  }
}

function sixOf(view: View, one: DnsObservation): DnsObservation | undefined {
  return view.seen({ ...one.probe, type: 'AAAA' });
}

function addressesIn(...replies: readonly (DnsObservation | undefined)[]): readonly string[] {
  const records = replies.flatMap((one) => one?.answers ?? []);
  return records.filter((record) => record.type === 'A' || record.type === 'AAAA').map((record) => record.data);
}

function outcomeOf(view: View, one: DnsObservation): Outcome {
  if (one.rcode === null) return one.failure?.code === 'connection_refused' ? 'unreachable' : 'silent';
  switch (one.rcode) {
    case 'NXDOMAIN':
      return 'nxdomain';
    case 'NOERROR': {
      if (one.answers.some((record) => record.type === 'A')) return 'address';
      const six = sixOf(view, one);
      // Both families are asked at once: an address of either is an address, and NXDOMAIN of either is that for musl.
      if (six?.answers.some((record) => record.type === 'AAAA')) return 'address';
      return six?.rcode === 'NXDOMAIN' ? 'nxdomain' : 'nodata';
    }
    case 'SERVFAIL':
      return 'servfail';
    default:
      return 'refused';
  }
}

// What counts is the answered try: a datagram that was lost on the way is not the suffix's doing.
export function isSlow(one: SuffixReply): boolean {
  return one.outcome === 'silent' || (one.outcome !== 'address' && (one.observation.rttMs ?? 0) >= SLOW_MS);
}

/** Questions to this nameserver get lost: silence about one of them says nothing about what it asked for. */
export function losesQuestions(view: View, server: Endpoint): boolean {
  const replies = askedAt(view, server).filter((one) => one.rcode !== null && one.probe.transport === 'udp');
  return replies.filter((one) => one.attempts > 1).length * LOSS_SHARE > replies.length;
}

/**
 * For which hosts getaddrinfo will come back soon, and with nobody else's address: it cannot be cancelled once it hangs.
 * Made once per plan, because it is asked about every name.
 */
export function lookupSafety(view: View): (host: string) => boolean {
  const found = conf(view);
  let below: boolean | null = null;
  return (host) => {
    if (!found || pinned(view, host) || searchSteps('glibc', host, found)[0]?.suffix === null) return true;
    below ??= suffixesAreHarmless(view);
    return below;
  };
}

function suffixesAreHarmless(view: View): boolean {
  const seen = searchWalk(view);
  if (!seen?.complete) return false;
  return seen.suffixes.every((one) => one.outcome !== 'address' && one.outcome !== 'unreachable' && !isSlow(one));
}
