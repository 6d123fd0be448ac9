// Healthy oddities of the path: a slow start, a long way, an unusual MTU.

import type { World } from '../disturbances.ts';
import { TENANT } from '../layout.ts';
import { layWire } from '../wire.ts';
import type { Trap } from './trap.ts';

/** Sets an MTU on devices and puts 1500 back. */
async function mtu(world: World, bytes: number, devices: readonly ['pod' | 'gw' | 'inet', string][]): Promise<void> {
  for (const [host, device] of devices) {
    world.onHeal(async () => {
      await world.command(host, 'ip', ['link', 'set', device, 'mtu', '1500']);
      // What path MTU discovery has learned would outlive the change.
      await world.command(host, 'ip', ['route', 'flush', 'cache']);
    });
    await world.command(host, 'ip', ['link', 'set', device, 'mtu', String(bytes)]);
  }
}

const POD_WIRE: readonly ['pod' | 'gw' | 'inet', string][] = [
  ['pod', 'eth0'],
  ['gw', 'p0'],
];
const OUTER_WIRE: readonly ['pod' | 'gw' | 'inet', string][] = [
  ['gw', 'i0'],
  ['inet', 'i0'],
];

export const PATH_TRAPS: readonly Trap[] = [
  {
    number: 28,
    what: 'the first packets after the pod has started are lost: DNS, TCP and UDP each',
    variants: ['first packets'],
    apply: async (world) => {
      world.disturbsDtlsPools();
      await world.filter('gw', 'faults_forward', [
        'iifname "p0" udp dport 53 quota until 200 bytes drop',
        'iifname "p0" tcp dport 443 quota until 150 bytes drop',
        'iifname "p0" udp dport 443 quota until 400 bytes drop',
      ]);
    },
    proof: { host: 'gw', shell: 'nft list chain ip lab faults_forward', prints: /quota 200 bytes/ },
  },
  {
    number: 29,
    what: 'a round trip of 300 ms, and every 67th packet lost (1.5 %)',
    variants: ['satellite'],
    apply: async (world) => {
      world.disturbsDtlsPools();
      await layWire(world, { oneWayMs: 150 });
      await world.filter('gw', 'faults_forward', ['numgen inc mod 67 == 7 drop']);
    },
    proof: {
      host: 'pod',
      shell: `curl -sk -m 10 -o /dev/null -w '%{time_connect}' --resolve ${TENANT.host}:443:${TENANT.addresses[0]} https://${TENANT.host}/`,
      prints: /^0\.[36]/m,
    },
  },
  {
    number: 30,
    what: 'an MTU other than 1500, with working path MTU discovery',
    variants: ['pod-1410', 'path-1400', 'jumbo-9001'],
    apply: (world, variant) => {
      if (variant === 'pod-1410') return mtu(world, 1410, POD_WIRE);
      if (variant === 'path-1400') return mtu(world, 1400, OUTER_WIRE);
      return mtu(world, 9001, POD_WIRE);
    },
    proof: {
      host: 'pod',
      shell: `curl -sk -o /dev/null -w '%{http_code} ' https://${TENANT.host}/; ip link show eth0`,
      prints: /404 [\s\S]*mtu (1410|1500|9001)/,
    },
  },
];
