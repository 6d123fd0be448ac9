// /proc/net tables (proc(5)) as values: routes, neighbours, IPv6 addresses. Pure.

import type { Route } from '../model/fact.ts';

/** /proc/net/route: little-endian hex words. */
export function ipv4Routes(text: string): Route[] {
  const routes: Route[] = [];
  for (const line of text.split('\n').slice(1, 2000)) {
    const [name, destination, gateway, flags, , , , mask] = line.trim().split(/\s+/);
    if (!name || !destination || !gateway || !flags || !mask) continue;
    // RTF_UP; a reject route (RTF_REJECT 0x200) carries nothing.
    if ((Number.parseInt(flags, 16) & 0x1) === 0 || (Number.parseInt(flags, 16) & 0x200) !== 0) continue;
    const via = littleEndian(gateway);
    routes.push({
      destination: `${littleEndian(destination)}/${bits(mask)}`,
      gateway: via === '0.0.0.0' ? null : via,
      interface: name,
      family: 4,
    });
  }
  return routes;
}

/** /proc/net/ipv6_route: destination, prefix length (hex), …, gateway, …, flags, interface. Loopback and reject routes are left out. */
export function ipv6Routes(text: string): Route[] {
  const routes: Route[] = [];
  for (const line of text.split('\n').slice(0, 2000)) {
    const parts = line.trim().split(/\s+/);
    const [destination, length, , , gateway] = parts;
    const flags = parts[8];
    const name = parts[9];
    if (!destination || !length || !gateway || !flags || !name || name === 'lo') continue;
    if ((Number.parseInt(flags, 16) & 0x200) !== 0) continue;
    routes.push({
      destination: `${ipv6(destination)}/${Number.parseInt(length, 16)}`,
      gateway: /^0+$/.test(gateway) ? null : ipv6(gateway),
      interface: name,
      family: 6,
    });
  }
  return routes;
}

export interface Neighbour {
  readonly address: string;
  readonly interface: string;
  readonly resolved: boolean;
}

/** /proc/net/arp: flag 0x2 (ATF_COM) means that the hardware address is known. */
export function neighbours(text: string): Neighbour[] {
  return text
    .split('\n')
    .slice(1, 1000)
    .map((line) => line.trim().split(/\s+/))
    .filter((parts) => parts.length >= 6)
    .map((parts) => ({
      address: parts[0] ?? '',
      interface: parts[5] ?? '',
      resolved: (Number.parseInt(parts[2] ?? '0', 16) & 0x2) !== 0,
    }));
}

function littleEndian(hex: string): string {
  return [6, 4, 2, 0].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join('.');
}

function bits(maskHex: string): number {
  let ones = 0;
  for (const digit of maskHex) {
    for (let value = Number.parseInt(digit, 16); value > 0; value >>= 1) ones += value & 1;
  }
  return ones;
}

function ipv6(hex: string): string {
  return (hex.match(/.{4}/g) ?? []).map((group) => group.replace(/^0{1,3}/, '')).join(':');
}
