// Issuer and subject of a DER certificate as raw bytes: enough to find an anchor by name without parsing every anchor.

/** A self-signed certificate has equal names. Latin-1 strings, because they are Map keys. */
export interface RawNames {
  readonly issuer: string;
  readonly subject: string;
}

const SEQUENCE = 0x30;
const VERSION_TAG = 0xa0;

/** RFC 5280 section 4.1: Certificate { tbs { [0] version?, serial, signature, issuer, validity, subject, … } … }. null when it is not one. */
export function rawNames(der: Buffer): RawNames | null {
  const certificate = element(der, 0);
  if (certificate?.tag !== SEQUENCE) return null;
  const tbs = element(der, certificate.from);
  if (tbs?.tag !== SEQUENCE) return null;
  const parts: Element[] = [];
  for (let at = tbs.from; parts.length < 7 && at < tbs.end; ) {
    const part = element(der, at);
    if (!part) break;
    parts.push(part);
    at = part.end;
  }
  if (parts[0]?.tag === VERSION_TAG) parts.shift();
  const [, , issuer, , subject] = parts;
  if (issuer?.tag !== SEQUENCE || subject?.tag !== SEQUENCE) return null;
  return {
    issuer: der.toString('latin1', issuer.from, issuer.end),
    subject: der.toString('latin1', subject.from, subject.end),
  };
}

interface Element {
  readonly tag: number;
  /** Of the content. */
  readonly from: number;
  readonly end: number;
}

// One tag and definite length, ITU-T X.690 section 8.1; null when it runs over the end.
function element(der: Buffer, at: number): Element | null {
  if (at + 2 > der.length) return null;
  const tag = der.readUInt8(at);
  const first = der.readUInt8(at + 1);
  let from = at + 2;
  let lengthBytes = first;
  if (first >= 0x80) {
    const count = first & 0x7f;
    // Four length bytes would be a certificate of 16 MiB.
    if (count < 1 || count > 3 || from + count > der.length) return null;
    lengthBytes = der.readUIntBE(from, count);
    from += count;
  }
  const end = from + lengthBytes;
  return end <= der.length ? { tag, from, end } : null;
}
