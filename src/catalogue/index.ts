// Every fault that has a name. Plain data: importing this computes nothing, so that `explain ID` starts at once.

import type { Fault } from '../model/fault.ts';
import { corednsFaults } from './faults/coredns.ts';
import { dnsClientFaults } from './faults/dns-client.ts';
import { dnsContentFaults } from './faults/dns-content.ts';
import { dnsPathFaults } from './faults/dns-path.ts';
import { egressFaults } from './faults/egress.ts';
import { environmentFaults } from './faults/environment.ts';
import { httpFaults } from './faults/http.ts';
import { mtuFaults } from './faults/mtu.ts';
import { proxyFaults } from './faults/proxy.ts';
import { tcpFaults } from './faults/tcp.ts';
import { tlsFaults } from './faults/tls.ts';
import { udpFaults } from './faults/udp.ts';
import { upgradeCloudtaserFaults } from './faults/upgrade-cloudtaser.ts';
import { upgradeHelmFaults } from './faults/upgrade-helm.ts';
import { upgradePublisherFaults } from './faults/upgrade-publisher.ts';
import { upgradePublisherIdentityFaults } from './faults/upgrade-publisher-identity.ts';
import { upgradeToolsFaults } from './faults/upgrade-tools.ts';

/** All faults, causes before effects by group: the order in which `list faults` prints them. */
export const FAULTS: readonly Fault[] = [
  ...environmentFaults,
  ...dnsClientFaults,
  ...dnsPathFaults,
  ...corednsFaults,
  ...dnsContentFaults,
  ...tcpFaults,
  ...tlsFaults,
  ...httpFaults,
  ...proxyFaults,
  ...udpFaults,
  ...mtuFaults,
  ...egressFaults,
  ...upgradePublisherFaults,
  ...upgradePublisherIdentityFaults,
  ...upgradeCloudtaserFaults,
  ...upgradeToolsFaults,
  ...upgradeHelmFaults,
];

/** The fault with this very id. */
export function fault(id: string): Fault | undefined {
  return FAULTS.find((each) => each.id === id);
}

/** At most this many suggestions: more is a list, and `list faults` prints that. */
const SUGGESTIONS = 3;
/** Longer input is cut: the longest id has fewer than 40 characters. */
const LONGEST_INPUT = 64;

/**
 * Ids that a mistyped one may have meant, the nearest first; empty when none is near. First those within a few
 * typing errors (a third of the length, at most 4), then those that contain the input (`tun-missing`, `stale`).
 */
export function suggest(id: string): string[] {
  const wanted = id
    .slice(0, LONGEST_INPUT)
    .trim()
    .toLowerCase()
    .replaceAll(/[_\s]+/g, '-');
  if (wanted === '') return [];
  const limit = Math.min(4, Math.floor(wanted.length / 3));
  const near = FAULTS.map((each) => ({ id: each.id, distance: editDistance(wanted, each.id) }))
    .filter((each) => each.distance <= limit)
    .sort((a, b) => a.distance - b.distance);
  // Three letters or fewer (`dns`, `tls`) are part of too many ids to be a hint.
  const containing = wanted.length > 3 ? FAULTS.filter((each) => each.id.includes(wanted)) : [];
  return [...new Set([...near, ...containing].map((each) => each.id))].slice(0, SUGGESTIONS);
}

/** Levenshtein distance with adjacent swaps counted as one (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const cost = a[row - 1] === b[column - 1] ? 0 : 1;
      let best = Math.min(
        (last[column] ?? Infinity) + 1,
        (current[column - 1] ?? Infinity) + 1,
        (last[column - 1] ?? Infinity) + cost,
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        best = Math.min(best, (beforeLast[column - 2] ?? Infinity) + 1);
      }
      current.push(best);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? a.length;
}
