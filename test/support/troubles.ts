// Things that can be wrong with the small world, each in a few words.

import type { Failure, FailureCode } from '../../src/model/failure.ts';
import type { CertificateJudgement, DtlsObservation, DtlsOutcome } from '../../src/model/observation.ts';
import type { Probe } from '../../src/model/probe.ts';
import {
  dnsSeen,
  dtlsSeen,
  failed,
  httpsSeen,
  leafOf,
  quicSeen,
  SILENT,
  sameTupleSeen,
  soa,
  stunSeen,
  tcpSeen,
} from './observed.ts';
import type { Trouble } from './small-world.ts';
import { API_SERVER, GATEWAY_ADDRESSES, TENANT } from './view.ts';

const IN_CLUSTER = [API_SERVER];
const SILENT_CONNECT = failed('generic_timeout_error', 'connect', 'no answer');

/** How a nameserver's questions end, by transport. Without an address: every nameserver's. */
export function dnsFails(transport: 'udp' | 'tcp' | 'both', failure: Failure = SILENT, server?: string): Trouble {
  return (probe) =>
    probe.kind === 'dns' &&
    (transport === 'both' || probe.transport === transport) &&
    (server === undefined || probe.server.address === server)
      ? dnsSeen(probe, failure)
      : undefined;
}

/** Names that the predicate picks are answered like this. */
export function names(
  picks: (name: string) => boolean,
  answers: Parameters<typeof dnsSeen>[1],
  over: Parameters<typeof dnsSeen>[2] = {},
  server?: string,
): Trouble {
  return (probe) =>
    probe.kind === 'dns' &&
    probe.randomLabel === undefined &&
    picks(probe.name) &&
    (server === undefined || probe.server.address === server)
      ? dnsSeen(probe, answers, over)
      : undefined;
}

export const outside = (name: string): boolean => !name.endsWith('.cluster.local.');

/** NXDOMAIN with the authority of this zone. */
export function missing(host: string, zone = 'goskope.com.', server?: string): Trouble {
  return names((name) => name === `${host}.`, 'NXDOMAIN', { authority: [soa(zone)] }, server);
}

/** TCP to these addresses (all but the cluster's own when none are given) fails like this. */
export function tcpFails(code: FailureCode, addresses?: readonly string[]): Trouble {
  const failure = failed(code, 'connect', `connect ${code}`);
  return (probe) => {
    if (probe.kind === 'tcp' && hit(probe.address, addresses)) return tcpSeen(probe, failure);
    if (probe.kind !== 'https') return undefined;
    return hit(probe.proxy?.address ?? probe.address ?? '', addresses) ? httpsSeen(probe, { failure }) : undefined;
  };
}

function hit(address: string, addresses: readonly string[] | undefined): boolean {
  return addresses ? addresses.includes(address) : !IN_CLUSTER.includes(address);
}

/** The tenant (and, when asked, the web controls) show this certificate. */
export function tenantCertificate(certificate: CertificateJudgement, clockOffsetMs: number | null = -120): Trouble {
  return (probe) =>
    probe.kind === 'https' && probe.host === TENANT ? httpsSeen(probe, { certificate, clockOffsetMs }) : undefined;
}

export function everyCertificate(issuer: string): Trouble {
  return (probe) =>
    probe.kind === 'https'
      ? httpsSeen(probe, {
          certificate: leafOf(probe.host, { issuer }, { trusted: false, error: 'SELF_SIGNED_CERT_IN_CHAIN' }),
        })
      : undefined;
}

/** What the tenant's HTTPS ends like. */
export function tenant(parts: Parameters<typeof httpsSeen>[1], address?: string): Trouble {
  return (probe) =>
    probe.kind === 'https' && probe.host === TENANT && (address === undefined || probe.address === address)
      ? httpsSeen(probe, parts)
      : undefined;
}

/** The handshake with these addresses (all stitchers' when none are given) ends like this. */
export function dtls(outcome: DtlsOutcome, addresses?: readonly string[], over?: Partial<DtlsObservation>): Trouble {
  const all = addresses ?? Object.values(GATEWAY_ADDRESSES).flat();
  return (probe) =>
    probe.kind === 'dtls' && probe.variant === 'full' && all.includes(probe.address)
      ? dtlsSeen(probe, outcome, over)
      : undefined;
}

/** Three hellos on one socket, answered like this. */
export function sameTuple(...answered: readonly boolean[]): Trouble {
  return (probe) =>
    probe.kind === 'dtls' && probe.variant === 'sameTuple' ? sameTupleSeen(probe, answered) : undefined;
}

export function smallAlert(description: string | null): Trouble {
  return (probe) =>
    probe.kind === 'dtls' && probe.variant === 'smallAlert'
      ? dtlsSeen(probe, description ? 'refused-by-alert' : 'no-answer', {
          alert: description ? { level: 'fatal', description, recordVersion: 'fefd' } : null,
        })
      : undefined;
}

export function stun(failure: Failure = SILENT): Trouble {
  return (probe) => (probe.kind === 'stun' ? stunSeen(probe, failure) : undefined);
}

export function quic(failure: Failure = SILENT): Trouble {
  return (probe) => (probe.kind === 'quic' ? quicSeen(probe, failure) : undefined);
}

/** UDP 443 vanishes: DTLS and QUIC alike, STUN goes on. */
export const UDP443_DROPPED: readonly Trouble[] = [dtls('no-answer'), silentControls('dtls'), quic()];

/** Nothing leaves the pod: not even to the cluster's own addresses. */
export const NOTHING_LEAVES: readonly Trouble[] = [(probe) => silence(probe)];

function silentControls(kind: 'dtls'): Trouble {
  return (probe) => (probe.kind === kind ? silence(probe) : undefined);
}

function silence(probe: Probe) {
  switch (probe.kind) {
    case 'dns':
      return dnsSeen(probe, SILENT);
    case 'tcp':
      return tcpSeen(probe, SILENT_CONNECT);
    case 'https':
      return httpsSeen(probe, { failure: SILENT_CONNECT });
    case 'dtls':
      return dtlsSeen(probe, 'no-answer', { answered: probe.variant === 'sameTuple' ? [false, false, false] : [] });
    case 'stun':
      return stunSeen(probe, SILENT);
    case 'quic':
      return quicSeen(probe, SILENT);
    default:
      return undefined;
  }
}
