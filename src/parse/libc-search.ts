// What would the C library ask, in which order, and what would it make of the answers? resolv.conf(5); glibc's res_query.c and
// res_send.c (2.36); musl's lookup_name.c and res_msend.c (1.2.5). Computed, because the target's library may be the other one.

import type { ResolvConf } from '../model/fact.ts';
import { MAX_NAMESERVERS } from './resolv-conf.ts';

export type Libc = 'glibc' | 'musl';

/** What one nameserver makes of one question. `unreachable`: an ICMP error came back. */
export type Outcome = 'address' | 'nodata' | 'nxdomain' | 'servfail' | 'refused' | 'silent' | 'unreachable';

export interface ServerOutcome {
  readonly outcome: Outcome;
  /** Until the reply, or the error; of no meaning where nothing came. */
  readonly ms: number;
}

export interface Step {
  /** Absolute, with its trailing dot. */
  readonly name: string;
  /** The suffix that was appended, without trailing dot; null: the name as written. */
  readonly suffix: string | null;
}

export interface Walk {
  readonly libc: Libc;
  /** `try-again` is EAI_AGAIN: applications call it a temporary failure in name resolution. */
  readonly result: 'found' | 'not-found' | 'no-address' | 'try-again';
  /** The steps that were asked, the deciding one last. */
  readonly asked: readonly Step[];
  readonly waitMs: number;
}

type Conf = Pick<ResolvConf, 'search' | 'ndots' | 'timeoutSeconds' | 'attempts'>;

/** RFC 1035 section 2.3.4, as text. */
const MAX_NAME = 253;

/** musl reads lines into 256 bytes and skips what is longer (resolvconf.c); "search " is part of the line. */
const MUSL_LINE = 255;

/** glibc up to 2.25 (resolv.conf(5)): six suffixes of 256 characters in all. */
const OLD_GLIBC_SUFFIXES = 6;
const OLD_GLIBC_CHARACTERS = 256;

export function dots(host: string): number {
  return host.split('.').length - 1;
}

/** Every step that could be asked, in order: a walk ends at the first that decides. */
export function searchSteps(libc: Libc, host: string, conf: Conf): readonly Step[] {
  const bare = host.replace(/\.$/, '');
  const asIs: Step = { name: `${bare}.`, suffix: null };
  if (host.endsWith('.')) return [asIs];
  const enough = dots(bare) >= conf.ndots;
  // musl asks a name with enough dots as it is, and nothing else, whatever the answer.
  if (libc === 'musl' && (enough || muslIgnores(conf.search))) return [asIs];
  const below = suffixes(conf.search)
    .map((suffix) => ({ name: `${bare}.${suffix}.`, suffix }))
    .filter((step) => step.name.length - 1 <= MAX_NAME);
  if (enough) return [asIs, ...below];
  // glibc: a root in the list stands for the name as it is, and in that place only. musl leaves it out (since 1.2.4).
  const root = libc === 'glibc' ? conf.search.indexOf('.') : -1;
  if (root < 0) return [...below, asIs];
  const before = suffixes(conf.search.slice(0, root)).length;
  return [...below.slice(0, before), asIs, ...below.slice(before)];
}

function suffixes(search: readonly string[]): readonly string[] {
  return search.map((one) => one.replace(/^\.|\.$/g, '')).filter((one) => one !== '');
}

/** The line is too long for musl: it knows no search list at all then. */
export function muslIgnores(search: readonly string[]): boolean {
  return search.length > 0 && `search ${search.join(' ')}`.length > MUSL_LINE;
}

/** The suffixes that glibc before 2.26 does not read. */
export function beyondOldLimits(search: readonly string[]): readonly string[] {
  let characters = 0;
  return search.filter((suffix, index) => {
    characters += suffix.length + 1;
    return index >= OLD_GLIBC_SUFFIXES || characters > OLD_GLIBC_CHARACTERS;
  });
}

/** One question to the whole list: what the library takes as the answer, and how long that took. */
export function askList(libc: Libc, conf: Conf, servers: readonly ServerOutcome[]): ServerOutcome {
  const used = servers.slice(0, MAX_NAMESERVERS);
  return libc === 'musl' ? askTogether(conf, used) : askInTurn(conf, used);
}

function decides(outcome: Outcome): boolean {
  return outcome === 'address' || outcome === 'nodata' || outcome === 'nxdomain';
}

// musl asks all servers at once and takes the first yes or no. SERVFAIL, REFUSED and silence are all waited out.
function askTogether(conf: Conf, servers: readonly ServerOutcome[]): ServerOutcome {
  const limit = conf.timeoutSeconds * 1000;
  const first = servers.filter((one) => decides(one.outcome) && one.ms <= limit).sort((a, b) => a.ms - b.ms)[0];
  return first ?? { outcome: 'silent', ms: limit };
}

// glibc asks one after the other, `attempts` times round. SERVFAIL and REFUSED send it to the next server at once.
function askInTurn(conf: Conf, servers: readonly ServerOutcome[]): ServerOutcome {
  let ms = 0;
  let last: Outcome | null = null;
  let anybody = false;
  for (let round = 0; round < conf.attempts; round += 1) {
    for (const [index, server] of servers.entries()) {
      const patience = serverTimeoutMs(conf, index, servers.length);
      const late = server.outcome === 'silent' || server.ms > patience;
      if (late) {
        ms += patience;
        anybody = true;
        continue;
      }
      ms += server.ms;
      if (decides(server.outcome)) return { outcome: server.outcome, ms };
      if (server.outcome === 'unreachable') continue;
      anybody = true;
      last = server.outcome;
    }
  }
  return { outcome: last ?? (anybody ? 'silent' : 'unreachable'), ms };
}

/** res_send.c: the first server gets the whole timeout, the next ones twice and four times as much, shared by all. */
export function serverTimeoutMs(conf: Pick<Conf, 'timeoutSeconds'>, index: number, servers: number): number {
  const seconds = conf.timeoutSeconds * 2 ** index;
  return Math.max(1, index > 0 ? Math.floor(seconds / servers) : seconds) * 1000;
}

/** The whole lookup. `ask` says what the nameserver list makes of an absolute name (askList). */
export function walk(libc: Libc, host: string, conf: Conf, ask: (step: Step) => ServerOutcome): Walk {
  const asked: Step[] = [];
  let waitMs = 0;
  const steps = searchSteps(libc, host, conf);
  const end = (result: Walk['result']): Walk => ({ libc, result, asked, waitMs });
  const query = (step: Step): Outcome => {
    asked.push(step);
    const reply = ask(step);
    waitMs += reply.ms;
    return reply.outcome;
  };
  if (libc === 'musl') {
    for (const step of steps) {
      const outcome = query(step);
      if (outcome === 'address') return end('found');
      // Anything but NXDOMAIN is final: an empty answer, and silence (which SERVFAIL and REFUSED have become).
      if (outcome === 'nodata') return end('no-address');
      if (outcome !== 'nxdomain') return end('try-again');
    }
    return end('not-found');
  }
  let first: Outcome | null = null;
  let empty = false;
  let failing = false;
  let stopped = false;
  let lastOutcome: Outcome = 'nxdomain';
  for (const [index, step] of steps.entries()) {
    // Something worse than SERVFAIL ends the walk, but the name itself is still tried.
    if (stopped && step.suffix !== null) continue;
    const outcome = query(step);
    lastOutcome = outcome;
    if (outcome === 'address') return end('found');
    if (step.suffix === null) {
      if (index === 0) first = outcome;
      continue;
    }
    if (outcome === 'unreachable') return end('try-again');
    if (outcome === 'nodata') empty = true;
    else if (outcome === 'servfail') failing = true;
    else if (outcome !== 'nxdomain') stopped = true;
  }
  if (first !== null) return end(resultOf(first));
  if (empty) return end('no-address');
  return end(failing ? 'try-again' : resultOf(lastOutcome));
}

function resultOf(outcome: Outcome): Walk['result'] {
  if (outcome === 'nodata') return 'no-address';
  return outcome === 'nxdomain' ? 'not-found' : 'try-again';
}
