// One flow: one socket's half of a conversation. What it sends next, and what a datagram means to it. Pure.

import type { DtlsAlert } from '../model/observation.ts';
import { type HelloOptions, helloDatagram } from '../parse/dtls-hello.ts';
import { alertName, hex16, parseHelloVerify } from '../parse/dtls-messages.ts';
import { newReassembly, type Reassembly } from '../parse/dtls-reassembly.ts';
import {
  CONTENT,
  encodeUserCanceled,
  HANDSHAKE,
  type HandshakeFragment,
  parseAlert,
  parseHandshake,
  parseRecords,
} from '../parse/dtls-record.ts';

export interface Flow {
  readonly index: number;
  readonly hello: HelloOptions;
  readonly reassembly: Reassembly;
  /** When the first datagram really left; null before. */
  sentAtMs: number | null;
  hellos: number;
  recordSequence: number;
  messageSeq: number;
  cookie: Buffer;
  cookieHelloSent: boolean;
  /** The server has begun its flight: it holds state for us. */
  flightBegun: boolean;
}

export function newFlow(index: number, hello: HelloOptions): Flow {
  return {
    index,
    hello,
    reassembly: newReassembly(),
    sentAtMs: null,
    hellos: 0,
    recordSequence: 0,
    messageSeq: 0,
    cookie: Buffer.alloc(0),
    cookieHelloSent: false,
    flightBegun: false,
  };
}

/** The next hello, or the same again: same message_seq and random, next record sequence (RFC 6347 section 4.2.4). */
export function nextHello(flow: Flow): Buffer {
  const datagram = helloDatagram(flow.hello, flow.cookie, flow.messageSeq, flow.recordSequence);
  flow.recordSequence += 1;
  flow.hellos += 1;
  if (flow.cookie.length > 0) flow.cookieHelloSent = true;
  return datagram;
}

/**
 * The alert that lets a server forget us, or null where it would do harm: before the cookie a server has no session to end, and
 * gnutls-serv serves nobody any more after a first datagram that is no hello.
 */
export function farewell(flow: Flow): Buffer | null {
  if (!flow.cookieHelloSent && !flow.flightBegun) return null;
  const datagram = encodeUserCanceled(flow.recordSequence);
  flow.recordSequence += 1;
  return datagram;
}

export type Incoming =
  | {
      readonly kind: 'hello-verify';
      readonly cookie: Buffer;
      readonly messageSeq: number;
      readonly recordVersion: string;
    }
  | { readonly kind: 'fragment'; readonly fragment: HandshakeFragment }
  | { readonly kind: 'alert'; readonly alert: DtlsAlert; readonly terminal: boolean };

/** The messages of a server's flight up to ServerHelloDone; all others are ignored. */
const FLIGHT_TYPES: ReadonlySet<number> = new Set([
  HANDSHAKE.serverHello,
  HANDSHAKE.certificate,
  HANDSHAKE.serverKeyExchange,
  HANDSHAKE.certificateRequest,
  HANDSHAKE.serverHelloDone,
  HANDSHAKE.certificateStatus,
]);

/** What a datagram says. Empty when nothing in it is DTLS that a server may send before encryption. */
export function readDatagram(data: Buffer): readonly Incoming[] {
  const incoming: Incoming[] = [];
  for (const record of parseRecords(data).records) {
    // Nothing of epoch 1 can be read without keys.
    if (record.epoch !== 0) continue;
    const recordVersion = hex16(record.version);
    if (record.type === CONTENT.alert) {
      const alert = parseAlert(record.fragment);
      if (!alert) continue;
      const level = alert.level === 2 ? 'fatal' : 'warning';
      // wolfSSL refuses with a close_notify, which is a warning.
      const terminal = level === 'fatal' || alert.description === 0;
      incoming.push({
        kind: 'alert',
        alert: { level, description: alertName(alert.description), recordVersion },
        terminal,
      });
    } else if (record.type === CONTENT.handshake) {
      for (const fragment of parseHandshake(record.fragment)) {
        if (fragment.type === HANDSHAKE.helloVerifyRequest) {
          const cookie = fragment.body.length === fragment.lengthBytes ? parseHelloVerify(fragment.body) : null;
          if (cookie) incoming.push({ kind: 'hello-verify', cookie, messageSeq: fragment.messageSeq, recordVersion });
        } else if (FLIGHT_TYPES.has(fragment.type)) {
          incoming.push({ kind: 'fragment', fragment });
        }
      }
    }
  }
  return incoming;
}
