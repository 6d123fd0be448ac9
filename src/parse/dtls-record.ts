// What is in a datagram of DTLS: records (RFC 6347 section 4.1) and the handshake fragments in them (section 4.2.2).
// Everything here is hostile data: lengths are checked before use, nothing is allocated from a length, nothing throws.

export const CONTENT = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23 } as const;

export const HANDSHAKE = {
  clientHello: 1,
  serverHello: 2,
  helloVerifyRequest: 3,
  certificate: 11,
  serverKeyExchange: 12,
  certificateRequest: 13,
  serverHelloDone: 14,
  certificateStatus: 22,
} as const;

/** On the wire DTLS versions count downwards: 1.0 is feff, 1.2 is fefd, 1.3 is fefc (there was no 1.1). */
export const VERSION = { dtls10: 0xfeff, dtls12: 0xfefd, dtls13: 0xfefc } as const;

export const RECORD_HEADER_BYTES = 13;
export const FRAGMENT_HEADER_BYTES = 12;

/** A certificate chain of eight 4096-bit certificates is about 16 KiB; eight times that is generous. */
export const MAX_MESSAGE_BYTES = 128 * 1024;
/** A full datagram of empty records would hold 5,000; real flights coalesce fewer than ten. */
const MAX_RECORDS_PER_DATAGRAM = 64;
/** 2^14 and what encryption may add: RFC 6347 section 4.1. */
const MAX_RECORD_BYTES = 16_384 + 2048;

export interface DtlsRecord {
  readonly type: number;
  readonly version: number;
  readonly epoch: number;
  readonly sequence: number;
  readonly fragment: Buffer;
}

export interface HandshakeFragment {
  readonly type: number;
  readonly messageSeq: number;
  /** Of the whole message. */
  readonly lengthBytes: number;
  readonly offset: number;
  readonly body: Buffer;
}

export interface Alert {
  /** 1 warning, 2 fatal. */
  readonly level: number;
  readonly description: number;
}

/** The records before the first thing that is not one; `clean` is false when something was left over. */
export function parseRecords(datagram: Buffer): { readonly records: readonly DtlsRecord[]; readonly clean: boolean } {
  const records: DtlsRecord[] = [];
  let at = 0;
  while (at < datagram.length) {
    if (records.length >= MAX_RECORDS_PER_DATAGRAM || datagram.length - at < RECORD_HEADER_BYTES) break;
    const type = datagram.readUInt8(at);
    const version = datagram.readUInt16BE(at + 1);
    const lengthBytes = datagram.readUInt16BE(at + 11);
    const from = at + RECORD_HEADER_BYTES;
    if (type < CONTENT.changeCipherSpec || type > CONTENT.applicationData) break;
    if (version >> 8 !== 0xfe || lengthBytes > MAX_RECORD_BYTES || from + lengthBytes > datagram.length) break;
    records.push({
      type,
      version,
      epoch: datagram.readUInt16BE(at + 3),
      sequence: datagram.readUIntBE(at + 5, 6),
      fragment: datagram.subarray(from, from + lengthBytes),
    });
    at = from + lengthBytes;
  }
  return { records, clean: at === datagram.length };
}

/** The handshake fragments of one record, those before the first that contradicts itself. */
export function parseHandshake(fragment: Buffer): readonly HandshakeFragment[] {
  const fragments: HandshakeFragment[] = [];
  let at = 0;
  while (fragment.length - at >= FRAGMENT_HEADER_BYTES) {
    const lengthBytes = fragment.readUIntBE(at + 1, 3);
    const offset = fragment.readUIntBE(at + 6, 3);
    const partBytes = fragment.readUIntBE(at + 9, 3);
    const from = at + FRAGMENT_HEADER_BYTES;
    if (lengthBytes > MAX_MESSAGE_BYTES || offset + partBytes > lengthBytes || from + partBytes > fragment.length)
      break;
    fragments.push({
      type: fragment.readUInt8(at),
      messageSeq: fragment.readUInt16BE(at + 4),
      lengthBytes,
      offset,
      body: fragment.subarray(from, from + partBytes),
    });
    at = from + partBytes;
  }
  return fragments;
}

/** An unencrypted alert is exactly two bytes; anything else is not one. */
export function parseAlert(fragment: Buffer): Alert | null {
  if (fragment.length !== 2) return null;
  const level = fragment.readUInt8(0);
  return level === 1 || level === 2 ? { level, description: fragment.readUInt8(1) } : null;
}

/** An epoch-0 record. Each datagram, retransmissions included, needs a new `sequence`: servers drop replays. */
export function encodeRecord(type: number, version: number, sequence: number, fragment: Buffer): Buffer {
  const header = Buffer.alloc(RECORD_HEADER_BYTES);
  header.writeUInt8(type, 0);
  header.writeUInt16BE(version, 1);
  header.writeUIntBE(sequence, 5, 6);
  header.writeUInt16BE(fragment.length, 11);
  return Buffer.concat([header, fragment]);
}

/** A handshake message in one fragment. Mbed TLS and wolfSSL do not reassemble a ClientHello, so it is never split. */
export function encodeHandshake(type: number, messageSeq: number, body: Buffer): Buffer {
  const header = Buffer.alloc(FRAGMENT_HEADER_BYTES);
  header.writeUInt8(type, 0);
  header.writeUIntBE(body.length, 1, 3);
  header.writeUInt16BE(messageSeq, 4);
  header.writeUIntBE(body.length, 9, 3);
  return Buffer.concat([header, body]);
}

/**
 * Fatal user_canceled (2, 90): every server measured drops its half-open session on it and its log says why. The warning that
 * RFC 5246 suggests is ignored by some and answered with an error by OpenSSL.
 */
export function encodeUserCanceled(sequence: number): Buffer {
  return encodeRecord(CONTENT.alert, VERSION.dtls12, sequence, Buffer.from([2, 90]));
}
