// Does the server own the key of the certificate that it showed? Its ServerKeyExchange signs our random number with it
// (RFC 5246 section 7.4.3, RFC 8422 section 5.4): a recording cannot, because the random is new each time.

import { constants, type KeyObject, verify, type X509Certificate } from 'node:crypto';
import type { KeyExchange } from './dtls-messages.ts';
import { VERSION } from './dtls-record.ts';

export interface ServerKeyExchange {
  /** What is signed after the two randoms. */
  readonly parameters: Buffer;
  /** The SignatureScheme number; null in DTLS 1.0, which names none. */
  readonly algorithm: number | null;
  readonly signature: Buffer;
}

/** null when the body contradicts itself, or for a key exchange that signs nothing. */
export function parseKeyExchange(body: Buffer, exchange: KeyExchange, version: number): ServerKeyExchange | null {
  const end = exchange === 'ecdhe' ? ecdheEnd(body) : exchange === 'dhe' ? dheEnd(body) : null;
  if (end === null) return null;
  let at = end;
  let algorithm: number | null = null;
  if (version !== VERSION.dtls10) {
    if (at + 2 > body.length) return null;
    algorithm = body.readUInt16BE(at);
    at += 2;
  }
  if (at + 2 > body.length) return null;
  const signatureBytes = body.readUInt16BE(at);
  if (at + 2 + signatureBytes !== body.length) return null;
  return { parameters: body.subarray(0, end), algorithm, signature: body.subarray(at + 2) };
}

// named_curve (3), the curve, a point of at most 255 bytes.
function ecdheEnd(body: Buffer): number | null {
  if (body.length < 4 || body.readUInt8(0) !== 3) return null;
  const end = 4 + body.readUInt8(3);
  return end <= body.length ? end : null;
}

// p, g and Ys.
function dheEnd(body: Buffer): number | null {
  let at = 0;
  for (let i = 0; i < 3; i++) {
    if (at + 2 > body.length) return null;
    at += 2 + body.readUInt16BE(at);
  }
  return at <= body.length ? at : null;
}

type KeyType = 'ec' | 'rsa' | 'ed25519';
interface Scheme {
  readonly key: KeyType;
  readonly hash: string | null;
  readonly pss?: true;
}

// In DTLS 1.2 an ECDSA scheme names the hash only: P-384 with SHA-256 is legal (RFC 5246 section 7.4.1.4.1).
const SCHEMES: Readonly<Record<number, Scheme>> = {
  1027: { key: 'ec', hash: 'sha256' },
  1283: { key: 'ec', hash: 'sha384' },
  1539: { key: 'ec', hash: 'sha512' },
  515: { key: 'ec', hash: 'sha1' },
  1025: { key: 'rsa', hash: 'sha256' },
  1281: { key: 'rsa', hash: 'sha384' },
  1537: { key: 'rsa', hash: 'sha512' },
  513: { key: 'rsa', hash: 'sha1' },
  2052: { key: 'rsa', hash: 'sha256', pss: true },
  2053: { key: 'rsa', hash: 'sha384', pss: true },
  2054: { key: 'rsa', hash: 'sha512', pss: true },
  2055: { key: 'ed25519', hash: null },
};

/** True only when the signature over both randoms and the parameters was made with the key of this certificate. Never throws. */
export function provesKey(
  exchange: ServerKeyExchange,
  clientRandom: Buffer,
  serverRandom: Buffer,
  certificate: Pick<X509Certificate, 'publicKey'>,
): boolean {
  try {
    return isSigned(exchange, clientRandom, serverRandom, certificate.publicKey);
  } catch {
    // OpenSSL throws on a signature or a key that it cannot read at all.
    return false;
  }
}

function isSigned(exchange: ServerKeyExchange, clientRandom: Buffer, serverRandom: Buffer, key: KeyObject): boolean {
  const scheme = exchange.algorithm === null ? schemeOfDtls10(key) : SCHEMES[exchange.algorithm];
  if (!scheme || key.asymmetricKeyType !== scheme.key) return false;
  const signed = Buffer.concat([clientRandom, serverRandom, exchange.parameters]);
  if (scheme.key === 'ec') return verify(scheme.hash, signed, { key, dsaEncoding: 'der' }, exchange.signature);
  if (scheme.key === 'ed25519') return verify(null, signed, key, exchange.signature);
  const padding = scheme.pss
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : { padding: constants.RSA_PKCS1_PADDING };
  return verify(scheme.hash, signed, { key, ...padding }, exchange.signature);
}

// RFC 4346 section 7.4.3: RSA signs MD5 and SHA-1 side by side; RFC 4492 section 5.4: ECDSA signs SHA-1.
function schemeOfDtls10(key: KeyObject): Scheme | undefined {
  if (key.asymmetricKeyType === 'rsa') return { key: 'rsa', hash: 'md5-sha1' };
  return key.asymmetricKeyType === 'ec' ? { key: 'ec', hash: 'sha1' } : undefined;
}
