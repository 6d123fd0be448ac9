// What stands between the demo's pod and the servers: a plan's rules, laid over the map of where everybody lives.

import type { Endpoint } from '../model/target.ts';
import { GATEWAYS } from './addresses.ts';
import type { WorldPlan } from './faults.ts';

/** `address:port/transport` → where it really is. */
export type Places = Readonly<Record<string, Endpoint>>;

export interface DeadEnds {
  readonly silentUdp: Endpoint;
  readonly refusedUdp: Endpoint;
  /** The same as `refusedTcp` in a plan that drops no SYN: it takes a thread to make. */
  readonly droppedTcp: Endpoint;
  readonly refusedTcp: Endpoint;
}

export function needsSynDrop(plan: WorldPlan): boolean {
  return plan.egress === 'drop' || plan.tcp443 === 'drop';
}

export function filter(places: Places, plan: WorldPlan, dead: DeadEnds): Places {
  return Object.fromEntries(Object.entries(places).map(([key, at]) => [key, rule(key, plan, dead) ?? at]));
}

/** Where the packets end, or null when they pass. First match wins. */
function rule(key: string, plan: WorldPlan, dead: DeadEnds): Endpoint | null {
  const udp = key.endsWith('/udp');
  // The loopback interface has no firewall.
  if (key.startsWith('127.')) return null;
  if (plan.egress === 'drop') return udp ? dead.silentUdp : dead.droppedTcp;
  if (plan.gatewaysDown.some((host) => livesAt(host, key))) return udp ? dead.silentUdp : dead.refusedTcp;
  const outside443 = key.includes(':443/') && !key.startsWith('10.96.');
  if (!outside443) return null;
  if (udp) return { open: null, drop: dead.silentUdp, reject: dead.refusedUdp }[plan.udp443];
  return { open: null, drop: dead.droppedTcp, reject: dead.refusedTcp }[plan.tcp443];
}

function livesAt(host: string, key: string): boolean {
  const gateway = GATEWAYS.find((resident) => resident.host === host);
  return gateway?.addresses.some((address) => key.startsWith(`${address}:`)) ?? false;
}
