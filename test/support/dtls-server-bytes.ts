// The server's side of a first flight, as bytes: for scripted events and for the hand-made misbehaving server.

import { constants, type KeyObject, sign } from 'node:crypto';
import {
  CONTENT,
  encodeRecord,
  FRAGMENT_HEADER_BYTES,
  HANDSHAKE,
  parseHandshake,
  parseRecords,
  VERSION,
} from '../../src/parse/dtls-record.ts';

export interface Hello {
  readonly random: Buffer;
  readonly cookie: Buffer;
  readonly messageSeq: number;
  readonly recordSequence: number;
  readonly suites: readonly number[];
  /** By type. */
  readonly extensions: ReadonlyMap<number, Buffer>;
}

/** A ClientHello of ours, or null. */
export function readHello(datagram: Buffer): Hello | null {
  const record = parseRecords(datagram).records[0];
  if (record?.type !== CONTENT.handshake) return null;
  const fragment = parseHandshake(record.fragment)[0];
  if (fragment?.type !== HANDSHAKE.clientHello) return null;
  const body = fragment.body;
  let at = 34;
  const vector = (lengthBytes: 1 | 2): Buffer => {
    const length = body.readUIntBE(at, lengthBytes);
    const value = body.subarray(at + lengthBytes, at + lengthBytes + length);
    at += lengthBytes + length;
    return value;
  };
  vector(1);
  const cookie = vector(1);
  const suites = vector(2);
  vector(1);
  const block = vector(2);
  const extensions = new Map<number, Buffer>();
  for (let next = 0; next < block.length; ) {
    const length = block.readUInt16BE(next + 2);
    extensions.set(block.readUInt16BE(next), block.subarray(next + 4, next + 4 + length));
    next += 4 + length;
  }
  return {
    random: Buffer.from(body.subarray(2, 34)),
    cookie: Buffer.from(cookie),
    messageSeq: fragment.messageSeq,
    recordSequence: record.sequence,
    suites: Array.from({ length: suites.length / 2 }, (_, i) => suites.readUInt16BE(2 * i)),
    extensions,
  };
}

/** The two bytes of an alert of ours, or null. */
export function readAlert(datagram: Buffer): readonly number[] | null {
  const record = parseRecords(datagram).records[0];
  return record?.type === CONTENT.alert ? [...record.fragment] : null;
}

export function helloVerify(cookie: Buffer, recordVersion: number = VERSION.dtls10): Buffer {
  const body = Buffer.concat([Buffer.from([0xfe, 0xff, cookie.length]), cookie]);
  return encodeRecord(
    CONTENT.handshake,
    recordVersion,
    0,
    fragmentOf(HANDSHAKE.helloVerifyRequest, 0, body, 0, body.length),
  );
}

export function alert(level: number, description: number, recordVersion: number = VERSION.dtls12): Buffer {
  return encodeRecord(CONTENT.alert, recordVersion, 0, Buffer.from([level, description]));
}

export interface FlightOptions {
  readonly clientRandom: Buffer;
  readonly chain: readonly Buffer[];
  readonly key: KeyObject;
  readonly suite?: number;
  readonly random?: Buffer;
  readonly requestCertificate?: boolean;
  readonly extensions?: Buffer;
}

export interface Message {
  readonly type: number;
  readonly messageSeq: number;
  readonly body: Buffer;
}

/** ServerHello, Certificate, ServerKeyExchange (not for static RSA), CertificateRequest when asked for, ServerHelloDone. */
export function flightMessages(options: FlightOptions, firstSeq = 1): Message[] {
  const suite = options.suite ?? (options.key.asymmetricKeyType === 'rsa' ? 0xc02f : 0xc02b);
  const random = options.random ?? Buffer.alloc(32, 7);
  const bodies: [number, Buffer][] = [
    [HANDSHAKE.serverHello, serverHelloBody(random, suite, options.extensions)],
    [HANDSHAKE.certificate, certificateBody(options.chain)],
  ];
  if (suite >> 8 === 0xc0)
    bodies.push([HANDSHAKE.serverKeyExchange, keyExchangeBody(options.key, options.clientRandom, random)]);
  if (options.requestCertificate)
    bodies.push([HANDSHAKE.certificateRequest, Buffer.from('020140000004030401020000', 'hex')]);
  bodies.push([HANDSHAKE.serverHelloDone, Buffer.alloc(0)]);
  return bodies.map(([type, body], i) => ({ type, messageSeq: firstSeq + i, body }));
}

export function serverHelloBody(random: Buffer, suite: number, extensions?: Buffer): Buffer {
  const block = extensions ? Buffer.concat([u16(extensions.length), extensions]) : Buffer.alloc(0);
  return Buffer.concat([u16(VERSION.dtls12), random, Buffer.from([0]), u16(suite), Buffer.from([0]), block]);
}

export function certificateBody(chain: readonly Buffer[]): Buffer {
  const list = Buffer.concat(chain.flatMap((der) => [u24(der.length), der]));
  return Buffer.concat([u24(list.length), list]);
}

/** ECDHE parameters with a made-up point: nobody computes with it, it is only signed. */
export function keyExchangeBody(key: KeyObject, clientRandom: Buffer, serverRandom: Buffer): Buffer {
  const parameters = Buffer.concat([Buffer.from([3, 0, 0x17, 65, 4]), Buffer.alloc(64, 9)]);
  const signed = Buffer.concat([clientRandom, serverRandom, parameters]);
  const rsa = key.asymmetricKeyType === 'rsa';
  const signature = rsa
    ? sign('sha256', signed, {
        key,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      })
    : sign('sha256', signed, { key, dsaEncoding: 'der' });
  return Buffer.concat([parameters, u16(rsa ? 0x0804 : 0x0403), u16(signature.length), signature]);
}

/** One record with one fragment; without a range the whole message. */
export function messageRecord(message: Message, recordSequence: number, from = 0, to = message.body.length): Buffer {
  const fragment = fragmentOf(message.type, message.messageSeq, message.body, from, to);
  return encodeRecord(CONTENT.handshake, VERSION.dtls12, recordSequence, fragment);
}

/** Each message in pieces of at most `sizeBytes`, one datagram each. */
export function datagramsOf(messages: readonly Message[], sizeBytes: number, recordSequence = 1): Buffer[] {
  const datagrams: Buffer[] = [];
  for (const message of messages) {
    for (let from = 0; from === 0 || from < message.body.length; from += sizeBytes) {
      const to = Math.min(message.body.length, from + sizeBytes);
      datagrams.push(messageRecord(message, recordSequence + datagrams.length, from, to));
    }
  }
  return datagrams;
}

function fragmentOf(type: number, messageSeq: number, body: Buffer, from: number, to: number): Buffer {
  const header = Buffer.alloc(FRAGMENT_HEADER_BYTES);
  header.writeUInt8(type, 0);
  header.writeUIntBE(body.length, 1, 3);
  header.writeUInt16BE(messageSeq, 4);
  header.writeUIntBE(from, 6, 3);
  header.writeUIntBE(to - from, 9, 3);
  return Buffer.concat([header, body.subarray(from, to)]);
}

function u16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}

function u24(value: number): Buffer {
  return Buffer.from([value >> 16, (value >> 8) & 0xff, value & 0xff]);
}
