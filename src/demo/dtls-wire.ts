// DTLS 1.2 as a server sees it on the wire (RFC 6347, RFC 5246): just enough to read a ClientHello and write a first flight.
// Written apart from the agent's own parser on purpose: a mistake must not be able to hide in both.

export const CONTENT = { changeCipherSpec: 20, alert: 21, handshake: 22 } as const;
export const HANDSHAKE = {
  clientHello: 1,
  serverHello: 2,
  helloVerifyRequest: 3,
  certificate: 11,
  serverKeyExchange: 12,
  serverHelloDone: 14,
  clientKeyExchange: 16,
} as const;
export const DTLS_1_0 = 0xfeff;
export const DTLS_1_2 = 0xfefd;
export const RECORD_HEADER_BYTES = 13;
export const HANDSHAKE_HEADER_BYTES = 12;

export interface WireRecord {
  readonly type: number;
  readonly epoch: number;
  readonly sequence: number;
  readonly payload: Buffer;
}

/** The records of a datagram; what does not look like one ends the list. */
export function readRecords(datagram: Buffer): WireRecord[] {
  const records: WireRecord[] = [];
  let at = 0;
  while (datagram.length - at >= RECORD_HEADER_BYTES) {
    const version = datagram.readUInt16BE(at + 1);
    const end = at + RECORD_HEADER_BYTES + datagram.readUInt16BE(at + 11);
    if ((version !== DTLS_1_0 && version !== DTLS_1_2) || end > datagram.length) break;
    records.push({
      type: datagram.readUInt8(at),
      epoch: datagram.readUInt16BE(at + 3),
      sequence: datagram.readUIntBE(at + 5, 6),
      payload: datagram.subarray(at + RECORD_HEADER_BYTES, end),
    });
    at = end;
  }
  return records;
}

export function writeRecord(type: number, version: number, sequence: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(RECORD_HEADER_BYTES);
  header.writeUInt8(type, 0);
  header.writeUInt16BE(version, 1);
  header.writeUIntBE(sequence, 5, 6);
  header.writeUInt16BE(payload.length, 11);
  return Buffer.concat([header, payload]);
}

/** One fragment of a handshake message, with its header. */
export function writeFragment(type: number, messageSequence: number, body: Buffer, from: number, to: number): Buffer {
  const header = Buffer.alloc(HANDSHAKE_HEADER_BYTES);
  header.writeUInt8(type, 0);
  header.writeUIntBE(body.length, 1, 3);
  header.writeUInt16BE(messageSequence, 4);
  header.writeUIntBE(from, 6, 3);
  header.writeUIntBE(to - from, 9, 3);
  return Buffer.concat([header, body.subarray(from, to)]);
}

export interface ClientHello {
  readonly messageSequence: number;
  readonly version: number;
  readonly random: Buffer;
  readonly cookie: Buffer;
  readonly suites: readonly number[];
  readonly nullCompression: boolean;
  readonly extensions: ReadonlyMap<number, Buffer>;
}

/** A ClientHello in one fragment; null for anything else and for one whose lengths do not add up. */
export function readClientHello(handshake: Buffer): ClientHello | null {
  if (handshake.length < HANDSHAKE_HEADER_BYTES || handshake.readUInt8(0) !== HANDSHAKE.clientHello) return null;
  const length = handshake.readUIntBE(1, 3);
  const unfragmented = handshake.readUIntBE(6, 3) === 0 && handshake.readUIntBE(9, 3) === length;
  if (!unfragmented || handshake.length !== HANDSHAKE_HEADER_BYTES + length) return null;
  try {
    return { messageSequence: handshake.readUInt16BE(4), ...readHelloBody(handshake.subarray(HANDSHAKE_HEADER_BYTES)) };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function readHelloBody(body: Buffer): Omit<ClientHello, 'messageSequence'> {
  let at = 0;
  const take = (bytes: number): Buffer => {
    if (at + bytes > body.length) throw new RangeError('a length leads past the end');
    at += bytes;
    return body.subarray(at - bytes, at);
  };
  const vector = (lengthBytes: number): Buffer => take(take(lengthBytes).readUIntBE(0, lengthBytes));
  const version = take(2).readUInt16BE(0);
  const random = take(32);
  vector(1); // session id
  const cookie = vector(1);
  const suites = readNumbers(vector(2));
  const nullCompression = vector(1).includes(0);
  const extensions = new Map<number, Buffer>();
  if (at < body.length) {
    const end = take(2).readUInt16BE(0) + at;
    while (at < end) extensions.set(take(2).readUInt16BE(0), vector(2));
  }
  return { version, random, cookie, suites, nullCompression, extensions };
}

/** Two-byte numbers side by side: cipher suites, groups, signature algorithms. */
export function readNumbers(bytes: Buffer): number[] {
  return Array.from({ length: bytes.length >> 1 }, (_, index) => bytes.readUInt16BE(2 * index));
}

/** A length of `lengthBytes` bytes, then the content. */
export function vector(lengthBytes: number, content: Buffer): Buffer {
  const length = Buffer.alloc(lengthBytes);
  length.writeUIntBE(content.length, 0, lengthBytes);
  return Buffer.concat([length, content]);
}

export function number16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
