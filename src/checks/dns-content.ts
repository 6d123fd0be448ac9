// Does each name lead to addresses that can be the service's?

import type { Check, Conclusion, View } from '../model/check.ts';
import type { DnsObservation } from '../model/observation.ts';
import type { Probe } from '../model/probe.ts';
import type { Endpoint, Target } from '../model/target.ts';
import { addressClass, addressList } from '../parse/ip.ts';
import { count, type Frame, faultsOf, judge, pass, skip } from './conclude.ts';
import {
  authorityBelow,
  bogus,
  deadAlias,
  filterOf,
  followUps,
  madeUp,
  refusesName,
  refusesThisSource,
  type StandIns,
  standIns,
  zoneOf,
} from './dns-answer.ts';
import type { Doubts, NameEvidence } from './dns-content-evidence.ts';
import { ROWS } from './dns-content-rows.ts';
import { addressesOf, answered, ipv6Usable, isSink, names, question, reply, resolvers, sameEndpoint } from './scene.ts';
import { lookupSafety } from './search-walk.ts';

export const dnsContent: Check = {
  id: 'dns-content',
  layer: 'dns-content',
  question: 'Does each required name lead to addresses that can be the service?',
  depth: 'quick',
  faults: faultsOf(ROWS),
  plan,
  enough,
  diagnose: (view) => {
    const asked = resolvers(view).map((server) => ({
      server,
      known: standIns(view, server),
      refusing: refusesThisSource(view, server),
    }));
    return names(view).map((host) => judgeName(view, host, asked));
  },
};

/** A nameserver, with what holds for all names that it was asked for. */
interface Asked {
  readonly server: Endpoint;
  readonly known: StandIns;
  readonly refusing: boolean;
}

/** Further questions only tell causes apart: silence about them is waited for no longer than about a dead upstream. */
const PATIENCE_MS = 2_600;

function enough(view: View): Probe[] {
  return resolvers(view).flatMap((server) =>
    followUps(view, server).filter((probe) => (view.waitingMs(probe) ?? 0) >= PATIENCE_MS),
  );
}

// Every name at every nameserver: one that does not know it is found this way. The C library comes last, and only where
// nothing can make it hang.
function plan(view: View): Probe[] {
  const servers = resolvers(view);
  const safe = lookupSafety(view);
  const first = names(view).flatMap((host) => {
    const probes: Probe[] = servers.flatMap((server) => [question(server, host, 'A'), question(server, host, 'AAAA')]);
    const replies = servers.map((server) => view.seen(question(server, host, 'A')));
    // A truncated answer is fetched whole over TCP, as every client does (RFC 7766).
    for (const one of replies) {
      if (one?.flags.includes('tc')) probes.push(question(one.probe.server, host, 'A', 'tcp'));
    }
    // The C library waits for both types.
    const both = servers.every((server) => answered(view.seen(question(server, host, 'AAAA'))));
    const allAnswer = servers.length > 0 && both && replies.every((one) => one?.rcode === 'NOERROR');
    if (view.settings.systemLookup && view.settings.depth !== 'quick' && allAnswer && safe(host))
      probes.push({ kind: 'lookup', host });
    return probes;
  });
  return [...first, ...servers.flatMap((server) => followUps(view, server))];
}

function judgeName(view: View, host: string, asked: readonly Asked[]): Conclusion {
  const targets = view.settings.targets.filter((target) => target.host === host);
  const target: Target | undefined = targets.find((one) => one.requirement === 'required') ?? targets[0];
  const required = target === undefined || target.requirement === 'required';
  const frame: Frame = {
    check: 'dns-content',
    layer: 'dns-content',
    target: { host, protocol: 'dns', role: target?.role ?? 'proxy' },
    needs: ['resolver', 'names', `name:${host}`],
    // Names of one zone that fail alike have one cause.
    breaksWhat: [`name:${host}`, `zone:${zoneOf(host)}`],
  };
  const addresses = addressesOf(view, host);
  const replies = resolvers(view)
    .map((server) => reply(view, server, host, 'A'))
    .filter((one): one is DnsObservation => one !== undefined);
  const good = replies.filter((one) => one.answers.some((record) => record.type === 'A'));
  const siblings = names(view).filter(
    (one) => one !== host && zoneOf(one) === zoneOf(host) && addressesOf(view, one).length > 0,
  );
  // Where all addresses are wanted, another host does not stand in for this one.
  const roleNames =
    target?.addressPolicy === 'all'
      ? []
      : view.settings.targets.filter((one) => one.role === target?.role).map((one) => one.host);
  const stitchers = [
    ...new Set(
      view.settings.targets.filter((one) => one.role === 'stitcher' && one.protocol === 'dtls').map((one) => one.host),
    ),
  ];
  const evidence: NameEvidence = {
    host,
    speaking: replies.filter(answered).length,
    doubts: doubtsAbout(view, host, replies, asked),
    stitchersFound: stitchers.filter((one) => one !== host && addressesOf(view, one).length > 0),
    stitchersTotal: stitchers.length,
    role: target?.role ?? 'proxy',
    required,
    // One stitcher of several may be missing: the tunnel needs one.
    othersOfRole: [...new Set(roleNames)].filter((one) => one !== host && addressesOf(view, one).length > 0),
    siblings,
    replies,
    addresses,
    sinks: [
      ...new Set(
        replies.flatMap((one) => one.answers.filter((r) => r.type === 'A' && isSink(r.data)).map((r) => r.data)),
      ),
    ],
    ipv6Only: replies.some((one) => one.rcode === 'NOERROR') && addresses.length === 0 && hasAaaa(view, host),
  };
  const answeredAtAll = replies.some(answered);
  if (addresses.length === 0 && !answeredAtAll)
    return skip({ ...frame, breaksWhat: [`name:${host}`] }, `${host} could not be asked for`);
  const found = judge(ROWS, evidence, frame);
  if (found) return found;
  const special = addresses.filter((address) => addressClass(address) !== 'public');
  const note = special.length > 0 ? `, of them not public: ${addressList(special)}` : '';
  const unused =
    hasAaaa(view, host) && !ipv6Usable(view) ? '; its IPv6 addresses are not used, there is no IPv6 here' : '';
  const servers = new Set(good.map((one) => one.probe.server.address)).size;
  return pass(
    { ...frame, breaksWhat: [] },
    `${host} ${addressList(addresses)}${note}${unused}${servers > 1 ? ` from ${count(servers, 'nameserver')}` : ''}`,
    good.slice(0, 2).map((one) => ({
      text: `${one.probe.server.address}: ${one.answers
        .map((record) => `${record.type} ${record.data}`)
        .slice(0, 6)
        .join(', ')}`,
      command: `dig @${one.probe.server.address} ${host}. A`,
    })),
  );
}

function hasAaaa(view: View, host: string): boolean {
  return resolvers(view).some((server) =>
    view.seen(question(server, host, 'AAAA'))?.answers.some((record) => record.type === 'AAAA'),
  );
}

function doubtsAbout(view: View, host: string, replies: readonly DnsObservation[], asked: readonly Asked[]): Doubts {
  const some = <T>(found: (one: Asked) => T | null): T[] =>
    asked.map(found).filter((one): one is Awaited<T> & T => one !== null);
  return {
    unchecked: some(({ server, known }) => bogus(view, server, host, known)),
    aliases: some(({ server }) => deadAlias(view, server, host)),
    filters: some(({ server, known }) => {
      const one = replies.find((each) => sameEndpoint(each.probe.server, server));
      const filter = one ? (filterOf(one) ?? madeUp(view, server, host, known)) : null;
      return filter ? { server: server.address, filter } : null;
    }),
    authorityBelow: some(({ server, known }) => authorityBelow(view, server, host, known))[0] ?? null,
    refusing: asked.filter((one) => one.refusing).map((one) => one.server.address),
    refusingName: asked.filter((one) => refusesName(view, one.server, host)).map((one) => one.server.address),
  };
}
