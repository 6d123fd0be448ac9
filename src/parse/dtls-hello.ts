// Our ClientHello: everything a server may insist on, so that a refusal is never about a missing extension.
// OpenSSL refuses a hello without groups or signature algorithms; Mbed TLS stays silent on it.

import { CONTENT, encodeHandshake, encodeRecord, HANDSHAKE, VERSION } from './dtls-record.ts';

/** ECDHE first, then DHE: their ServerKeyExchange proves possession of the key. Static RSA last: it proves nothing. */
const SUITES = [
  0xc02b, 0xc02c, 0xcca9, 0xc02f, 0xc030, 0xcca8, 0xc023, 0xc027, 0xc009, 0xc00a, 0xc013, 0xc014, 0x009e, 0x009f,
  0x0033, 0x0039, 0x009c, 0x009d, 0x003c, 0x002f, 0x0035,
];
/** Unassigned at IANA: nobody can choose it, so a server answers with a 15-byte alert and keeps no state. */
const NOBODYS_SUITE = 0xfafa;

/** x25519, P-256, P-384, P-521. */
const GROUPS = [0x001d, 0x0017, 0x0018, 0x0019];
const SIGNATURE_ALGORITHMS = [
  0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0807, 0x0203, 0x0201,
];
/** max_fragment_length 1 means 512 bytes, RFC 6066 section 4. */
const FRAGMENTS_OF_512 = 1;

const EXTENSION = {
  serverName: 0,
  maxFragmentLength: 1,
  supportedGroups: 10,
  ecPointFormats: 11,
  signatureAlgorithms: 13,
  extendedMasterSecret: 23,
  renegotiationInfo: 0xff01,
} as const;

export interface HelloOptions {
  /** Name for SNI. An IP literal sends none (RFC 6066 section 3 forbids it). */
  readonly host: string;
  /** 32 bytes, the same in every hello of one flow: cookies may be bound to it. */
  readonly random: Buffer;
  readonly variant: 'full' | 'smallAlert' | 'smallFragments';
}

/** The ClientHello body with a cookie (empty at first). About 165 bytes. */
export function helloBody(options: HelloOptions, cookie: Buffer): Buffer {
  const suites = options.variant === 'smallAlert' ? SMALL_ALERT_SUITES : FULL_SUITES;
  // An empty session id.
  const start = [uint16(VERSION.dtls12), options.random, Buffer.alloc(1)];
  return Buffer.concat([...start, vector8(cookie), suites, NULL_COMPRESSION, vector16(extensions(options))]);
}

/** One datagram: record version feff, because some servers are silent on anything older or newer in a first hello. */
export function helloDatagram(
  options: HelloOptions,
  cookie: Buffer,
  messageSeq: number,
  recordSequence: number,
): Buffer {
  const message = encodeHandshake(HANDSHAKE.clientHello, messageSeq, helloBody(options, cookie));
  return encodeRecord(CONTENT.handshake, VERSION.dtls10, recordSequence, message);
}

function extensions({ host, variant }: HelloOptions): Buffer {
  const name = host.replace(/\.$/, '');
  const parts: Buffer[] = [];
  // 255 bytes is the longest name that DNS can hold; a longer one could push the hello out of one datagram.
  if (name !== '' && name.length <= 255 && !isLiteral(name)) {
    parts.push(
      extension(
        EXTENSION.serverName,
        vector16(Buffer.concat([Buffer.from([0]), vector16(Buffer.from(name, 'latin1'))])),
      ),
    );
  }
  if (variant === 'smallFragments') parts.push(extension(EXTENSION.maxFragmentLength, Buffer.from([FRAGMENTS_OF_512])));
  parts.push(FIXED_EXTENSIONS);
  return Buffer.concat(parts);
}

// No name has a colon or consists of digits and dots. Not net.isIP: its first call compiles an expression for 7 ms, before
// anything has been sent.
function isLiteral(name: string): boolean {
  return name.includes(':') || /^[\d.]+$/.test(name);
}

function extension(type: number, data: Buffer): Buffer {
  return Buffer.concat([uint16(type), vector16(data)]);
}

function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}

function uint16s(values: readonly number[]): Buffer {
  return Buffer.concat(values.map(uint16));
}

function vector8(data: Buffer): Buffer {
  return Buffer.concat([Buffer.from([data.length]), data]);
}

function vector16(data: Buffer): Buffer {
  return Buffer.concat([uint16(data.length), data]);
}

// Made once: 200 gateways need 400 hellos.
const FULL_SUITES = vector16(uint16s(SUITES));
const SMALL_ALERT_SUITES = vector16(uint16(NOBODYS_SUITE));
const NULL_COMPRESSION = vector8(Buffer.alloc(1));
const FIXED_EXTENSIONS = Buffer.concat([
  extension(EXTENSION.extendedMasterSecret, Buffer.alloc(0)),
  extension(EXTENSION.renegotiationInfo, Buffer.from([0])),
  extension(EXTENSION.supportedGroups, vector16(uint16s(GROUPS))),
  extension(EXTENSION.ecPointFormats, vector8(Buffer.from([0]))),
  extension(EXTENSION.signatureAlgorithms, vector16(uint16s(SIGNATURE_ALGORITHMS))),
]);
