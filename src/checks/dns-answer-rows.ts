// The rows of dns-content for names that somebody refuses, filters or cannot prove: who it is, and what to tell them.

import type { Evidence } from '../model/finding.ts';
import type { DnsObservation } from '../model/observation.ts';
import { duration, listed, type Row } from './conclude.ts';
import { aliasEnd, filterOf, soaOwner, zoneOf } from './dns-answer.ts';
import { breaks, evidence, type NameEvidence, severityOf } from './dns-content-evidence.ts';

const first = (e: NameEvidence) => e.replies[0]?.probe.server.address ?? '';

const dig = (one: DnsObservation, ...more: string[]) =>
  ['dig', `@${one.probe.server.address}`, one.probe.name, one.probe.type, ...more].join(' ');

/** RFC 8914: 6 to 12 are the validator's reasons. */
function validatorSays(e: NameEvidence): string {
  const found = e.replies.flatMap((one) => one.extendedErrors).find((each) => each.code >= 6 && each.code <= 12);
  return found ? ` The validator's reason: extended error ${found.code}${found.text ? ` (${found.text})` : ''}.` : '';
}

function aliasReason(target: DnsObservation): string {
  const filter = filterOf(target);
  if (filter) return `a DNS filter denies it: ${filter.says}`;
  const owner = soaOwner(target);
  if (target.rcode === 'NXDOMAIN' && owner) return `${owner} itself says that there is no such name: the alias dangles`;
  if (target.rcode === 'NXDOMAIN') return 'NXDOMAIN without any authority';
  if (target.rcode === 'NOERROR') return 'it has no address records';
  return `${target.rcode} after ${duration(target.durationMs)}`;
}

function aliasEvidence(e: NameEvidence, targets: readonly DnsObservation[]): Evidence[] {
  const own = e.replies.slice(0, 1).map((one) => ({
    text: `${e.host}: ${one.rcode}${aliasEnd(one) ? `, an alias of ${aliasEnd(one)}` : ''}`,
    command: dig(one),
  }));
  return [
    ...own,
    ...targets.slice(0, 2).map((one) => ({ text: `${one.probe.name} ${aliasReason(one)}`, command: dig(one) })),
  ];
}

export const ANSWER_ROWS: readonly Row<NameEvidence>[] = [
  {
    fault: 'dnsx-refused-acl',
    when: (e) => e.doubts.refusing.length > 0 && e.doubts.refusing.length >= e.speaking,
    say: (e) => ({
      ...severityOf(e),
      summary: `the resolver behind ${listed(e.doubts.refusing)} refuses to serve this source`,
      cause: `${listed(e.doubts.refusing)} is there and answers REFUSED to every name${prohibited(e)}: its access list does not hold the address that it sees, this pod's or its node's.`,
      breaks: 'every lookup: enrollment and the stitchers.',
      remedy: {
        summary: `Add the pods' and the nodes' network to the list of clients that the resolver behind ${listed(e.doubts.refusing)} serves (BIND: allow-recursion and allow-query-cache; unbound: access-control).`,
        commands: [`dig @${first(e)} ${e.host}. A`],
        docs: 'https://bind9.readthedocs.io/en/stable/reference.html#namedconf-statement-allow-recursion',
      },
      evidence: evidence(e),
    }),
  },
  {
    fault: 'dnsx-refused-acl',
    when: (e) => e.doubts.refusing.length > 0 && e.addresses.length > 0,
    say: (e) => ({
      status: 'warn',
      severity: 'medium',
      summary: `the nameserver ${listed(e.doubts.refusing)} refuses to serve this source`,
      cause: `${listed(e.doubts.refusing)} answers REFUSED to every name${prohibited(e)}; another nameserver resolves them. Its access list does not hold this pod's or its node's address.`,
      breaks: 'nothing while the other nameserver lives; each lookup that starts here takes a detour.',
      remedy: {
        summary: `Add the pods' and the nodes' network to the access list of ${listed(e.doubts.refusing)}, or take it out of resolv.conf.`,
        commands: [`dig @${e.doubts.refusing[0] ?? first(e)} ${e.host}. A`],
      },
      evidence: evidence(e),
    }),
  },
  {
    fault: 'dnsx-refused-acl',
    when: (e) => e.addresses.length === 0 && e.doubts.refusingName.length > 0,
    say: (e) => ({
      ...severityOf(e),
      summary: `${listed(e.doubts.refusingName)} refuses ${e.host} and answers other names`,
      cause: `REFUSED for ${e.host} only: somebody between this pod and the resolver permits names by a list, as DNS rules of a network policy do (Cilium: toFQDNs with dns matchPattern), and this name is not on it.`,
      breaks: breaks(e),
      remedy: {
        summary: `Add a pattern that covers ${e.host} to the DNS rules for this pod; *.${zoneOf(e.host)} covers one label only in some products.`,
        commands: ['kubectl get ciliumnetworkpolicies -A -o yaml | grep -n -B2 -A6 matchPattern'],
        docs: 'https://docs.cilium.io/en/stable/security/policy/language/#dns-based',
      },
      evidence: evidence(e),
    }),
  },
  {
    fault: 'dnsx-dnssec-bogus',
    when: (e) => e.addresses.length === 0 && e.doubts.unchecked.length > 0,
    say: (e) => {
      const one = e.doubts.unchecked[0];
      const server = one?.probe.server.address ?? first(e);
      return {
        ...severityOf(e),
        summary: `${e.host} does not pass DNSSEC validation at the resolver behind ${server}`,
        cause: `${server} answers SERVFAIL, and with checking disabled (CD=1) it answers ${one?.probe.name ?? ''} at once: ${one?.answers
          .filter((record) => record.type === 'A')
          .map((record) => record.data)
          .slice(0, 4)
          .join(
            ', ',
          )}. So the way to the zone is open, and the validator rejects what it gets: signatures stripped on the way, an anchor that does not fit, or a wrong clock there.${validatorSays(e)}`,
        breaks: breaks(e),
        remedy: {
          summary: `Have the operator of the resolver behind ${server} mend validation for ${zoneOf(e.host)}: forwarders that keep RRSIG, the right trust anchor and clock, or an exception (BIND: validate-except; unbound: domain-insecure).`,
          commands: [`delv @${server} ${e.host}. A`, `dig @${server} ${zoneOf(e.host)}. DNSKEY +dnssec +cd`],
          docs: 'https://bind9.readthedocs.io/en/stable/dnssec-guide.html#troubleshooting-dnssec',
        },
        evidence: [
          ...evidence(e),
          ...e.doubts.unchecked
            .slice(0, 1)
            .map((each) => ({ text: `with CD=1: ${each.rcode}`, command: dig(each, '+cd') })),
        ],
      };
    },
  },
  {
    fault: 'dnsx-cname-target-blocked',
    when: (e) => e.addresses.length === 0 && e.doubts.aliases.length > 0,
    say: (e) => {
      const target = e.doubts.aliases[0];
      const name = target?.probe.name.replace(/\.$/, '') ?? '';
      return {
        ...severityOf(e),
        summary: `${e.host} is an alias of ${name}, which does not resolve here`,
        cause: `The alias itself is found; its target ${name} has no address: ${target ? aliasReason(target) : ''}.${
          e.siblings.length > 0 ? ` Other names of the first zone resolve (${listed(e.siblings.slice(0, 3))}).` : ''
        }`,
        breaks: breaks(e),
        remedy: {
          summary: `Allow or forward ${zoneOf(name)} as well as ${zoneOf(e.host)} at the resolver behind ${first(e)}: every step of the chain has to resolve.`,
          commands: [`dig @${first(e)} ${name}. A`, `dig @${first(e)} ${zoneOf(name)}. SOA`],
        },
        evidence: aliasEvidence(e, e.doubts.aliases),
      };
    },
  },
  {
    fault: 'dnsx-rpz-blocked',
    when: (e) => e.addresses.length === 0 && e.doubts.filters.length > 0,
    say: (e) => {
      const found = e.doubts.filters[0];
      const quickest = Math.min(...e.replies.map((one) => one.rttMs ?? Number.POSITIVE_INFINITY));
      return {
        ...severityOf(e),
        summary: `a DNS filter denies ${e.host}`,
        cause: `${found?.server} answers ${e.replies.find((one) => one.probe.server.address === found?.server)?.rcode ?? 'a denial'}${Number.isFinite(quickest) ? ` within ${duration(quickest)}` : ''}, and it is not ${zoneOf(e.host)} that denies the name: ${found?.filter.says}. A response policy zone or a security resolver does.`,
        breaks: breaks(e),
        remedy: {
          summary: `Have the owner of the DNS filter behind ${found?.server} allow ${zoneOf(e.host)} and everything below it, gw.npa.${zoneOf(e.host)} included.`,
          commands: [`dig @${found?.server} ${e.host}. A`, `dig @${found?.server} ${zoneOf(e.host)}. SOA`],
        },
        evidence: evidence(e),
      };
    },
  },
];

function prohibited(e: NameEvidence): string {
  return e.replies.some((one) => one.extendedErrors.some((each) => each.code === 18))
    ? ' (extended error 18, Prohibited)'
    : ", the cluster's own included";
}

/** After the tenant's own row: one of several stitchers is missing, and its zone says so. */
export const PARTIAL_GATEWAYS: Row<NameEvidence> = {
  fault: 'dnsx-partial-gateways',
  when: (e) => e.addresses.length === 0 && !e.ipv6Only && e.role === 'stitcher' && e.stitchersFound.length > 0,
  say: (e) => ({
    ...severityOf(e),
    summary: `${e.host} does not resolve, ${e.stitchersFound.length} of ${e.stitchersTotal} stitcher names do`,
    cause: `${e.replies.map((one) => `${one.probe.server.address} ${one.rcode === 'NOERROR' ? 'has no address for it' : (one.rcode ?? 'does not answer')}${soaOwner(one) ? ` by the word of ${soaOwner(one)}` : ''}`).join(', ')}, while ${listed(e.stitchersFound)} is found by the same nameserver: the name is misspelt or retired, or a list permits names one label deep only.`,
    breaks: `redundancy; a Publisher that is tied to ${e.host} stays in "Resolving".`,
    remedy: {
      summary: `Check the spelling of ${e.host}, take it out if it was retired, and see that allow-lists cover *.gw.npa.${zoneOf(e.host)} and not only *.${zoneOf(e.host)}.`,
      commands: [`dig @${first(e)} ${e.host}. A`],
    },
    evidence: evidence(e),
  }),
};
