// Group A: what resolv.conf says.

import type { LabFault } from './fault.ts';

export const dnsClientFaults: readonly LabFault[] = [
  {
    id: 'dnsc-resolv-missing',
    how: 'resolv.conf is an empty file',
    exitCode: 3,
    mentions: /resolv\.conf/,
    inject: async (world) => world.resolvConf(''),
  },
  {
    id: 'dnsc-loopback-only',
    how: "resolv.conf is the node's own: nameserver 127.0.0.53, and nothing listens there",
    exitCode: 3,
    mentions: /127\.0\.0\.53/,
    inject: async (world) => world.resolvConf('nameserver 127.0.0.53\noptions edns0 trust-ad\n'),
  },
];
