// The table of dns-aaaa: what is wrong with IPv6 in DNS while IPv4 is fine. Warnings: whether it hurts depends on the client.

import type { DnsObservation } from '../model/observation.ts';
import type { Endpoint } from '../model/target.ts';
import { addressList } from '../parse/ip.ts';
import { duration, type Row } from './conclude.ts';
import { zoneOf } from './dns-answer.ts';
import type { Reach } from './reach.ts';

export interface AaaaEvidence {
  readonly host: string;
  readonly server: Endpoint;
  /** The A answer, when it was prompt. */
  readonly a: DnsObservation | null;
  readonly aaaa: DnsObservation | null;
  /** No answer to AAAA in the time that a client gives, by UDP nor by TCP. */
  readonly silent: boolean;
  /** SERVFAIL at once, by UDP and by TCP. */
  readonly failing: boolean;
  /** The root's AAAA is not answered either. */
  readonly everyZone: boolean;
  /** IPv6 addresses that nobody answers at, while IPv4 of the same name works. */
  readonly deadSix: readonly Reach[];
  readonly four: readonly Reach[];
  /** All addresses are wanted, so the dead ones count. */
  readonly required: boolean;
}

const dig = (e: AaaaEvidence, type: string) => `dig @${e.server.address} ${e.host}. ${type} +tries=1 +time=6`;

const both = (e: AaaaEvidence) => [
  { text: `A: ${e.a?.rcode ?? 'no answer'} in ${duration(e.a?.rttMs ?? 0)}`, command: dig(e, 'A') },
  {
    text: `AAAA: ${e.aaaa?.rcode ?? 'no answer'} after ${duration(e.aaaa?.durationMs ?? 0)}`,
    command: dig(e, 'AAAA'),
  },
];

const stopgap = (e: AaaaEvidence) =>
  `Meanwhile let CoreDNS answer AAAA for ${zoneOf(e.host)} with an empty NOERROR (template IN AAAA ${zoneOf(e.host)} { rcode NOERROR }).`;

export const ROWS: readonly Row<AaaaEvidence>[] = [
  {
    fault: 'dnsx-aaaa-timeout',
    when: (e) => e.silent,
    say: (e) => ({
      status: 'warn',
      severity: 'medium',
      summary: `nobody answers AAAA for ${e.everyZone ? 'any name' : e.host}`,
      cause: `A of ${e.host} is answered in ${duration(e.a?.rttMs ?? 0)}; AAAA has no answer within ${duration(e.aaaa?.durationMs ?? 0)}, over TCP neither. ${e.everyZone ? 'AAAA of the root is not answered either, so the resolver swallows the type' : `AAAA of the root is answered, so somebody swallows it for ${zoneOf(e.host)}: its servers or the forwarder to them`}.`,
      breaks: 'nothing for good: clients that ask for both types wait five to ten seconds at each lookup.',
      remedy: {
        summary: `Have the forwarder behind ${e.server.address} (or the servers of ${zoneOf(e.host)}) mended so that AAAA gets an answer. ${stopgap(e)}`,
        commands: [dig(e, 'AAAA')],
        docs: 'https://coredns.io/plugins/template/',
      },
      evidence: both(e),
    }),
  },
  {
    fault: 'dnsx-aaaa-servfail',
    when: (e) => e.failing,
    say: (e) => ({
      status: 'warn',
      severity: 'medium',
      summary: `AAAA for ${e.host} ends in SERVFAIL`,
      cause: `A of ${e.host} is NOERROR, AAAA is SERVFAIL within ${duration(e.aaaa?.durationMs ?? 0)}, each time. The server or a forwarder on the way cannot cope with the question for IPv6 addresses of ${zoneOf(e.host)}.`,
      breaks: 'lookups of clients that take one failed type for the whole; others use the IPv4 answer.',
      remedy: {
        summary: `Have the forwarder behind ${e.server.address} (or the servers of ${zoneOf(e.host)}) answer AAAA with NOERROR. ${stopgap(e)}`,
        commands: [dig(e, 'AAAA')],
        docs: 'https://coredns.io/plugins/template/',
      },
      evidence: both(e),
    }),
  },
  {
    fault: 'dnsx-aaaa-unroutable',
    when: (e) => e.deadSix.length > 0,
    say: (e) => {
      const immediate = e.deadSix.every((one) => one.immediate);
      const addresses = addressList(e.deadSix.map((one) => one.address));
      return {
        status: e.required ? 'fail' : 'warn',
        severity: e.required ? 'high' : 'low',
        summary: `${e.host} has IPv6 addresses that cannot be reached from here`,
        cause: `DNS offers ${addresses} beside ${addressList(e.four.map((one) => one.address))}. This pod has an IPv6 address and a default route, and connections to them end in ${[...new Set(e.deadSix.map((one) => one.says))].join(', ')}, while IPv4 works.${immediate ? ' The error comes at once, so clients lose no time.' : ' Clients that try one address after the other wait for it first.'}`,
        breaks: immediate
          ? 'hardly anything.'
          : `the start of each connection to ${e.host}, by as long as a client waits for a SYN.`,
        remedy: {
          summary: `Repair IPv6 egress of this pod to ${addresses}, or withdraw its IPv6 default route, or filter AAAA for ${zoneOf(e.host)}; the chart disables IPv6 by default.`,
          commands: ['ip -6 route', `nc -6 -vz -w 3 ${e.deadSix[0]?.address ?? ''} ${e.deadSix[0]?.port ?? 443}`],
        },
        evidence: [
          ...e.deadSix.slice(0, 3).map((one) => ({
            text: `[${one.address}]:${one.port} ${one.says}`,
            command: `nc -6 -vz -w 3 ${one.address} ${one.port}`,
          })),
          ...e.four.slice(0, 1).map((one) => ({
            text: `${one.address}:${one.port} connects`,
            command: `nc -vz -w 3 ${one.address} ${one.port}`,
          })),
        ],
      };
    },
  },
];
