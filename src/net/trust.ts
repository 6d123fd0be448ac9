// Whom does this run trust? The expected CA, Node's built-in roots, NODE_EXTRA_CA_CERTS, then the system store.
// Anchors are indexed by their raw subject name and parsed only when a chain asks for that name.

import { X509Certificate } from 'node:crypto';
import type { AnchorStores } from '../parse/certificate-chain.ts';
import { rawNames } from '../parse/certificate-names.ts';

interface Anchor {
  readonly der: Buffer;
  parsed?: X509Certificate | null;
}

/** By raw subject. RFC 5280 section 4.1.2.4: an issuer is written exactly as its own subject is, so bytes can be compared. */
type Index = ReadonlyMap<string, readonly Anchor[]>;

let builtIn: Index | null = null;
let system: Index | null = null;
const expected = new WeakMap<readonly string[], Index>();

/**
 * The stores of this run, as `judgeChain` wants them. The system store comes last and is read only when a chain ends nowhere
 * else: reading it takes about 80 ms, once, where the built-in roots take 6 ms and a healthy chain ends at one of those.
 */
export function anchorLookup(expectCa: readonly string[]): AnchorStores {
  const store = (index: () => Index) => (certificate: X509Certificate) => candidates(index(), certificate);
  return [store(() => expectedIndex(expectCa)), store(builtInIndex), store(systemIndex)];
}

function candidates(index: Index, certificate: X509Certificate): X509Certificate[] {
  const names = rawNames(certificate.raw);
  if (!names) return [];
  return [...new Set([names.issuer, names.subject])]
    .flatMap((subject) => index.get(subject) ?? [])
    .flatMap((anchor) => parsed(anchor) ?? []);
}

function parsed(anchor: Anchor): X509Certificate | null {
  if (anchor.parsed === undefined) {
    try {
      anchor.parsed = new X509Certificate(anchor.der);
    } catch {
      anchor.parsed = null;
    }
  }
  return anchor.parsed;
}

function expectedIndex(expectCa: readonly string[]): Index {
  let index = expected.get(expectCa);
  if (!index) {
    index = indexOf(expectCa);
    expected.set(expectCa, index);
  }
  return index;
}

// node:tls is loaded here and not on top: it costs 6 ms, and a run that meets no certificate does not need it.
function builtInIndex(): Index {
  builtIn ??= indexOf(process.getBuiltinModule('node:tls').getCACertificates('default'));
  return builtIn;
}

function systemIndex(): Index {
  system ??= indexOf(process.getBuiltinModule('node:tls').getCACertificates('system'));
  return system;
}

// A PEM text may hold several certificates and words between them. The same certificate is often in several stores.
function indexOf(pems: readonly string[]): Index {
  const index = new Map<string, Anchor[]>();
  const seen = new Set<string>();
  for (const pem of pems) {
    for (const [, base64] of pem.matchAll(/-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----([^-]+)-----END/g)) {
      if (base64 === undefined || seen.has(base64)) continue;
      seen.add(base64);
      const der = Buffer.from(base64, 'base64');
      const names = rawNames(der);
      if (!names) continue;
      const same = index.get(names.subject);
      if (same) same.push({ der });
      else index.set(names.subject, [{ der }]);
    }
  }
  return index;
}
