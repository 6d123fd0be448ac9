// Further faults that are cheap to inject here. Those that no check names yet still have to be judged honestly:
// the right verdict and layer, one root cause, "cause not determined".

import type { World } from '../disturbances.ts';
import { POD, STITCHER_ADDRESSES } from '../layout.ts';
import type { LabFault } from './fault.ts';

/** A rule of iptables in the node's forward path: nft 1.0.6 cannot search a payload for a string. */
async function stringRule(world: World, target: readonly string[]): Promise<void> {
  const rule = [
    'FORWARD',
    '-p',
    'tcp',
    '--dport',
    '443',
    '-m',
    'string',
    '--algo',
    'bm',
    '--string',
    'goskope',
    '-j',
    ...target,
  ];
  world.onHeal(async () => {
    await world.command('gw', 'iptables', ['-D', ...rule]);
  });
  await world.command('gw', 'iptables', ['-I', ...rule]);
}

const stitchers = `{ ${STITCHER_ADDRESSES.join(', ')} }`;
const forward = (world: World, ...rules: string[]): Promise<void> => world.filter('gw', 'faults_forward', rules);

export const laterFaults: readonly LabFault[] = [
  {
    id: 'dns-local-eperm',
    how: "the pod's own output chain drops UDP 53",
    exitCode: 3,
    alreadyNamed: true,
    mentions: /10\.96\.0\.10/,
    inject: (world) => world.filter('pod', 'faults_output', ['udp dport 53 drop']),
  },
  {
    id: 'tcp-no-route',
    how: 'the pod has no default route',
    exitCode: 3,
    mentions: /route/,
    inject: async (world) => {
      world.onHeal(async () => {
        await world.command('pod', 'ip', ['route', 'add', 'default', 'via', POD.gateway]);
      });
      await world.command('pod', 'ip', ['route', 'del', 'default']);
    },
  },
  {
    id: 'tcp-egress-icmp-prohibited',
    how: 'the node answers TCP 443 with ICMP administratively prohibited',
    exitCode: 3,
    mentions: /203\.0\.113\.1[01]/,
    inject: (world) => forward(world, 'iifname "p0" tcp dport 443 reject with icmp type admin-prohibited'),
  },
  {
    id: 'tls-sni-rst',
    how: 'the node resets TCP 443 when it reads goskope in the hello',
    exitCode: 3,
    mentions: /203\.0\.113\.1[01]|acme\.goskope\.com/,
    inject: (world) => stringRule(world, ['REJECT', '--reject-with', 'tcp-reset']),
  },
  {
    id: 'tls-sni-drop',
    how: 'the node drops TCP 443 packets that contain goskope',
    exitCode: 3,
    mentions: /203\.0\.113\.1[01]|acme\.goskope\.com/,
    inject: (world) => stringRule(world, ['DROP']),
  },
  {
    id: 'mtu-blackhole-server-flight',
    how: 'the node drops packets above 1300 bytes towards the pod, without ICMP',
    exitCode: 3,
    mentions: /203\.0\.113\.\d+/,
    inject: async (world) => {
      world.disturbsDtlsPools();
      await forward(world, 'iifname "i0" ip length > 1300 drop');
    },
  },
  {
    id: 'udp-all-blocked',
    how: 'the node drops all UDP from the pod but DNS',
    exitCode: 3,
    alreadyNamed: true,
    mentions: /203\.0\.113\.2[1-4]/,
    inject: (world) => forward(world, 'iifname "p0" meta l4proto udp udp dport != 53 drop'),
  },
  {
    id: 'udp443-dest-specific',
    how: 'the node drops UDP 443 to the stitchers only',
    exitCode: 3,
    alreadyNamed: true,
    mentions: /203\.0\.113\.2[1-4]/,
    inject: (world) => forward(world, `iifname "p0" udp dport 443 ip daddr ${stitchers} drop`),
  },
];
