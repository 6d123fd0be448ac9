// What the tables of dns-content look at: one name, the answers to it, and what was asked further about them.

import type { DnsObservation } from '../model/observation.ts';
import type { Role } from '../model/target.ts';
import { listed } from './conclude.ts';
import type { Filter } from './dns-answer.ts';
import { timedOut } from './scene.ts';

/** What the further questions about one name have shown. */
export interface Doubts {
  /** CD=1 has an address where CD=0 has SERVFAIL. */
  readonly unchecked: readonly DnsObservation[];
  /** A filter says so itself, or denials are made up. */
  readonly filters: readonly { readonly server: string; readonly filter: Filter }[];
  /** The zone that denies names below this one, where the denial itself names none: it came from a cache. */
  readonly authorityBelow: string | null;
  /** Alias targets without an address. */
  readonly aliases: readonly DnsObservation[];
  /** Nameservers that refuse whoever asks from here. */
  readonly refusing: readonly string[];
  /** Nameservers that refuse this name and answer others. */
  readonly refusingName: readonly string[];
}

export interface NameEvidence {
  readonly host: string;
  readonly role: Role;
  readonly required: boolean;
  /** Other hosts of the same role that do resolve: then this one is missed, not needed. */
  readonly othersOfRole: readonly string[];
  /** Other names of the same zone that resolve. */
  readonly siblings: readonly string[];
  /** A questions, all nameservers, UDP and TCP. */
  readonly replies: readonly DnsObservation[];
  readonly addresses: readonly string[];
  /** Answers that lead to this very host: 0.0.0.0, 127.0.0.1. */
  readonly sinks: readonly string[];
  /** Nameservers that answered at all. */
  readonly speaking: number;
  readonly doubts: Doubts;
  /** Stitchers: how many names there are, and which of the others resolve, whatever the address policy. */
  readonly stitchersFound: readonly string[];
  readonly stitchersTotal: number;
  /** Only AAAA exists and IPv6 cannot leave this pod. */
  readonly ipv6Only: boolean;
}

export function severityOf(e: NameEvidence) {
  const partial = !e.required || e.othersOfRole.length > 0;
  return {
    status: partial ? ('warn' as const) : ('fail' as const),
    severity: partial ? ('medium' as const) : ('critical' as const),
  };
}

export function breaks(e: NameEvidence): string {
  if (e.role === 'tenant') return 'enrollment: the Publisher cannot reach its tenant.';
  if (e.role === 'stitcher') {
    return e.othersOfRole.length > 0
      ? `the spare tunnel; ${listed(e.othersOfRole)} still resolves.`
      : 'the tunnel: no gateway can be found.';
  }
  return `everything that goes through ${e.host}.`;
}

export function evidence(e: NameEvidence) {
  return e.replies.slice(0, 3).map((one) => {
    const soa = one.authority.find((record) => record.type === 'SOA');
    const what = timedOut(one) ? 'no answer' : `${one.rcode ?? 'no answer'}${soa ? `, SOA ${soa.name}` : ''}`;
    return { text: `${one.probe.server.address}: ${what}`, command: `dig @${one.probe.server.address} ${e.host}. A` };
  });
}
