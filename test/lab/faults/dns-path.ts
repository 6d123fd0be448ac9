// Group B: the way between the pod and its resolver.

import type { LabFault } from './fault.ts';

export const dnsPathFaults: readonly LabFault[] = [
  {
    id: 'dns-udp-blocked',
    how: 'the node drops UDP 53 from the pod; TCP 53 passes',
    exitCode: 3,
    mentions: /10\.96\.0\.10/,
    inject: (world) => world.filter('gw', 'faults_forward', ['iifname "p0" udp dport 53 drop']),
  },
  {
    id: 'dns-egress-policy-deny',
    how: 'the node drops everything from the pod, as a default-deny policy does',
    exitCode: 3,
    mentions: /10\.96\.0\.10/,
    inject: (world) => world.filter('gw', 'faults_forward', ['iifname "p0" drop']),
  },
];
