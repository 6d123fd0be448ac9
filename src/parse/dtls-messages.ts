// The bodies of the server's handshake messages: HelloVerifyRequest, ServerHello, Certificate; and the names of numbers.

import { HANDSHAKE, VERSION } from './dtls-record.ts';

export interface ServerHello {
  readonly version: number;
  readonly random: Buffer;
  readonly suite: number;
  /** A HelloRetryRequest, or 1.3 chosen by supported_versions: what follows is encrypted. */
  readonly dtls13: boolean;
}

/** SHA-256 of "HelloRetryRequest": RFC 8446 section 4.1.3. */
const HELLO_RETRY_RANDOM = Buffer.from('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c', 'hex');
const SUPPORTED_VERSIONS = 43;
/** OpenSSL's own limit for a chain is 10; more than 16 certificates are not read. */
const MAX_CERTIFICATES = 16;

/** The cookie, or null. Its body version says nothing: servers write 1.0 or 1.2 there as they like. */
export function parseHelloVerify(body: Buffer): Buffer | null {
  if (body.length < 3) return null;
  const lengthBytes = body.readUInt8(2);
  if (lengthBytes === 0 || 3 + lengthBytes > body.length) return null;
  return Buffer.from(body.subarray(3, 3 + lengthBytes));
}

export function parseServerHello(body: Buffer): ServerHello | null {
  if (body.length < 38) return null;
  const sessionBytes = body.readUInt8(34);
  const at = 35 + sessionBytes;
  if (sessionBytes > 32 || at + 3 > body.length) return null;
  const random = Buffer.from(body.subarray(2, 34));
  return {
    version: body.readUInt16BE(0),
    random,
    suite: body.readUInt16BE(at),
    dtls13: random.equals(HELLO_RETRY_RANDOM) || selectedVersion(body, at + 3) === VERSION.dtls13,
  };
}

function selectedVersion(body: Buffer, at: number): number | null {
  if (at + 2 > body.length) return null;
  const end = Math.min(body.length, at + 2 + body.readUInt16BE(at));
  let next = at + 2;
  while (next + 4 <= end) {
    const type = body.readUInt16BE(next);
    const lengthBytes = body.readUInt16BE(next + 2);
    if (type === SUPPORTED_VERSIONS && lengthBytes === 2 && next + 6 <= end) return body.readUInt16BE(next + 4);
    next += 4 + lengthBytes;
  }
  return null;
}

/** The DER certificates, leaf first as sent; those before the first that runs over the end. */
export function parseCertificates(body: Buffer): readonly Buffer[] {
  const chain: Buffer[] = [];
  let at = 3;
  while (at + 3 <= body.length && chain.length < MAX_CERTIFICATES) {
    const lengthBytes = body.readUIntBE(at, 3);
    const from = at + 3;
    if (lengthBytes === 0 || from + lengthBytes > body.length) break;
    chain.push(body.subarray(from, from + lengthBytes));
    at = from + lengthBytes;
  }
  return chain;
}

export type KeyExchange = 'ecdhe' | 'dhe' | 'rsa' | 'unknown';

const SUITE_NAMES: Readonly<Record<number, string>> = {
  49195: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  49196: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  52393: 'ECDHE-ECDSA-CHACHA20-POLY1305',
  49199: 'ECDHE-RSA-AES128-GCM-SHA256',
  49200: 'ECDHE-RSA-AES256-GCM-SHA384',
  52392: 'ECDHE-RSA-CHACHA20-POLY1305',
  49187: 'ECDHE-ECDSA-AES128-SHA256',
  49191: 'ECDHE-RSA-AES128-SHA256',
  49161: 'ECDHE-ECDSA-AES128-SHA',
  49162: 'ECDHE-ECDSA-AES256-SHA',
  49171: 'ECDHE-RSA-AES128-SHA',
  49172: 'ECDHE-RSA-AES256-SHA',
  158: 'DHE-RSA-AES128-GCM-SHA256',
  159: 'DHE-RSA-AES256-GCM-SHA384',
  51: 'DHE-RSA-AES128-SHA',
  57: 'DHE-RSA-AES256-SHA',
  156: 'AES128-GCM-SHA256',
  157: 'AES256-GCM-SHA384',
  60: 'AES128-SHA256',
  47: 'AES128-SHA',
  53: 'AES256-SHA',
};

/** OpenSSL's name, or the number for a suite that we did not offer. */
export function suiteName(suite: number): string {
  return SUITE_NAMES[suite] ?? `0x${hex16(suite)}`;
}

export function keyExchangeOf(suite: number): KeyExchange {
  const name = SUITE_NAMES[suite];
  if (!name) return 'unknown';
  if (name.startsWith('ECDHE')) return 'ecdhe';
  return name.startsWith('DHE') ? 'dhe' : 'rsa';
}

export function versionName(version: number): string {
  if (version === VERSION.dtls10) return 'DTLS 1.0';
  if (version === VERSION.dtls12) return 'DTLS 1.2';
  return version === VERSION.dtls13 ? 'DTLS 1.3' : `0x${hex16(version)}`;
}

/** Four hex digits: `fefd`. */
export function hex16(value: number): string {
  return value.toString(16).padStart(4, '0');
}

// IANA TLS Alerts registry.
const ALERT_NAMES: Readonly<Record<number, string>> = {
  0: 'close_notify',
  10: 'unexpected_message',
  20: 'bad_record_mac',
  22: 'record_overflow',
  40: 'handshake_failure',
  42: 'bad_certificate',
  43: 'unsupported_certificate',
  44: 'certificate_revoked',
  45: 'certificate_expired',
  46: 'certificate_unknown',
  47: 'illegal_parameter',
  48: 'unknown_ca',
  49: 'access_denied',
  50: 'decode_error',
  51: 'decrypt_error',
  70: 'protocol_version',
  71: 'insufficient_security',
  80: 'internal_error',
  86: 'inappropriate_fallback',
  90: 'user_canceled',
  100: 'no_renegotiation',
  109: 'missing_extension',
  110: 'unsupported_extension',
  112: 'unrecognized_name',
  113: 'bad_certificate_status_response',
  115: 'unknown_psk_identity',
  116: 'certificate_required',
  120: 'no_application_protocol',
};

export function alertName(description: number): string {
  return ALERT_NAMES[description] ?? `alert ${description}`;
}

const MESSAGE_NAMES: Readonly<Record<number, string>> = {
  [HANDSHAKE.serverHello]: 'server hello',
  [HANDSHAKE.certificate]: 'certificate',
  [HANDSHAKE.serverKeyExchange]: 'server key exchange',
  [HANDSHAKE.certificateRequest]: 'certificate request',
  [HANDSHAKE.serverHelloDone]: 'server hello done',
  [HANDSHAKE.certificateStatus]: 'certificate status',
};

export function messageName(type: number): string {
  return MESSAGE_NAMES[type] ?? `message ${type}`;
}
