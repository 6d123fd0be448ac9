// The table of dns-content: what it means when a name leads nowhere.

import { duration, listed, type Row } from './conclude.ts';
import { ANSWER_ROWS, PARTIAL_GATEWAYS } from './dns-answer-rows.ts';
import { breaks, evidence, type NameEvidence, severityOf } from './dns-content-evidence.ts';
import { answered, timedOut } from './scene.ts';

const DEFAULT_TENANT = 'tenant';

function soaOwner(e: NameEvidence): string | null {
  for (const reply of e.replies) {
    const soa = reply.authority.find((record) => record.type === 'SOA');
    if (soa) return soa.name;
  }
  return e.doubts.authorityBelow;
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
  ...ANSWER_ROWS,
  {
    fault: 'dnsx-tenant-nxdomain',
    when: (e) => e.addresses.length === 0 && e.role === 'tenant' && allNxdomain(e) && deniedByParent(e),
    say: (e) => ({
      ...severityOf(e),
      summary: `${e.host} does not exist`,
      cause: `${e.replies.length > 1 ? 'Every nameserver answers' : 'The nameserver answers'} NXDOMAIN${e.doubts.authorityBelow ? ', from a cache, and for a name below it' : ''} with the zone's own authority (SOA ${soaOwner(e)}), so nobody filters it: the name is not there.${
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
  PARTIAL_GATEWAYS,
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
      }.${speed(e)}`,
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

// A dead upstream takes its time over SERVFAIL; a broken zone and a cached failure do not.
function speed(e: NameEvidence): string {
  const failed = e.replies.filter((one) => one.rcode === 'SERVFAIL');
  if (failed.length === 0) return '';
  const slowest = Math.max(...failed.map((one) => one.durationMs));
  if (slowest >= 1_500) return ` SERVFAIL took ${duration(slowest)}: somebody behind the resolver does not answer it.`;
  return ` SERVFAIL came within ${duration(slowest)}, with checking disabled too: a zone that is broken at its own servers, or a failure that is cached.`;
}
