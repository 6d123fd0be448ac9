// The table of dns-content: what it means when a name leads nowhere.

import type { DnsObservation } from '../model/observation.ts';
import type { Role } from '../model/target.ts';
import { listed, type Row } from './conclude.ts';
import { answered, timedOut } from './scene.ts';

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
  /** Only AAAA exists and IPv6 cannot leave this pod. */
  readonly ipv6Only: boolean;
}

const DEFAULT_TENANT = 'tenant';

function soaOwner(e: NameEvidence): string | null {
  for (const reply of e.replies) {
    const soa = reply.authority.find((record) => record.type === 'SOA');
    if (soa) return soa.name;
  }
  return null;
}

function allNxdomain(e: NameEvidence): boolean {
  const replies = e.replies.filter(answered);
  return replies.length > 0 && replies.every((one) => one.rcode === 'NXDOMAIN');
}

/** The zone that denies the name is one of its own parents: the owner of the zone says so, not a filter. */
function deniedByParent(e: NameEvidence): boolean {
  const owner = soaOwner(e);
  if (owner === null) return false;
  return owner === '.' || `${e.host}.`.endsWith(`.${owner}`);
}

function severityOf(e: NameEvidence) {
  const partial = !e.required || e.othersOfRole.length > 0;
  return {
    status: partial ? ('warn' as const) : ('fail' as const),
    severity: partial ? ('medium' as const) : ('critical' as const),
  };
}

function breaks(e: NameEvidence): string {
  if (e.role === 'tenant') return 'enrollment: the Publisher cannot reach its tenant.';
  if (e.role === 'stitcher') {
    return e.othersOfRole.length > 0
      ? `the spare tunnel; ${listed(e.othersOfRole)} still resolves.`
      : 'the tunnel: no gateway can be found.';
  }
  return `everything that goes through ${e.host}.`;
}

function evidence(e: NameEvidence) {
  return e.replies.slice(0, 3).map((one) => {
    const soa = one.authority.find((record) => record.type === 'SOA');
    const what = timedOut(one) ? 'no answer' : `${one.rcode ?? 'no answer'}${soa ? `, SOA ${soa.name}` : ''}`;
    return { text: `${one.probe.server.address}: ${what}`, command: `dig @${one.probe.server.address} ${e.host}. A` };
  });
}

export const ROWS: readonly Row<NameEvidence>[] = [
  {
    fault: 'dnsx-sinkhole-ip',
    when: (e) => e.addresses.length === 0 && e.sinks.length > 0,
    say: (e) => ({
      ...severityOf(e),
      summary: `${e.host} resolves to ${e.sinks.join(', ')}: a DNS filter's sinkhole`,
      cause: `The nameserver answers ${e.sinks.join(', ')}, which is this host itself and can never be the service: somebody on the way filters this name.`,
      breaks: breaks(e),
      remedy: {
        summary: `Put ${e.host} on the allow-list of the DNS filter behind ${e.replies[0]?.probe.server.address ?? 'the nameserver'}.`,
        commands: [`dig @${e.replies[0]?.probe.server.address ?? ''} ${e.host}. A`],
      },
      evidence: evidence(e),
    }),
  },
  {
    fault: 'dnsx-tenant-nxdomain',
    when: (e) => e.addresses.length === 0 && e.role === 'tenant' && allNxdomain(e) && deniedByParent(e),
    say: (e) => ({
      ...severityOf(e),
      summary: `${e.host} does not exist`,
      cause: `${e.replies.length > 1 ? 'Every nameserver answers' : 'The nameserver answers'} NXDOMAIN with the zone's own authority (SOA ${soaOwner(e)}), so nobody filters it: the name is not there.${
        e.host.split('.')[0] === DEFAULT_TENANT
          ? ' "tenant" is the placeholder of the chart\'s default values.'
          : ' A typing error in the tenant, or the wrong region suffix.'
      }${e.siblings.length > 0 ? ` Other names of the zone resolve (${listed(e.siblings)}).` : ''}`,
      breaks: breaks(e),
      remedy: {
        summary: `Correct the tenant: enrollment.api.baseUrl must be https://<your tenant>.<suffix>, and ${e.host} is not one.`,
        commands: ['helm get values "$RELEASE" -n "$NAMESPACE" | grep -i baseUrl'],
      },
      evidence: evidence(e),
    }),
  },
  {
    fault: null,
    when: (e) => e.addresses.length === 0 && e.ipv6Only,
    say: (e) => ({
      ...severityOf(e),
      summary: `${e.host} has IPv6 addresses only, and IPv6 cannot leave this pod`,
      cause:
        'Cause not determined: AAAA records exist, A records do not, and this pod has no IPv6 default route or address.',
      breaks: breaks(e),
      evidence: evidence(e),
    }),
  },
  {
    fault: null,
    when: (e) => e.addresses.length === 0,
    say: (e) => ({
      ...severityOf(e),
      summary: `${e.host} does not resolve`,
      cause: `Cause not determined: ${[...new Set(e.replies.map((one) => (timedOut(one) ? 'no answer' : one.rcode === 'NOERROR' ? 'no address records' : (one.rcode ?? 'no answer'))))].join(', ')}${soaOwner(e) ? `, authority ${soaOwner(e)}` : ''}${
        e.replies.flatMap((one) => one.extendedErrors).length > 0
          ? `, extended error ${e.replies.flatMap((one) => one.extendedErrors.map((extra) => `${extra.code} ${extra.text}`.trim()))[0]}`
          : ''
      }.`,
      breaks: breaks(e),
      remedy: {
        summary: `Ask the nameserver's operator why ${e.host} has no address here, and compare with another resolver.`,
        commands: e.replies.slice(0, 2).map((one) => `dig @${one.probe.server.address} ${e.host}. A`),
      },
      evidence: evidence(e),
    }),
  },
  {
    fault: null,
    // It resolves here and not there: whoever asks the wrong nameserver first fails.
    when: (e) => {
      const replies = e.replies.filter(answered);
      return replies.some((one) => one.rcode === 'NXDOMAIN') && replies.some((one) => one.rcode === 'NOERROR');
    },
    say: (e) => ({
      status: 'warn',
      severity: 'medium',
      summary: `the nameservers disagree whether ${e.host} exists`,
      cause: `Cause not determined: ${e.replies.map((one) => `${one.probe.server.address} ${one.rcode ?? 'no answer'}`).join(', ')}.`,
      breaks: 'lookups now and then, whenever the wrong nameserver is asked first.',
      evidence: evidence(e),
    }),
  },
];
