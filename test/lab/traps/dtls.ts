// Healthy oddities of stitchers and of UDP.

import { CONTROLS, STITCHER_ADDRESSES } from '../layout.ts';
import type { Trap } from './trap.ts';

const stitchers = `{ ${STITCHER_ADDRESSES.join(', ')} }`;

export const DTLS_TRAPS: readonly Trap[] = [
  {
    number: 9,
    what: 'nothing answers to ping',
    variants: ['everywhere'],
    apply: async (world) => {
      await world.filter('gw', 'faults_forward', ['icmp type echo-request drop']);
      await world.filter('gw', 'faults_input', ['icmp type echo-request drop']);
    },
    proof: { host: 'gw', shell: 'nft list chain ip lab faults_forward', prints: /icmp type echo-request drop/ },
  },
  {
    number: 16,
    what: 'stitchers answer by UDP only: 443/TCP is refused, or silent',
    variants: ['refused', 'silent'],
    apply: (world, variant) =>
      world.filter('inet', 'faults_input', [
        `ip daddr ${stitchers} tcp dport 443 ${variant === 'refused' ? 'reject with tcp reset' : 'drop'}`,
      ]),
    proof: { host: 'pod', shell: `nc -vz -w1 ${STITCHER_ADDRESSES[0]} 443 2>&1`, prints: /refused|timed out/ },
  },
  {
    number: 18,
    what: 'every third datagram to 443/UDP is lost, the first one included',
    variants: ['every third'],
    apply: async (world) => {
      world.disturbsDtlsPools();
      await world.filter('gw', 'faults_forward', ['iifname "p0" udp dport 443 numgen inc mod 3 == 0 counter drop']);
    },
    proof: { host: 'gw', shell: 'nft list chain ip lab faults_forward', prints: /counter packets [1-9]/ },
  },
  {
    // Harder than the catalogue's 18, so it has a number of its own and is not among those that the tests require.
    number: 118,
    what: 'the first datagram of every DTLS flow is lost; a retransmission on the same socket passes',
    variants: ['first of each flow'],
    apply: async (world) => {
      world.disturbsDtlsPools();
      await world.filter('gw', 'faults_forward', [
        'iifname "p0" udp dport 443 udp sport . ip daddr @seen accept',
        'iifname "p0" udp dport 443 add @seen { udp sport . ip daddr } counter drop',
      ]);
    },
    proof: { host: 'gw', shell: 'nft list chain ip lab faults_forward', prints: /counter packets [1-9]/ },
  },
  {
    number: 20,
    what: 'the STUN server is out of reach while DTLS works',
    variants: ['dropped', 'rejected'],
    apply: (world, variant) =>
      world.filter('gw', 'faults_forward', [
        `iifname "p0" ip daddr ${CONTROLS.stun[0].address} ${variant === 'dropped' ? 'drop' : 'reject'}`,
      ]),
    proof: { host: 'gw', shell: 'nft list chain ip lab faults_forward', prints: /198\.51\.100\.70/ },
  },
];
