// Does a name of each declared private zone resolve from the pod, and if not, why?

import type { Check, Conclusion, View } from '../model/check.ts';
import type { Probe } from '../model/probe.ts';
import type { PrivateZone } from '../model/settings.ts';
import { type Frame, faultsOf, judge, listed, pass, skip, unknown } from './conclude.ts';
import { mixedUpstreams } from './coredns-upstreams.ts';
import {
  atEndpoints,
  atHolders,
  fateOf,
  isLost,
  throughResolvers,
  type ZoneEvidence,
  zoneEvidence,
  zonesOf,
} from './private-zone-evidence.ts';
import { ROWS } from './private-zone-rows.ts';
import { names, question, resolvers } from './scene.ts';

/** As long as CoreDNS waits for an upstream, and a little: what comes later is a timeout to applications too. */
const PATIENCE_MS = 2_600;

export const privateZone: Check = {
  id: 'private-zone',
  layer: 'dns-server',
  question: 'Do the declared private zones resolve from here?',
  depth: 'quick',
  faults: faultsOf(ROWS),
  plan: (view) => zonesOf(view).flatMap((zone) => planZone(view, zone)),
  enough: (view) =>
    zonesOf(view)
      .flatMap((zone) => [...throughResolvers(view, zone), ...atEndpoints(view, zone), ...atHolders(zone)])
      .filter((probe) => (view.waitingMs(probe) ?? 0) >= PATIENCE_MS),
  diagnose: (view) => zonesOf(view).map((zone) => judgeZone(view, zone)),
};

// The zone's own servers are asked only when the nameservers have no address to give.
function planZone(view: View, zone: PrivateZone): Probe[] {
  const asked = throughResolvers(view, zone);
  const doubtful = asked.some((probe) => {
    const one = view.seen(probe);
    return view.suspect(probe) || (one !== undefined && fateOf(one, zone) !== 'served');
  });
  const first = asked.map((probe) => view.seen(probe));
  return [
    ...asked,
    // A truncated answer is fetched whole, as every client does (RFC 7766).
    ...first.flatMap((one) => (one?.flags.includes('tc') ? [question(one.probe.server, zone.probe, 'A', 'tcp')] : [])),
    ...(view.settings.depth === 'quick' && !doubtful ? [] : atEndpoints(view, zone)),
    ...(doubtful ? atHolders(zone) : []),
    // With nothing else to ask about, the root shows whether the nameserver finds anything.
    ...(doubtful && names(view).length === 0 ? resolvers(view).map((server) => question(server, '.', 'NS')) : []),
  ];
}

function judgeZone(view: View, zone: PrivateZone): Conclusion {
  const frame: Frame = {
    check: 'private-zone',
    layer: 'dns-server',
    target: { host: zone.probe, protocol: 'dns', role: 'private-zone' },
    needs: ['resolver'],
    breaksWhat: [`zone-forwarding:${zone.zone}`, `name:${zone.probe}`],
  };
  const evidence = zoneEvidence(view, zone);
  const { replies, direct } = evidence;
  if (mixedUpstreams(view).some((one) => one.zone === zone))
    return skip(frame, `${zone.zone} is answered by different servers at different times`);
  if (replies.length === 0) return skip(frame, 'no nameserver finds names outside of the cluster');
  const found = judge(ROWS, evidence, frame);
  if (found) return found;
  const fates = replies.map((one) => fateOf(one, zone, direct));
  const denied = replies[fates.indexOf('denied')];
  if (denied && !fates.includes('served')) {
    return unknown(frame, `${zone.probe} does not exist at its own servers: declare a name that has an address`, true, [
      { text: `NXDOMAIN from ${zone.zone} itself`, command: `dig @${denied.probe.server.address} ${zone.probe}. A` },
    ]);
  }
  return pass({ ...frame, breaksWhat: [] }, passed(evidence));
}

function passed({ zone, replies, endpoints }: ZoneEvidence): string {
  const addresses = [
    ...new Set(replies.flatMap((one) => one.answers.flatMap(({ type, data }) => (type === 'A' ? [data] : [])))),
  ];
  const pods = endpoints.filter((one) => !isLost(fateOf(one, zone))).length;
  const where = addresses.length > 0 ? listed(addresses.slice(0, 4)) : 'answered by its own servers';
  return `${zone.probe} ${where}${pods > 0 ? `, at ${pods} CoreDNS ${pods === 1 ? 'pod' : 'pods'} too` : ''}`;
}
