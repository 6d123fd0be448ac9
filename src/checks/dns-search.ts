// Does the search list lead names astray, slow them down, or stop one C library?

import type { Check, Conclusion, View } from '../model/check.ts';
import type { DnsProbe, HttpsProbe, Probe } from '../model/probe.ts';
import type { Endpoint } from '../model/target.ts';
import { isAddress } from '../parse/ip.ts';
import { beyondOldLimits, muslIgnores } from '../parse/libc-search.ts';
import { count, type Frame, faultsOf, judge, pass, skip } from './conclude.ts';
import { ROWS, type SearchEvidence } from './dns-search-rows.ts';
import { httpsProbe, proxyFor, targetsOf } from './scene.ts';
import {
  isSlow,
  losesQuestions,
  type SearchWalk,
  type SuffixReply,
  searchWalk,
  suffixQuestions,
  walkedFirst,
} from './search-walk.ts';

/** A suffix that is silent for this long, beside a name that is answered at once, is not waited for any further. */
const SILENT_SUFFIX_MS = 2_000;

export const dnsSearch: Check = {
  id: 'dns-search',
  layer: 'dns-client',
  question: 'Does the search list leave the required names alone?',
  depth: 'standard',
  faults: faultsOf(ROWS),
  plan,
  enough: (view) => suffixQuestions(view).filter((probe) => (view.waitingMs(probe) ?? 0) >= SILENT_SUFFIX_MS),
  diagnose,
};

// Each suffix once, for one name, at one nameserver; more only where a suffix answers.
function plan(view: View): Probe[] {
  const probes: Probe[] = [...suffixQuestions(view)];
  const seen = searchWalk(view);
  if (!seen) return probes;
  for (const one of seen.suffixes) {
    const { rcode, answers, probe } = one.observation;
    if (rcode === 'NOERROR' && !answers.some((record) => record.type === 'A')) probes.push({ ...probe, type: 'AAAA' });
  }
  const captured = captureOf(seen);
  if (!captured) return probes;
  probes.push(invented(seen.server, captured.suffix), invented(seen.server, 'com'));
  const page = pageProbe(view, seen, captured);
  if (page) probes.push(page);
  return probes;
}

function invented(server: Endpoint, suffix: string): DnsProbe {
  return { kind: 'dns', server, name: `${suffix}.`, type: 'A', transport: 'udp', randomLabel: 1 };
}

/** The suffix that ends glibc's walk before the name itself is asked. */
function captureOf(seen: SearchWalk): SuffixReply | null {
  const last = seen.glibc.asked.at(-1);
  if (seen.glibc.result !== 'found' || last === undefined || last.suffix === null) return null;
  return seen.suffixes.find((one) => one.step.name === last.name) ?? null;
}

function pageProbe(view: View, seen: SearchWalk, captured: SuffixReply): HttpsProbe | null {
  const target = targetsOf(view, 'https').find((one) => one.host === seen.host && proxyFor(view, one) === null);
  const address = captured.addresses[0];
  return target && address !== undefined ? httpsProbe(target, address, null) : null;
}

function diagnose(view: View): Conclusion[] {
  const seen = searchWalk(view);
  if (!seen || seen.suffixes.length === 0) return [];
  const captured = captureOf(seen);
  const affected = walkedFirst(view);
  const page = captured ? pageProbe(view, seen, captured) : null;
  const underCom = captured ? view.seen(invented(seen.server, 'com')) : undefined;
  const services = view.facts.nameServiceSwitch;
  const first = affected.length > 0;
  const evidence: SearchEvidence = {
    ...seen,
    captured,
    capturedAddresses: captured?.addresses ?? [],
    invented: captured ? view.seen(invented(seen.server, captured.suffix)) : undefined,
    page: page ? view.seen(page) : undefined,
    rewritten: underCom?.answers.some((record) => captured?.addresses.includes(record.data)) === true,
    slow: first && !losesQuestions(view, seen.server) ? seen.suffixes.filter(isSlow) : [],
    odd: first
      ? seen.suffixes.filter((one) => !isSlow(one) && one.outcome !== 'address' && one.outcome !== 'nxdomain')
      : [],
    affected,
    targetLibc: view.settings.targetLibc ?? null,
    lookup: view.seen({ kind: 'lookup', host: seen.host }),
    nameServices: services?.known ? services.value.hosts : null,
  };
  const frame: Frame = {
    check: 'dns-search',
    layer: 'dns-client',
    target: { host: seen.host, protocol: 'dns', role: 'resolver' },
    needs: ['resolver', `resolver:${seen.server.address}`, `name:${seen.host}`],
    breaksWhat: affected.map((host) => `search:${host}`),
  };
  const found = judge(ROWS, evidence, frame);
  if (found) return [found];
  // A resolver that makes up answers makes them up below every suffix: dns-content speaks of it.
  if (evidence.rewritten)
    return [skip({ ...frame, breaksWhat: [] }, 'every name that nobody has is answered: suffixes cannot be judged')];
  return [pass({ ...frame, breaksWhat: [] }, inOrder(evidence))];
}

function inOrder(e: SearchEvidence): string {
  const parts: string[] = [];
  const answering = e.suffixes.filter((one) => one.outcome === 'address');
  if (e.affected.length === 0) parts.push(`${e.host} has enough dots for ndots:${e.conf.ndots}, suffixes come last`);
  else if (e.captured) parts.push(`${e.host} is answered below ${e.captured.suffix}, by its own server`);
  else parts.push(`${count(e.suffixes.length, 'suffix', 'suffixes')} before ${e.host}, none answers`);
  if (e.affected.length === 0 && answering.length > 0)
    parts.push(`${answering.map((one) => one.suffix).join(', ')} would answer for any name, but is never asked for it`);
  const unread = beyondOldLimits(e.conf.search);
  if (unread.length > 0) parts.push(`glibc before 2.26 does not read ${unread.length} of the suffixes`);
  // k3s-io/k3s#6132: the question that musl makes of it cannot be read by any server.
  if (e.conf.search.includes('.')) parts.push('musl before 1.2.4 cannot look up names with `search .`');
  if (muslIgnores(e.conf.search)) parts.push('musl does not read so long a search line');
  if (e.lookup?.failure === null && !isAddress(e.host)) parts.push('the C library agrees');
  return parts.join('; ');
}
