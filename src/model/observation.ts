// What was seen, with start and duration and a failure or null. Never a verdict.

import type { Failure } from './failure.ts';
import type {
  DnsBurstProbe,
  DnsProbe,
  DtlsProbe,
  DtlsPskProbe,
  HttpsProbe,
  LookupProbe,
  NeighbourProbe,
  QuicProbe,
  StunProbe,
  TcpProbe,
} from './probe.ts';
import type { Endpoint } from './target.ts';

interface Seen {
  /** Milliseconds since the run began. */
  readonly startedMs: number;
  readonly durationMs: number;
  /** How often something was sent or tried, the first time included. */
  readonly attempts: number;
  readonly failure: Failure | null;
}

export interface DnsRecord {
  /** Owner name, lower case, absolute. */
  readonly name: string;
  readonly type: string;
  readonly ttl: number;
  /** Presentation form: an address, a name, or text with control characters escaped. */
  readonly data: string;
}

export interface DnsObservation extends Seen {
  readonly probe: DnsProbe;
  /** null when nothing parseable came. `NOERROR`, `NXDOMAIN`, `SERVFAIL`, `REFUSED`, … */
  readonly rcode: string | null;
  readonly flags: readonly ('aa' | 'tc' | 'rd' | 'ra' | 'ad' | 'cd')[];
  readonly answers: readonly DnsRecord[];
  readonly authority: readonly DnsRecord[];
  /** UDP: which transmission was answered, from 1. With a later one something was lost; a slow answer comes to the first. */
  readonly answeredTry?: number;
  /** From the answered transmission to its answer. */
  readonly rttMs: number | null;
  readonly sizeBytes: number | null;
  /** Additional records beside EDNS; absent when there are none. BIND puts the SOA of a response policy zone here. */
  readonly additional?: readonly DnsRecord[];
  /** Extended DNS Errors, RFC 8914. */
  readonly extendedErrors: readonly { readonly code: number; readonly text: string }[];
  /** `anySource` only: where the answer came from. The probe's server itself when that is right. */
  readonly source?: Endpoint;
}

export interface DnsBurstObservation extends Seen {
  readonly probe: DnsBurstProbe;
  readonly sent: number;
  /** Answered with anything but REFUSED. */
  readonly answered: number;
  readonly refused: number;
  readonly lost: number;
  /** In the order of sending, at most 200: how long each answer took; null: lost. */
  readonly rttsMs: readonly (number | null)[];
}

export interface LookupObservation extends Seen {
  readonly probe: LookupProbe;
  readonly addresses: readonly string[];
}

export interface TcpObservation extends Seen {
  readonly probe: TcpProbe;
  readonly localAddress: string | null;
  readonly connectMs: number | null;
}

export interface CertificateSummary {
  readonly subject: string;
  readonly issuer: string;
  /** DNS and IP names of subjectAltName. */
  readonly names: readonly string[];
  /** ISO 8601. */
  readonly validFrom: string;
  readonly validTo: string;
  readonly fingerprint256: string;
}

/** What the certificate chain is worth, each question on its own. */
export interface CertificateJudgement {
  /** Leaf first, as sent. */
  readonly chain: readonly CertificateSummary[];
  readonly nameMatches: boolean;
  /** Leads to an anchor that this run trusts (built-in roots, system store, NODE_EXTRA_CA_CERTS, expected CA). */
  readonly trusted: boolean;
  readonly notYetValid: boolean;
  readonly expired: boolean;
  /** The verifier's own code, or null when all is well: `SELF_SIGNED_CERT_IN_CHAIN`, `CERT_HAS_EXPIRED`, … */
  readonly error: string | null;
}

export interface TlsSeen {
  readonly version: string;
  readonly cipher: string;
  readonly alpn: string | null;
  readonly handshakeMs: number;
  readonly certificate: CertificateJudgement;
}

export interface HttpSeen {
  readonly status: number;
  /** Selected headers only, bounded: server, content-type, location, date, via, www-authenticate, proxy-authenticate, x-squid-error. */
  readonly headers: Readonly<Record<string, string>>;
  /** The first 512 characters, control characters stripped. */
  readonly bodyStart: string;
  readonly firstByteMs: number;
  /** The Date header minus our clock; null without one. */
  readonly clockOffsetMs: number | null;
}

export interface HttpsObservation extends Seen {
  readonly probe: HttpsProbe;
  readonly connectMs: number | null;
  /** The proxy's answer to CONNECT; null without a proxy. */
  readonly proxyStatus: number | null;
  readonly tls: TlsSeen | null;
  readonly http: HttpSeen | null;
}

export const DTLS_OUTCOMES = [
  'ok',
  'certificate-untrusted',
  'certificate-expired',
  'certificate-name-mismatch',
  'key-proof-failed',
  'identity-unproven',
  'late',
  'flight-incomplete',
  'hello-verify-then-silence',
  'cookie-loop',
  'refused-by-alert',
  'dtls13-only',
  'not-dtls',
  'port-unreachable',
  'prohibited',
  'local-denied',
  'local-no-route',
  'no-answer',
] as const;
/** How far a handshake got, in dtls.md section 8.2's terms. `late`: complete, but only after the server fell back to small datagrams. */
export type DtlsOutcome = (typeof DTLS_OUTCOMES)[number];

export interface DtlsAlert {
  readonly level: 'warning' | 'fatal';
  readonly description: string;
  /** `fefd` or `feff`: a handshake_failure in feff after the cookie means that the cookie was refused. */
  readonly recordVersion: string;
}

export interface DtlsObservation extends Seen {
  readonly probe: DtlsProbe;
  readonly outcome: DtlsOutcome;
  readonly rttMs: number | null;
  readonly sent: { readonly datagrams: number; readonly sockets: number };
  readonly received: { readonly datagrams: number; readonly bytes: number; readonly largestBytes: number };
  readonly helloVerify: { readonly cookieBytes: number; readonly recordVersion: string } | null;
  readonly version: string | null;
  readonly suite: string | null;
  readonly alert: DtlsAlert | null;
  readonly certificate: CertificateJudgement | null;
  /** The ServerKeyExchange signature over our random verified with the leaf's key; null when there was none to verify. */
  readonly keyProven: boolean | null;
  readonly clientCertificateRequested: boolean;
  /** Byte ranges of handshake messages that never came: `certificate 0-1275 of 1562`. */
  readonly missing: readonly string[];
  /** Local and ICMP errors in order: `send EPERM`, `recvmsg ECONNREFUSED`. */
  readonly errors: readonly string[];
  /** sameTuple only: which of the three hellos on one socket was answered. */
  readonly answered: readonly boolean[];
}

export interface DtlsPskObservation extends Seen {
  readonly probe: DtlsPskProbe;
  readonly connected: boolean;
}

export interface StunObservation extends Seen {
  readonly probe: StunProbe;
  readonly mapped: Endpoint | null;
  readonly rttMs: number | null;
}

export interface QuicObservation extends Seen {
  readonly probe: QuicProbe;
  readonly versions: readonly string[];
  readonly rttMs: number | null;
}

export interface NeighbourObservation extends Seen {
  readonly probe: NeighbourProbe;
  readonly neighbours: readonly { readonly address: string; readonly interface: string; readonly resolved: boolean }[];
}

export type Observation =
  | DnsObservation
  | DnsBurstObservation
  | LookupObservation
  | TcpObservation
  | HttpsObservation
  | DtlsObservation
  | DtlsPskObservation
  | StunObservation
  | QuicObservation
  | NeighbourObservation;

/** The observation that a probe of kind K leads to. */
export type ObservationOf<K extends Observation['probe']['kind']> = Extract<Observation, { probe: { kind: K } }>;
