// A wire with delay between the pod and its node. The kernel here may have no netem, so frames pass through a relay of ours:
// the pod's interface becomes a TAP device whose frames travel by UDP to the relay in the node and come out of another TAP there.
// Names, addresses, ARP and MTU stay as they were; only time is added.

import { join } from 'node:path';
import type { World } from './disturbances.ts';
import { POD } from './layout.ts';
import type { ServerPlan } from './processes.ts';
import type { RelayPlan } from './relay.ts';

export interface WireOptions {
  /** Added in each direction. */
  readonly oneWayMs: number;
  /** Every n-th frame arrives twice. */
  readonly duplicateEvery?: number;
  /** Every n-th frame is held back so long that the next ones overtake it. */
  readonly reorderEvery?: number;
}

const UNDERLAY = { pod: '169.254.77.1', gw: '169.254.77.2', prefix: 30, mtu: 1600 };
const PORT = 9001;
const TAP_PORT = 9002;

export async function layWire(world: World, options: WireOptions): Promise<void> {
  world.onHeal(async () => {
    await world.command('pod', 'sh', [
      '-c',
      `ip addr flush dev wire0; ip link set wire0 down; ip link set wire0 mtu 1500 name eth0`,
    ]);
    await world.command('gw', 'sh', [
      '-c',
      `ip addr flush dev wire0; ip link set wire0 down; ip link set wire0 mtu 1500 name p0`,
    ]);
    await world.command('gw', 'sh', ['-c', `ip addr add ${POD.gateway}/24 dev p0; ip link set p0 up`]);
    await world.command('pod', 'sh', [
      '-c',
      `ip addr add ${POD.address}/24 dev eth0; ip link set eth0 up; ip route add default via ${POD.gateway}`,
    ]);
  });
  const setAside = (device: string, address: string): string =>
    `ip link set ${device} down; ip addr flush dev ${device}; ip link set ${device} mtu ${UNDERLAY.mtu} name wire0; ` +
    `ip addr add ${address}/${UNDERLAY.prefix} dev wire0; ip link set wire0 up`;
  await world.command('pod', 'sh', ['-c', setAside('eth0', UNDERLAY.pod)]);
  await world.command('gw', 'sh', ['-c', setAside('p0', UNDERLAY.gw)]);
  const relay: RelayPlan = {
    near: { bind: [UNDERLAY.gw, PORT], peer: [UNDERLAY.pod, PORT] },
    far: { bind: ['127.0.0.1', PORT], peer: ['127.0.0.1', TAP_PORT] },
    ...options,
  };
  await world.start({
    name: 'relay',
    namespace: world.site.namespaces.gw,
    command: process.execPath,
    args: [join(import.meta.dirname, 'relay.ts'), JSON.stringify(relay)],
    logPath: join(world.site.directory, 'relay.log'),
    listens: [
      { protocol: 'udp', address: UNDERLAY.gw, port: PORT },
      { protocol: 'udp', address: '127.0.0.1', port: PORT },
    ],
  });
  await world.start(tap(world, 'gw', `${POD.gateway}/24`, 'p0', ['127.0.0.1', PORT], ['127.0.0.1', TAP_PORT]));
  await world.start(tap(world, 'pod', `${POD.address}/24`, 'eth0', [UNDERLAY.gw, PORT], [UNDERLAY.pod, PORT]));
  await world.command('pod', 'ip', ['route', 'add', 'default', 'via', POD.gateway]);
}

function tap(
  world: World,
  host: 'pod' | 'gw',
  address: string,
  device: string,
  peer: readonly [string, number],
  bind: readonly [string, number],
): ServerPlan {
  return {
    name: `tap-${host}`,
    namespace: world.site.namespaces[host],
    command: 'socat',
    args: [
      '-b65536',
      `TUN:${address},tun-type=tap,tun-name=${device},iff-no-pi,iff-up`,
      `UDP4:${peer[0]}:${peer[1]},bind=${bind[0]}:${bind[1]}`,
    ],
    logPath: join(world.site.directory, `tap-${host}.log`),
    listens: [{ protocol: 'udp', address: bind[0], port: bind[1], connected: true }],
  };
}
