// Does each name lead to addresses that can be the service's?

import type { Check, Conclusion, View } from '../model/check.ts';
import type { DnsObservation } from '../model/observation.ts';
import type { Probe } from '../model/probe.ts';
import type { Target } from '../model/target.ts';
import { addressClass, addressList } from '../parse/ip.ts';
import { count, type Frame, faultsOf, judge, pass, skip } from './conclude.ts';
import { type NameEvidence, ROWS } from './dns-content-rows.ts';
import { addressesOf, answered, isSink, names, question, reply, resolvers } from './scene.ts';

export const dnsContent: Check = {
  id: 'dns-content',
  layer: 'dns-content',
  question: 'Does each required name lead to addresses that can be the service?',
  depth: 'quick',
  faults: faultsOf(ROWS),
  plan,
  diagnose: (view) => names(view).map((host) => judgeName(view, host)),
};

// Every name at every nameserver: one that does not know it is found this way. The C library comes last, and only where
// nothing can make it hang.
function plan(view: View): Probe[] {
  const servers = resolvers(view);
  return names(view).flatMap((host) => {
    const probes: Probe[] = servers.flatMap((server) => [question(server, host, 'A'), question(server, host, 'AAAA')]);
    const replies = servers.map((server) => view.seen(question(server, host, 'A')));
    // A truncated answer is fetched whole over TCP, as every client does (RFC 7766).
    for (const one of replies) {
      if (one?.flags.includes('tc')) probes.push(question(one.probe.server, host, 'A', 'tcp'));
    }
    const allAnswer = servers.length > 0 && replies.every((one) => one?.rcode === 'NOERROR');
    if (view.settings.systemLookup && view.settings.depth !== 'quick' && allAnswer)
      probes.push({ kind: 'lookup', host });
    return probes;
  });
}

function judgeName(view: View, host: string): Conclusion {
  const targets = view.settings.targets.filter((target) => target.host === host);
  const target: Target | undefined = targets.find((one) => one.requirement === 'required') ?? targets[0];
  const required = target === undefined || target.requirement === 'required';
  const frame: Frame = {
    check: 'dns-content',
    layer: 'dns-content',
    target: { host, protocol: 'dns', role: target?.role ?? 'proxy' },
    needs: ['resolver', 'names'],
    breaksWhat: [`name:${host}`],
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
  const evidence: NameEvidence = {
    host,
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
  const servers = new Set(good.map((one) => one.probe.server.address)).size;
  return pass(
    { ...frame, breaksWhat: [] },
    `${host} ${addressList(addresses)}${note}${servers > 1 ? ` from ${count(servers, 'nameserver')}` : ''}`,
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

/** The last two labels: enough to tell whether another name of the same owner resolves. */
function zoneOf(host: string): string {
  return host.split('.').slice(-2).join('.');
}
