// What comes back when IPv6 addresses are asked for: an answer, an error, nothing, or something that leads nowhere?

import type { Check, Conclusion, View } from '../model/check.ts';
import type { DnsObservation } from '../model/observation.ts';
import type { DnsProbe, Probe } from '../model/probe.ts';
import type { Endpoint } from '../model/target.ts';
import { type Frame, faultsOf, judge, needed } from './conclude.ts';
import { type AaaaEvidence, ROWS } from './dns-aaaa-rows.ts';
import { zoneOf } from './dns-answer.ts';
import { reachOf } from './reach.ts';
import { answered, httpsProbe, ipv6Usable, names, proxyFor, question, reply, resolvers, timedOut } from './scene.ts';

/** The A answer counts as prompt up to this; resolvers that are slow with everything prove nothing. */
const PROMPT_MS = 1_000;
/** A SERVFAIL after this is somebody's timeout: CoreDNS gives its upstream 2 s a try. */
const SLOW_MS = 1_500;
/** AAAA is silent when it has said nothing for this long after A was answered promptly: glibc's first try ends at 5 s. */
const SILENT_MS = 2_500;
/** Where IPv4 has connected, IPv6 is waited for no longer than clients wait (RFC 8305 gives it 250 ms). */
const VOID_MS = 1_200;

export const dnsAaaa: Check = {
  id: 'dns-aaaa',
  layer: 'dns-content',
  question: 'Is the question for IPv6 addresses answered, and do they lead anywhere?',
  depth: 'quick',
  faults: faultsOf(ROWS),
  plan,
  enough,
  diagnose: (view) => names(view).flatMap((host) => judgeName(view, host)),
};

function promptA(view: View, server: Endpoint, host: string): DnsObservation | null {
  const one = reply(view, server, host, 'A');
  return one && one.rcode === 'NOERROR' && one.durationMs < PROMPT_MS ? one : null;
}

const silent = (one: DnsObservation) => timedOut(one) || (one.rcode === 'SERVFAIL' && one.durationMs >= SLOW_MS);

/** AAAA of the root: empty everywhere, and tells one zone from all of them. */
const control = (server: Endpoint): DnsProbe => question(server, '.', 'AAAA');

// One name of each zone stands for the others.
function doubtful(view: View, server: Endpoint): string[] {
  const zones = new Map<string, string>();
  for (const host of names(view)) {
    if (zones.has(zoneOf(host)) || !promptA(view, server, host)) continue;
    const probe = question(server, host, 'AAAA');
    const one = view.seen(probe);
    if (view.suspect(probe) || (one && (silent(one) || one.rcode === 'SERVFAIL'))) zones.set(zoneOf(host), host);
  }
  return [...zones.values()].slice(0, 8);
}

// A question in doubt is put once more by TCP, where nothing is lost on the way.
function plan(view: View): Probe[] {
  return resolvers(view).flatMap((server) => {
    const hosts = doubtful(view, server);
    return hosts.length === 0 ? [] : [...hosts.map((host) => question(server, host, 'AAAA', 'tcp')), control(server)];
  });
}

function enough(view: View): Probe[] {
  const late = (probe: Probe, ms: number) => (view.waitingMs(probe) ?? 0) >= ms;
  const questions = resolvers(view).flatMap((server) =>
    names(view)
      .filter((host) => promptA(view, server, host))
      .flatMap((host) => [question(server, host, 'AAAA'), question(server, host, 'AAAA', 'tcp')])
      .concat(control(server))
      .filter((probe) => late(probe, SILENT_MS)),
  );
  if (!ipv6Usable(view)) return questions;
  const connects = names(view).flatMap((host) => {
    const all = reachOf(view, host).filter((one) => one.protocol === 'https');
    if (!all.some((one) => one.state === 'service' && !one.address.includes(':'))) return [];
    return view.settings.targets
      .filter((target) => target.host === host && target.protocol === 'https' && !proxyFor(view, target))
      .flatMap((target) =>
        all
          .filter((one) => one.address.includes(':') && one.state === 'pending')
          .map((one) => httpsProbe(target, one.address, null)),
      )
      .filter((probe) => late(probe, VOID_MS));
  });
  return [...questions, ...connects];
}

function judgeName(view: View, host: string): Conclusion[] {
  const target = view.settings.targets.find((one) => one.host === host);
  const frame: Frame = {
    check: 'dns-aaaa',
    layer: 'dns-content',
    target: { host, protocol: 'dns', role: target?.role ?? 'proxy' },
    needs: ['resolver', 'names', `name:${host}`],
    // Names of one zone that fare alike have one cause.
    breaksWhat: [`aaaa:${zoneOf(host)}`],
  };
  const found = resolvers(view)
    .map((server) => judge(ROWS, evidenceOf(view, host, server), frame))
    .find((one) => one !== null);
  if (!found) return [];
  return [found.fault === 'dnsx-aaaa-unroutable' ? { ...found, breaksWhat: [`ipv6:${host}`] } : found];
}

function evidenceOf(view: View, host: string, server: Endpoint): AaaaEvidence {
  const a = promptA(view, server, host);
  const aaaa = view.seen(question(server, host, 'AAAA')) ?? null;
  // The name that was asked for by TCP may be another one of the zone.
  const byTcp = names(view)
    .filter((one) => zoneOf(one) === zoneOf(host))
    .map((one) => view.seen(question(server, one, 'AAAA', 'tcp')))
    .find((one) => one !== undefined);
  const reach = ipv6Usable(view) ? reachOf(view, host) : [];
  const six = reach.filter((one) => one.address.includes(':'));
  const four = reach.filter((one) => !one.address.includes(':') && one.state === 'service');
  const all = view.settings.targets.some(
    (one) =>
      one.host === host && one.requirement === 'required' && four.length < needed(one.addressPolicy, reach.length),
  );
  const other = view.seen(control(server));
  return {
    host,
    server,
    a,
    aaaa,
    silent: a !== null && aaaa !== null && silent(aaaa) && byTcp !== undefined && silent(byTcp),
    failing: a !== null && aaaa?.rcode === 'SERVFAIL' && !silent(aaaa) && byTcp?.rcode === 'SERVFAIL',
    everyZone: other !== undefined && !answered(other),
    deadSix: six.length > 0 && four.length > 0 && six.every((one) => one.state === 'dead') ? six : [],
    four,
    required: all,
  };
}
