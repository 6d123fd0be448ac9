// Group I: UDP and DTLS.

import { poolRule } from '../hosts.ts';
import { STITCHERS } from '../layout.ts';
import type { LabFault } from './fault.ts';

const [first, second] = STITCHERS;

export const udpFaults: readonly LabFault[] = [
  {
    id: 'udp443-drop',
    how: 'the node drops UDP 443 to everything outside; other UDP ports pass',
    exitCode: 3,
    mentions: /203\.0\.113\.2[1-4]/,
    inject: (world) => world.filter('gw', 'faults_forward', ['iifname "p0" udp dport 443 drop']),
  },
  {
    id: 'udp443-reject',
    how: 'the node answers UDP 443 with ICMP port unreachable',
    exitCode: 3,
    mentions: /203\.0\.113\.2[1-4]/,
    inject: (world) => world.filter('gw', 'faults_forward', ['iifname "p0" udp dport 443 reject']),
  },
  {
    id: 'dtls-stitcher-silent',
    how: 'the hosts of the second stitcher are dead: nothing answers at their addresses, by TCP or UDP',
    exitCode: 0,
    mentions: /203\.0\.113\.2[34]/,
    inject: (world) =>
      world.filter('inet', 'faults_prerouting', [`ip daddr { ${second.addresses.join(', ')} } counter drop`]),
  },
  {
    id: 'udp-first-packet-only',
    how: 'the node passes the first datagram of each flow to UDP 443 and drops the rest',
    exitCode: 3,
    mentions: /203\.0\.113\.2[1-4]/,
    inject: async (world) => {
      world.disturbsDtlsPools();
      await world.filter('gw', 'faults_forward', ['iifname "p0" udp dport 443 ct original packets > 1 drop']);
    },
  },
  {
    id: 'dtls-server-flight-dropped',
    how: 'the node drops datagrams above 600 bytes from UDP 443; every stitcher sends its flight in large ones',
    exitCode: 3,
    mentions: /203\.0\.113\.2[1-4]/,
    inject: async (world) => {
      world.disturbsDtlsPools();
      // coturn's pieces of 228 bytes would slip through, so the first stitcher is served by the OpenSSL pool for the while.
      await world.filter('inet', 'faults_prerouting', [
        `ip daddr { ${first.addresses.join(', ')} } udp dport 443 ${poolRule('openssl')}`,
      ]);
      await world.filter('gw', 'faults_forward', ['iifname "i0" udp sport 443 ip length > 600 drop']);
    },
  },
];
