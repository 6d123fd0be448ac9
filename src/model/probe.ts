// A probe is one measurement, as data. Two equal probes are made once.

import type { Endpoint } from './target.ts';

export type DnsType = 'A' | 'AAAA' | 'CNAME' | 'NS' | 'SOA' | 'TXT' | 'SRV' | 'PTR' | 'HINFO' | 'DNSKEY';

/** One question to one server. */
export interface DnsProbe {
  readonly kind: 'dns';
  readonly server: Endpoint;
  /** Absolute, with its trailing dot. */
  readonly name: string;
  readonly type: DnsType;
  readonly transport: 'udp' | 'tcp';
  /** CD=1: answer even what does not validate (RFC 4035 section 3.2.2). */
  readonly checkingDisabled?: true;
  /** The UDP size offered by EDNS; 0: no EDNS at all. Absent: 1232. */
  readonly ednsBytes?: number;
  /**
   * Put 16 random characters before `name`, made by the runner and new in every run: a name that nobody has and no cache
   * knows. Probes with different numbers ask for different labels; what was asked is not kept.
   */
  readonly randomLabel?: number;
  /** The same question once more: its number tells it from the first, which has none. */
  readonly again?: number;
  /** DO=1: signatures are wanted, which makes the answer of a signed zone large (RFC 3225). */
  readonly dnssecOk?: true;
  /** Ask from an unconnected socket and take the answer from whatever address it comes: the observation says from which. */
  readonly anySource?: true;
}

export const BURST_WAYS = ['serial', 'parallel', 'pairs-one-socket', 'pairs-two-sockets', 'fixed-port'] as const;
/**
 * serial: one question after another, `spacingMs` apart at least. parallel: all at once. Both on a fresh port each.
 * pairs-one-socket: A and AAAA back to back on one socket, as libc asks; pairs-two-sockets: the same on two. Pairs follow one another.
 * fixed-port: serial, every question from the same source port, the same one in every run.
 */
export type BurstWay = (typeof BURST_WAYS)[number];

/** Many small questions to one server, none of them repeated: what is lost, and in what pattern? */
export interface DnsBurstProbe {
  readonly kind: 'dns-burst';
  readonly server: Endpoint;
  readonly how: BurstWay;
  readonly transport: 'udp' | 'tcp';
  /** Questions; a pair is two of them. */
  readonly count: number;
  /** From the start of one question (or pair) to the start of the next. */
  readonly spacingMs: number;
  /** fixed-port only: the source port. */
  readonly localPort?: number;
  /** Absolute, with its trailing dot. */
  readonly name: string;
  /** A random label before the name, a new one for each question (or pair), so that no cache can answer. */
  readonly randomLabels: boolean;
}

/** The C library's own lookup, through nsswitch and the search list. */
export interface LookupProbe {
  readonly kind: 'lookup';
  readonly host: string;
}

/** One TCP connect, nothing sent. */
export interface TcpProbe extends Endpoint {
  readonly kind: 'tcp';
}

/** TCP connect, TLS handshake and one HTTP GET on one connection; through a proxy by CONNECT when `proxy` is given. */
export interface HttpsProbe {
  readonly kind: 'https';
  /** SNI, certificate name and Host header. */
  readonly host: string;
  /** null: the proxy resolves the name. */
  readonly address: string | null;
  readonly port: number;
  readonly path: string;
  readonly proxy: Endpoint | null;
}

/**
 * A DTLS first flight (dtls.md section 2) and its controls (section 5.1).
 * full: hello, cookie, the server's whole flight, key possession. sameTuple: three plain hellos on one socket before any cookie.
 * smallAlert: cookie hello offering only a suite nobody has, which earns a 15-byte alert. smallFragments: max_fragment_length 512.
 */
export interface DtlsProbe extends Endpoint {
  readonly kind: 'dtls';
  /** SNI and certificate name. */
  readonly host: string;
  readonly variant: 'full' | 'sameTuple' | 'smallAlert' | 'smallFragments';
}

/** A whole DTLS handshake with a configured pre-shared key, made in a child process. The key itself is never in a probe. */
export interface DtlsPskProbe extends Endpoint {
  readonly kind: 'dtls-psk';
  readonly host: string;
}

/** STUN binding request, RFC 8489: proves that UDP leaves and returns, and shows the mapped address. */
export interface StunProbe extends Endpoint {
  readonly kind: 'stun';
}

/** A QUIC long header with a version nobody speaks: any QUIC server answers Version Negotiation (RFC 8999 section 6). */
export interface QuicProbe extends Endpoint {
  readonly kind: 'quic';
}

/** Is the first hop resolved? Reads the kernel's neighbour table; sends nothing. */
export interface NeighbourProbe {
  readonly kind: 'neighbours';
}

export type Probe =
  | DnsProbe
  | DnsBurstProbe
  | LookupProbe
  | TcpProbe
  | HttpsProbe
  | DtlsProbe
  | DtlsPskProbe
  | StunProbe
  | QuicProbe
  | NeighbourProbe;

export type ProbeKind = Probe['kind'];
