// A gateway of the demo: DTLS 1.2 up to the end of the server's first flight, to any number of clients.
// It behaves like an OpenSSL server in an event loop: stateless until the cookie comes back, and it repeats its flight only
// when the client repeats its hello. It never completes a handshake: a ClientKeyExchange earns a fatal alert.

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Endpoint } from '../model/target.ts';
import type { Identity } from './certificates.ts';
import { ALERT, firstFlight, type Message } from './dtls-flight.ts';
import {
  type ClientHello,
  CONTENT,
  DTLS_1_0,
  DTLS_1_2,
  HANDSHAKE,
  HANDSHAKE_HEADER_BYTES,
  number16,
  RECORD_HEADER_BYTES,
  readClientHello,
  readRecords,
  vector,
  type WireRecord,
  writeFragment,
  writeRecord,
} from './dtls-wire.ts';
import { bindUdp, type Running } from './loopback.ts';

/**
 * 'first packet only': a device on the way passes the first datagram of each flow and swallows the rest.
 * 'large datagrams dropped': a device on the way swallows server datagrams of more than 600 bytes with their IP and UDP headers.
 */
export type DtlsBehaviour = 'answers' | 'first packet only' | 'large datagrams dropped';

interface Client {
  datagrams: number;
  /** The hello that the flight answers, by its random. */
  random: Buffer | null;
  flight: readonly Message[] | number;
  /** Of the client's last accepted cookie hello: a repeated record is a replay and is not answered. */
  received: number;
  /** Of our next record. */
  next: number;
}

// Leaves room for IP and UDP headers in the pod's MTU of 1450.
const DATAGRAM_BYTES = 1400;
const SMALL_DATAGRAM_BYTES = 600 - 28;
const MOST_CLIENTS = 1000;

export async function startDtlsServer(identity: Identity, behaviour: DtlsBehaviour = 'answers'): Promise<Running> {
  const secret = randomBytes(32);
  const clients = new Map<string, Client>();

  const running = await bindUdp((datagram, from) => {
    const client = clientAt(clients, `${from.address}:${from.port}`);
    client.datagrams++;
    if (behaviour === 'first packet only' && client.datagrams > 1) return;
    for (const record of readRecords(datagram)) {
      for (const reply of answerRecord(record, client, (random) => cookieFor(secret, from, random), identity)) {
        if (behaviour === 'large datagrams dropped' && reply.length > SMALL_DATAGRAM_BYTES) continue;
        running.socket.send(reply, from.port, from.address);
      }
    }
  });
  return running;
}

function answerRecord(
  record: WireRecord,
  client: Client,
  cookieOf: (random: Buffer) => Buffer,
  identity: Identity,
): Buffer[] {
  if (record.epoch !== 0) return [];
  if (record.type === CONTENT.alert) {
    // Whatever it says, the client is leaving.
    client.random = null;
    return [];
  }
  if (record.type !== CONTENT.handshake) return [];
  if (record.payload[0] === HANDSHAKE.clientKeyExchange && client.random !== null) {
    client.random = null;
    return [alert(client, ALERT.internalError)];
  }
  const hello = readClientHello(record.payload);
  if (hello === null) return [];
  const cookie = cookieOf(hello.random);
  if (hello.cookie.length !== cookie.length || !timingSafeEqual(hello.cookie, cookie)) {
    // RFC 6347 section 4.2.1: version 1.0 whatever will be negotiated, and the hello's own record number.
    const body = Buffer.concat([number16(DTLS_1_0), vector(1, cookie)]);
    const message = writeFragment(HANDSHAKE.helloVerifyRequest, 0, body, 0, body.length);
    return [writeRecord(CONTENT.handshake, DTLS_1_0, record.sequence, message)];
  }
  return answerCookieHello(hello, record.sequence, client, identity);
}

function answerCookieHello(hello: ClientHello, sequence: number, client: Client, identity: Identity): Buffer[] {
  if (hello.messageSequence !== 1) return [];
  if (client.random === null || !client.random.equals(hello.random)) {
    client.random = hello.random;
    client.flight = firstFlight(hello, identity);
    client.received = 0;
    client.next = sequence;
  }
  if (sequence <= client.received) return [];
  client.received = sequence;
  return typeof client.flight === 'number' ? [alert(client, client.flight)] : pack(client.flight, client);
}

/** The flight in as few datagrams as possible; messages that do not fit are split. */
function pack(flight: readonly Message[], client: Client): Buffer[] {
  const datagrams: Buffer[] = [];
  let records: Buffer[] = [];
  let room = DATAGRAM_BYTES;
  const overhead = RECORD_HEADER_BYTES + HANDSHAKE_HEADER_BYTES;
  for (const [index, { type, body }] of flight.entries()) {
    let from = 0;
    do {
      if (room < overhead + Math.min(body.length - from, 100)) {
        datagrams.push(Buffer.concat(records));
        records = [];
        room = DATAGRAM_BYTES;
      }
      const to = Math.min(body.length, from + room - overhead);
      // The HelloVerifyRequest was message 0.
      const fragment = writeFragment(type, index + 1, body, from, to);
      records.push(writeRecord(CONTENT.handshake, DTLS_1_2, client.next++, fragment));
      room -= RECORD_HEADER_BYTES + fragment.length;
      from = to;
    } while (from < body.length);
  }
  return [...datagrams, Buffer.concat(records)];
}

function alert(client: Client, description: number): Buffer {
  const fatal = 2;
  return writeRecord(CONTENT.alert, DTLS_1_2, client.next++, Buffer.from([fatal, description]));
}

/** Bound to the client's address, port and random. */
function cookieFor(secret: Buffer, from: Endpoint, random: Buffer): Buffer {
  return createHmac('sha256', secret).update(`${from.address}:${from.port}`).update(random).digest().subarray(0, 20);
}

function clientAt(clients: Map<string, Client>, key: string): Client {
  const known = clients.get(key);
  if (known !== undefined) return known;
  const [oldest] = clients.keys();
  if (clients.size >= MOST_CLIENTS && oldest !== undefined) clients.delete(oldest);
  const fresh: Client = { datagrams: 0, random: null, flight: [], received: 0, next: 0 };
  clients.set(key, fresh);
  return fresh;
}
