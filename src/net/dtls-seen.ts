// What a DTLS conversation has shown so far, and the words in which a machine and its sockets talk.

import type { DtlsAlert } from '../model/observation.ts';
import { messageName, type ServerHello } from '../parse/dtls-messages.ts';
import { missingOf, type Reassembly } from '../parse/dtls-reassembly.ts';
import type { UdpOperation } from './udp.ts';

export type MachineEvent =
  | { readonly kind: 'start'; readonly atMs: number }
  | { readonly kind: 'sent'; readonly flow: number; readonly atMs: number }
  | { readonly kind: 'datagram'; readonly flow: number; readonly atMs: number; readonly data: Buffer }
  | {
      readonly kind: 'error';
      readonly flow: number;
      readonly atMs: number;
      readonly operation: UdpOperation;
      readonly code: string;
    }
  | { readonly kind: 'tick'; readonly atMs: number }
  | { readonly kind: 'abort'; readonly atMs: number };

export type MachineAction =
  /** A flow is one socket; the first send of a flow opens it. */
  | { readonly kind: 'send'; readonly flow: number; readonly data: Buffer }
  /** Wanted: a tick then. Replaces the earlier wish. */
  | { readonly kind: 'wake'; readonly atMs: number }
  /** Over. Farewells go out before their sockets close. */
  | { readonly kind: 'done'; readonly farewells: readonly { readonly flow: number; readonly data: Buffer }[] };

/** Pure: no clock, no socket. Everything it knows of the world comes as events; everything it wants is an action. */
export interface Machine {
  readonly seen: Seen;
  handle(event: MachineEvent): readonly MachineAction[];
}

export type Ending = 'complete' | 'alert' | 'dtls13' | 'cookie-loop' | 'errors' | 'deadline' | 'aborted';

/** Who said no: this host (`local-*`), or somebody on the path by ICMP (`refused`, `prohibited`). */
export type ErrorKind = 'local-denied' | 'local-no-route' | 'refused' | 'prohibited' | 'other';

export interface SeenError {
  readonly kind: ErrorKind;
  readonly operation: UdpOperation;
  readonly code: string;
}

export interface Seen {
  ended: Ending | null;
  /** Tried, plain and with cookie. */
  hellos: number;
  /** Those that really left. */
  datagramsSent: number;
  sockets: number;
  received: { datagrams: number; bytes: number; largestBytes: number };
  /** The first bytes of the first datagram that was not DTLS. */
  foreignBytes: string | null;
  errors: SeenError[];
  rttMs: number | null;
  helloVerify: { readonly cookieBytes: number; readonly recordVersion: string } | null;
  alert: DtlsAlert | null;
  /** Alert numbers are looked at after a cookie was presented only: before it they are about the hello. */
  alertAfterCookie: boolean;
  clientRandom: Buffer | null;
  serverHello: ServerHello | null;
  chain: readonly Buffer[] | null;
  keyExchange: Buffer | null;
  clientCertificateRequested: boolean;
  missing: readonly string[];
  flightBegun: boolean;
  /** From the first hello of the flight to its end; null while it is incomplete. */
  flightMs: number | null;
  answered: boolean[];
}

export function newSeen(): Seen {
  return {
    ended: null,
    hellos: 0,
    datagramsSent: 0,
    sockets: 0,
    received: { datagrams: 0, bytes: 0, largestBytes: 0 },
    foreignBytes: null,
    errors: [],
    rttMs: null,
    helloVerify: null,
    alert: null,
    alertAfterCookie: false,
    clientRandom: null,
    serverHello: null,
    chain: null,
    keyExchange: null,
    clientCertificateRequested: false,
    missing: [],
    flightBegun: false,
    flightMs: null,
    answered: [],
  };
}

/** A flight of eight 4096-bit certificates in 228-byte datagrams, sent twice, is about 160 datagrams. */
const MAX_DATAGRAMS = 200;
const MAX_BYTES = 512 * 1024;
/** More say nothing new: Linux itself sends six in a burst and then one a second. */
const MAX_ERRORS = 16;

/** Counts a datagram. False when the bounds are reached: it must not be looked at then. */
export function noteDatagram(seen: Seen, data: Buffer): boolean {
  const { received } = seen;
  if (received.datagrams >= MAX_DATAGRAMS || received.bytes + data.length > MAX_BYTES) return false;
  received.datagrams += 1;
  received.bytes += data.length;
  received.largestBytes = Math.max(received.largestBytes, data.length);
  return true;
}

/** Sixteen bytes name most protocols: STUN, QUIC, DNS. */
export function noteForeign(seen: Seen, data: Buffer): void {
  seen.foreignBytes ??= data.subarray(0, 16).toString('hex');
}

/** `sentBefore`: an earlier datagram left on this socket, so a send error may be ICMP news about that one. */
export function noteError(seen: Seen, operation: UdpOperation, code: string, sentBefore: boolean): ErrorKind {
  const kind = kindOf(operation, code, sentBefore);
  if (seen.errors.length < MAX_ERRORS) seen.errors.push({ kind, operation, code });
  return kind;
}

function kindOf(operation: UdpOperation, code: string, sentBefore: boolean): ErrorKind {
  // EPERM is never ICMP: a packet filter, an eBPF policy or a seccomp profile of this host.
  if (code === 'EPERM') return 'local-denied';
  if (operation === 'connect' || (operation === 'send' && !sentBefore)) {
    if (NO_ROUTE.has(code)) return 'local-no-route';
    // Out of sockets or the like: nothing left this host, which is all that can be said.
    return operation === 'connect' ? 'local-denied' : 'other';
  }
  if (code === 'ECONNREFUSED' || code === 'ENOPROTOOPT') return 'refused';
  return PROHIBITED.has(code) ? 'prohibited' : 'other';
}

// ip-route(8): unreachable, prohibit and blackhole routes, and no route at all; EADDRNOTAVAIL: no source address of that family.
const NO_ROUTE = new Set([
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EACCES',
  'EINVAL',
  'EADDRNOTAVAIL',
  'ENETDOWN',
  'EAFNOSUPPORT',
  'ERR_SOCKET_BAD_PORT',
]);
// As an event these are administrative prohibitions; a plain "host unreachable" never reaches a UDP socket (net/ipv4/icmp.c).
const PROHIBITED = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'EACCES']);

/** How the missing parts of a flight are written down: `certificate 0-1275 of 1562`. */
export function describeMissing(reassembly: Reassembly, neverBegun: readonly number[]): string[] {
  return [
    ...missingOf(reassembly).map(
      (hole) => `${messageName(hole.type)} ${hole.start}-${hole.end} of ${hole.lengthBytes}`,
    ),
    ...neverBegun.map((type) => `${messageName(type)}, all of it`),
  ].slice(0, 16);
}
