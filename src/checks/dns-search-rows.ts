// The table of dns-search: what a search suffix does to a name that exists as it is.

import type { DnsObservation, HttpsObservation, LookupObservation } from '../model/observation.ts';
import { addressList } from '../parse/ip.ts';
import type { Libc, Walk } from '../parse/libc-search.ts';
import { dots } from '../parse/libc-search.ts';
import { count, duration, listed, type Row } from './conclude.ts';
import { timedOut } from './scene.ts';
import type { SearchWalk, SuffixReply } from './search-walk.ts';

export interface SearchEvidence extends SearchWalk {
  /** The suffix that answers before the name itself is asked. */
  readonly captured: SuffixReply | null;
  readonly capturedAddresses: readonly string[];
  /** An invented name below the same suffix. */
  readonly invented: DnsObservation | undefined;
  /** The captured address, asked for the tenant's page. */
  readonly page: HttpsObservation | undefined;
  /** Invented names under a public domain are answered with the same address: the resolver does it, not the suffix. */
  readonly rewritten: boolean;
  readonly slow: readonly SuffixReply[];
  /** Answers at once, and not with NXDOMAIN. */
  readonly odd: readonly SuffixReply[];
  /** Names that are tried below the suffixes first. */
  readonly affected: readonly string[];
  readonly targetLibc: Libc | null;
  readonly lookup: LookupObservation | undefined;
  readonly nameServices: readonly string[] | null;
}

function names(e: SearchEvidence): string {
  return e.affected.length <= 3 ? listed(e.affected) : `${e.affected[0]} and ${e.affected.length - 1} more`;
}

function dig(e: SearchEvidence, name: string): string {
  const port = e.server.port === 53 ? '' : ` -p ${e.server.port}`;
  return `dig @${e.server.address}${port} ${name} A +tries=1 +time=6`;
}

function said(one: SuffixReply): string {
  const { observation, outcome } = one;
  if (outcome === 'silent') return `no answer in ${duration(observation.durationMs)}`;
  if (outcome === 'unreachable') return 'the port is refused';
  if (outcome === 'nodata') return 'NOERROR without an address';
  return `${observation.rcode ?? 'an answer'} after ${duration(observation.rttMs ?? observation.durationMs)}`;
}

function ending(walk: Walk): string {
  switch (walk.result) {
    case 'found':
      return walk.waitMs >= 100 ? `finds it after ${duration(walk.waitMs)}` : 'finds it';
    case 'no-address':
      return `gives up after ${count(walk.asked.length, 'question')}: no address`;
    case 'not-found':
      return 'gives up: not found';
    case 'try-again':
      return `gives up after ${duration(walk.waitMs)}: temporary failure (EAI_AGAIN)`;
  }
}

function both(e: SearchEvidence): string {
  return `glibc ${ending(e.glibc)}; musl ${ending(e.musl)}`;
}

const NDOTS = 'kubectl get pod "$POD" -o jsonpath=\'{.spec.dnsPolicy} {.spec.dnsConfig}\'';
const DOCS = 'https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-dns-config';

function remove(suffix: string): string {
  return `take it off the search list (the node's resolv.conf or the pod's dnsConfig), or give this pod dnsConfig options ndots: "1" so that ${suffix} is not asked first`;
}

function searchLine(e: SearchEvidence) {
  return {
    text: `search ${e.conf.search.join(' ')}, ndots:${e.conf.ndots}; ${e.host} has ${count(dots(e.host), 'dot')}`,
    command: `cat ${e.conf.path}`,
  };
}

export const ROWS: readonly Row<SearchEvidence>[] = [
  {
    fault: 'dnsc-search-wildcard-capture',
    when: (e) => e.captured !== null && !e.rewritten && !genuine(e) && foreign(e),
    say: (e) => {
      const suffix = e.captured?.suffix ?? '';
      const wildcard = e.invented?.answers.some((record) => e.capturedAddresses.includes(record.data)) === true;
      const shown = e.page?.tls?.certificate.chain[0];
      const whose = shown
        ? ` There a server shows a certificate of ${shown.names.slice(0, 3).join(', ') || shown.subject}.`
        : e.page?.failure
          ? ` HTTPS there ends with ${e.page.failure.code}.`
          : '';
      return {
        status: 'fail',
        severity: 'critical',
        summary: `the search suffix ${suffix} captures ${e.host}: applications get ${addressList(e.capturedAddresses)}`,
        cause: `With ndots:${e.conf.ndots} the C library asks for ${e.captured?.step.name} before it asks for ${e.host}, and that name has the address ${addressList(e.capturedAddresses)}${wildcard ? ` because ${suffix} has a wildcard: an invented name below it gets the same` : ''}. As it is, ${e.host} leads to ${addressList(e.absolute.answers.filter((r) => r.type === 'A').map((r) => r.data))}.${whose}`,
        breaks: `every application that looks up ${names(e)} without a trailing dot: it connects to somebody else.`,
        remedy: {
          summary: `Delete the wildcard record of ${suffix}, or ${remove(suffix)}.`,
          commands: [NDOTS, dig(e, `*.${suffix}.`)],
          docs: DOCS,
        },
        evidence: [
          {
            text: `${e.captured?.step.name} ${addressList(e.capturedAddresses)}`,
            command: dig(e, e.captured?.step.name ?? ''),
          },
          {
            text: `${e.host}. ${addressList(e.absolute.answers.filter((r) => r.type === 'A').map((r) => r.data))}`,
            command: dig(e, `${e.host}.`),
          },
          ...(wildcard
            ? [
                {
                  text: `an invented name below ${suffix} has the same address`,
                  command: dig(e, `nobody-has-this-name.${suffix}.`),
                },
              ]
            : []),
          searchLine(e),
        ],
      };
    },
  },
  {
    fault: 'dnsc-search-suffix-slow',
    when: (e) => e.slow.length > 0,
    say: (e) => {
      const slow = e.slow.map((one) => one.suffix);
      const fatal = e.targetLibc === 'musl' && e.musl.result !== 'found';
      return {
        status: fatal ? 'fail' : 'warn',
        severity: fatal ? 'high' : 'medium',
        summary: `the search suffix ${listed(slow)} is not answered in time, and every lookup waits for it`,
        cause: `${e.slow.map((one) => `${one.step.name} ${said(one)}`).join('; ')}, while ${e.host} itself is answered in ${duration(e.absolute.rttMs ?? 0)} by the same nameserver ${e.server.address}. The server that ${slow.length === 1 ? 'this suffix is' : 'these suffixes are'} forwarded or delegated to does not answer. Computed from ${e.conf.path}: ${both(e)}.`,
        breaks: `the time of every lookup of ${names(e)}${e.musl.result === 'found' ? '' : '; images with musl (Alpine) cannot resolve them at all'}.`,
        remedy: {
          summary: `Repair the server that ${e.server.address} forwards ${listed(slow)} to, or ${remove(slow[0] ?? '')}.`,
          commands: ["kubectl -n kube-system get configmap coredns -o jsonpath='{.data.Corefile}'", NDOTS],
          docs: DOCS,
        },
        evidence: [
          ...e.slow
            .slice(0, 3)
            .map((one) => ({ text: `${one.step.name} ${said(one)}`, command: dig(e, one.step.name) })),
          { text: `${e.host}. in ${duration(e.absolute.rttMs ?? 0)}`, command: dig(e, `${e.host}.`) },
          searchLine(e),
        ],
      };
    },
  },
  {
    fault: 'dnsc-search-servfail-musl',
    when: (e) => e.glibc.result === 'found' && e.musl.result !== 'found' && e.odd.length > 0,
    say: (e) => {
      const declared = e.targetLibc === 'musl';
      const [odd] = e.odd;
      return {
        status: declared ? 'fail' : 'warn',
        severity: declared ? 'high' : 'medium',
        summary: `the search suffix ${odd?.suffix} answers ${odd?.observation.rcode ?? 'with an error'}: images with musl (Alpine) do not find ${e.host}`,
        cause: `${e.odd.map((one) => `${one.step.name}: ${said(one)}`).join('; ')}. Computed from ${e.conf.path}: ${both(e)}. musl goes on after NXDOMAIN only.${e.targetLibc === null ? ' Which C library the image has was not said (--target-libc).' : ''}`,
        breaks: `every lookup of ${names(e)} in an image with musl; with glibc they succeed.`,
        remedy: {
          summary: `Make the server of ${odd?.suffix} answer NXDOMAIN for names it does not have, or ${remove(odd?.suffix ?? '')}.`,
          commands: [dig(e, odd?.step.name ?? ''), NDOTS],
          docs: DOCS,
        },
        evidence: [
          ...e.odd
            .slice(0, 3)
            .map((one) => ({ text: `${one.step.name} ${said(one)}`, command: dig(e, one.step.name) })),
          { text: `${e.host}. ${e.absolute.rcode ?? ''}`, command: dig(e, `${e.host}.`) },
          searchLine(e),
        ],
      };
    },
  },
  {
    fault: null,
    // A lookup that has not returned says something about the path (checks/dns-loss), not about what libc finds.
    when: (e) => e.lookup?.failure?.code !== undefined && !timedOut(e.lookup) && e.glibc.result === 'found',
    say: (e) => {
      const withoutDns = e.nameServices !== null && !e.nameServices.some((one) => one === 'dns' || one === 'resolve');
      return {
        status: 'warn',
        severity: 'medium',
        summary: `DNS knows ${e.host}, but the C library here does not find it`,
        cause: `Cause not determined: getaddrinfo(${e.host}) ends with ${e.lookup?.failure?.detail ?? ''}, while the same questions over the network are answered.${withoutDns ? ` nsswitch.conf names no dns for hosts: ${e.nameServices?.join(' ')}.` : ''}`,
        breaks: 'applications in this image; others may have another nsswitch.conf.',
        remedy: {
          summary: `Look at the hosts line of /etc/nsswitch.conf and at what answers instead of DNS in this image.`,
          commands: [`getent ahosts ${e.host}`, 'grep hosts /etc/nsswitch.conf'],
        },
        evidence: [
          { text: `getaddrinfo: ${e.lookup?.failure?.code ?? ''}`, command: `getent ahosts ${e.host}` },
          { text: `${e.host}. ${e.absolute.rcode ?? ''}`, command: dig(e, `${e.host}.`) },
        ],
      };
    },
  },
];

/** The server behind the captured address proves to be the right one. */
function genuine(e: SearchEvidence): boolean {
  const certificate = e.page?.tls?.certificate;
  return certificate?.nameMatches === true && certificate.trusted;
}

function foreign(e: SearchEvidence): boolean {
  const own = e.absolute.answers.map((record) => record.data);
  return e.capturedAddresses.some((address) => !own.includes(address));
}
