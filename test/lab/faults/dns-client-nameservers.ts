// Groups A and B, the nameserver list: dead ones, forgotten ones, and addresses that are somebody else's.

import type { World } from '../disturbances.ts';
import { CLUSTER, CORP, SEARCH } from '../layout.ts';
import type { LabFault } from './fault.ts';

const NOBODY = ['10.0.0.91', '10.0.0.92', '10.0.0.93'];
const NODE_CACHE = '169.254.20.10';

export function nameservers(world: World, addresses: readonly string[], search: readonly string[] = SEARCH): void {
  const lines = addresses.map((address) => `nameserver ${address}`).join('\n');
  world.resolvConf(`search ${search.join(' ')}\n${lines}\noptions ndots:5\n`);
}

export const dnsClientNameserverFaults: readonly LabFault[] = [
  {
    id: 'dnsc-first-nameserver-dead',
    how: 'the first nameserver is dropped on the way, the second is the cluster DNS',
    exitCode: 3,
    mentions: /10\.0\.0\.91/,
    inject: async (world) => {
      nameservers(world, ['10.0.0.91', CLUSTER.dnsService]);
      await world.filter('gw', 'faults_forward', ['ip daddr 10.0.0.91 drop']);
    },
  },
  {
    id: 'dnsc-nameserver-limit',
    how: 'four nameservers, of which the first three are dropped on the way',
    // With the three that libc reads dead, nothing resolves: more than the warning that a long list is by itself.
    exitCode: 3,
    mentions: /10\.96\.0\.10/,
    inject: async (world) => {
      nameservers(world, [...NOBODY, CLUSTER.dnsService]);
      await world.filter('gw', 'faults_forward', [`ip daddr { ${NOBODY.join(', ')} } drop`]);
    },
  },
  {
    id: 'dnsc-hostnetwork-clusterfirst',
    how: "interfaces of the node's network plugin, and the node's own resolver, which does not know the cluster",
    exitCode: 0,
    mentions: /10\.0\.0\.53/,
    inject: async (world) => {
      nameservers(world, [CORP.resolver], ['corp.example']);
      world.onHeal(async () => {
        await world.command('pod', 'ip', ['link', 'del', 'cni0']);
      });
      await world.command('pod', 'ip', ['link', 'add', 'cni0', 'type', 'bridge']);
      await world.command('pod', 'ip', ['addr', 'add', '10.244.9.1/24', 'dev', 'cni0']);
      await world.command('pod', 'ip', ['link', 'set', 'cni0', 'up']);
    },
  },
  {
    id: 'dnsc-stale-cluster-ip',
    how: 'resolv.conf names a Service address that is nobody; the DNS Service is at another',
    exitCode: 3,
    mentions: /10\.96\.0\.11.*10\.96\.0\.10|10\.96\.0\.10.*10\.96\.0\.11/s,
    inject: async (world) => nameservers(world, ['10.96.0.11']),
  },
  {
    id: 'dns-no-endpoints',
    how: 'the DNS Service has no endpoint: the node rejects, other Services work',
    exitCode: 3,
    mentions: /10\.96\.0\.10/,
    inject: (world) =>
      world.filter('gw', 'faults_forward', [
        `ct original ip daddr ${CLUSTER.dnsService} udp dport 53 reject`,
        `ct original ip daddr ${CLUSTER.dnsService} tcp dport 53 reject with tcp reset`,
      ]),
  },
  {
    id: 'dns-nodelocal-down',
    how: 'resolv.conf names the cache of the node, which does not answer; the cluster DNS does',
    exitCode: 3,
    mentions: /169\.254\.20\.10/,
    inject: async (world) => nameservers(world, [NODE_CACHE]),
  },
];
