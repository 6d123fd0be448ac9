// Group E: TCP does not get out.

import type { LabFault } from './fault.ts';

export const tcpFaults: readonly LabFault[] = [
  {
    id: 'tcp-egress-drop',
    how: 'the node drops TCP 443 to everything outside',
    exitCode: 3,
    mentions: /203\.0\.113\.1[01]/,
    inject: (world) => world.filter('gw', 'faults_forward', ['iifname "p0" tcp dport 443 drop']),
  },
  {
    id: 'tcp-egress-reject',
    how: 'the node answers TCP 443 with a reset, for everything outside',
    exitCode: 3,
    mentions: /203\.0\.113\.1[01]/,
    inject: (world) => world.filter('gw', 'faults_forward', ['iifname "p0" tcp dport 443 reject with tcp reset']),
  },
];
