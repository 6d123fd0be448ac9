// What the demo's gateway answers to a ClientHello whose cookie is right: its whole first flight, or the alert that it deserves.

import { createECDH, randomBytes, sign } from 'node:crypto';
import type { Identity } from './certificates.ts';
import { type ClientHello, DTLS_1_2, HANDSHAKE, number16, readNumbers, vector } from './dtls-wire.ts';

export const ALERT = { handshakeFailure: 40, decodeError: 50, protocolVersion: 70, internalError: 80 } as const;

export interface Message {
  readonly type: number;
  readonly body: Buffer;
}

// ECDHE-ECDSA with AES-GCM, ChaCha20, AES-CBC-SHA256 and AES-CBC-SHA (IANA TLS Cipher Suites).
const SUITES = [0xc02b, 0xc02c, 0xcca9, 0xc023, 0xc009, 0xc00a];
const SECP256R1 = 23;
const ECDSA_SHA256 = 0x0403;
const EXTENSION = {
  groups: 10,
  pointFormats: 11,
  signatures: 13,
  extendedMasterSecret: 23,
  renegotiation: 0xff01,
} as const;
const RENEGOTIATION_SCSV = 0x00ff;
const NAMED_CURVE = 3;

/** The flight's messages, or the description of a fatal alert. Refuses what OpenSSL refuses, with the same alerts. */
export function firstFlight(hello: ClientHello, identity: Identity): readonly Message[] | number {
  // DTLS counts its versions downwards.
  if (hello.version > DTLS_1_2) return ALERT.protocolVersion;
  if (!hello.nullCompression) return ALERT.decodeError;
  const suite = hello.suites.find((offered) => SUITES.includes(offered));
  if (suite === undefined) return ALERT.handshakeFailure;
  if (!listed(hello, EXTENSION.groups, SECP256R1)) return ALERT.handshakeFailure;
  if (!listed(hello, EXTENSION.signatures, ECDSA_SHA256)) return ALERT.handshakeFailure;

  const random = randomBytes(32);
  return [
    { type: HANDSHAKE.serverHello, body: serverHello(hello, random, suite) },
    { type: HANDSHAKE.certificate, body: vector(3, Buffer.concat(identity.chainDer.map((der) => vector(3, der)))) },
    { type: HANDSHAKE.serverKeyExchange, body: serverKeyExchange(hello, random, identity) },
    { type: HANDSHAKE.serverHelloDone, body: Buffer.alloc(0) },
  ];
}

/** Whether an extension that is a list of two-byte numbers holds this one. */
function listed(hello: ClientHello, extension: number, value: number): boolean {
  const content = hello.extensions.get(extension);
  return content !== undefined && readNumbers(content.subarray(2)).includes(value);
}

function serverHello(hello: ClientHello, random: Buffer, suite: number): Buffer {
  const extensions: Buffer[] = [];
  const add = (type: number, content: number[]): void => {
    extensions.push(number16(type), vector(2, Buffer.from(content)));
  };
  if (hello.extensions.has(EXTENSION.renegotiation) || hello.suites.includes(RENEGOTIATION_SCSV)) {
    add(EXTENSION.renegotiation, [0]);
  }
  if (hello.extensions.has(EXTENSION.extendedMasterSecret)) add(EXTENSION.extendedMasterSecret, []);
  if (hello.extensions.has(EXTENSION.pointFormats)) add(EXTENSION.pointFormats, [1, 0]);
  const noSessionId = vector(1, Buffer.alloc(0));
  const noCompression = Buffer.from([0]);
  const head = [number16(DTLS_1_2), random, noSessionId, number16(suite), noCompression];
  return Buffer.concat([...head, vector(2, Buffer.concat(extensions))]);
}

/** RFC 8422 section 5.4: the signature is over both randoms and the parameters. */
function serverKeyExchange(hello: ClientHello, random: Buffer, identity: Identity): Buffer {
  const share = createECDH('prime256v1').generateKeys();
  const parameters = Buffer.concat([Buffer.from([NAMED_CURVE]), number16(SECP256R1), vector(1, share)]);
  const signature = sign('sha256', Buffer.concat([hello.random, random, parameters]), identity.key);
  return Buffer.concat([parameters, number16(ECDSA_SHA256), vector(2, signature)]);
}
