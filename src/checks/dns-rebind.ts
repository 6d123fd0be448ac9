// Does a declared private name keep its private address on the way through the resolvers?

import type { Check, Conclusion, View } from '../model/check.ts';
import type { DnsObservation } from '../model/observation.ts';
import type { DnsProbe, Probe } from '../model/probe.ts';
import type { PrivateZone } from '../model/settings.ts';
import { addressClass, addressList, hostPort } from '../parse/ip.ts';
import { type Frame, faultsOf, judge, type Row } from './conclude.ts';
import { hasAddress, soaOwner } from './dns-answer.ts';
import { names, question, reply, resolvers } from './scene.ts';

interface Evidence {
  readonly zone: PrivateZone;
  /** Through the pod's own nameservers: answered, and without an address. */
  readonly chain: readonly DnsObservation[];
  /** Put to the zone's own servers: with private addresses. */
  readonly direct: readonly DnsObservation[];
  readonly publicWorks: boolean;
}

/** RFC 8914: 15 Blocked; dnsmasq 2.87 and later says so when it strips an address. */
const BLOCKED = 15;

const empty = (one: DnsObservation) => one.rcode === 'NOERROR' && !hasAddress(one);
const blocked = (one: DnsObservation) => one.extendedErrors.some((each) => each.code === BLOCKED);

const ROWS: readonly Row<Evidence>[] = [
  {
    fault: 'dnsx-rebind-filtered',
    // An empty answer from the zone's own authority would be genuine; a REFUSED may be anybody's, unless it says "blocked".
    when: (e) =>
      e.publicWorks &&
      e.direct.length > 0 &&
      e.chain.length > 0 &&
      e.chain.every((one) => empty(one) || (one.rcode === 'REFUSED' && blocked(one))),
    say: (e) => {
      const one = e.chain[0];
      const own = e.direct[0];
      const addresses = addressList(own?.answers.map((record) => record.data) ?? []);
      const chain = one?.probe.server.address ?? '';
      const holder = own ? hostPort(own.probe.server.address, own.probe.server.port) : '';
      return {
        status: 'fail',
        severity: 'high',
        summary: `somebody on the way strips the private address of ${e.zone.probe}`,
        cause: `Asked directly, ${holder} gives ${addresses} for ${e.zone.probe}; through ${chain} the answer is ${one?.rcode === 'NOERROR' ? 'NOERROR without an address' : (one?.rcode ?? '')}${one && blocked(one) ? ' with extended error 15 (Blocked)' : ''}${one && soaOwner(one) === null ? ' and without any authority' : ''}. Public names pass. That is rebinding protection: a forwarder takes private addresses out of answers.`,
        breaks: `every application in ${e.zone.zone} that users reach through the Publisher.`,
        remedy: {
          summary: `Exempt ${e.zone.zone} at the forwarder behind ${chain} (dnsmasq: --rebind-domain-ok=/${e.zone.zone}/; unbound: private-domain: "${e.zone.zone}"), or forward the zone from CoreDNS straight to ${holder}.`,
          commands: [`dig @${chain} ${e.zone.probe}. A`, `dig @${own?.probe.server.address ?? ''} ${e.zone.probe}. A`],
          docs: 'https://thekelleys.org.uk/dnsmasq/docs/dnsmasq-man.html',
        },
        evidence: [
          ...e.chain.slice(0, 2).map((each) => ({
            text: `${each.probe.server.address}: ${each.rcode}, no address`,
            command: `dig @${each.probe.server.address} ${e.zone.probe}. A`,
          })),
          ...e.direct.slice(0, 2).map((each) => ({
            text: `${each.probe.server.address}: ${each.answers.map((record) => record.data).join(', ')}`,
            command: `dig @${each.probe.server.address} ${e.zone.probe}. A`,
          })),
        ],
      };
    },
  },
];

export const dnsRebind: Check = {
  id: 'dns-rebind',
  layer: 'dns-content',
  question: 'Do private names keep their private addresses on the way?',
  depth: 'quick',
  faults: faultsOf(ROWS),
  plan,
  diagnose: (view) => zones(view).flatMap((zone) => judgeZone(view, zone)),
};

const zones = (view: View) => view.settings.privateZones ?? [];
const throughChain = (view: View, zone: PrivateZone): DnsProbe[] =>
  resolvers(view).map((server) => question(server, zone.probe, 'A'));
const atHolders = (zone: PrivateZone): DnsProbe[] =>
  zone.forwarders.slice(0, 2).map((server) => question(server, zone.probe, 'A'));

const stripped = (one: DnsObservation | undefined) =>
  one !== undefined && (empty(one) || (one.rcode === 'REFUSED' && blocked(one)));

// The zone's own servers are asked only when the chain has no address to give.
function plan(view: View): Probe[] {
  return zones(view).flatMap((zone) => {
    const asked = throughChain(view, zone);
    return asked.some((probe) => stripped(view.seen(probe))) ? [...asked, ...atHolders(zone)] : asked;
  });
}

function judgeZone(view: View, zone: PrivateZone): Conclusion[] {
  const seen = (probes: readonly DnsProbe[]) =>
    probes.map((probe) => view.seen(probe)).filter((one): one is DnsObservation => one !== undefined);
  const evidence: Evidence = {
    zone,
    chain: seen(throughChain(view, zone)),
    direct: seen(atHolders(zone)).filter((one) =>
      one.answers.some((record) => record.type === 'A' && addressClass(record.data) !== 'public'),
    ),
    publicWorks: resolvers(view).some((server) =>
      names(view).some((host) => hasAddress(reply(view, server, host, 'A'))),
    ),
  };
  const frame: Frame = {
    check: 'dns-rebind',
    layer: 'dns-content',
    target: { host: zone.probe, protocol: 'dns', role: 'private-zone' },
    needs: ['resolver', 'names', `zone-forwarding:${zone.zone}`],
    breaksWhat: [`name:${zone.probe}`],
  };
  const found = judge(ROWS, evidence, frame);
  return found ? [found] : [];
}
