// Certificates read from DER, and who signed whom. Remembered, because a service shows the same few from every address:
// reading one costs 0.1 ms, a signature check 0.1 ms, and neither answer ever changes.

import { X509Certificate } from 'node:crypto';
import type { CertificateSummary } from '../model/observation.ts';
import { terminalText } from './terminal-text.ts';

/** A run meets a handful; a hostile server could show new ones for ever. */
const MAX_REMEMBERED = 128;
/** A certificate larger than this is read, but not remembered. */
const MAX_REMEMBERED_BYTES = 8192;
const MAX_NAMES = 50;
/** The longest DNS name. */
const MAX_NAME_CHARACTERS = 253;

const read = new Map<string, X509Certificate>();
const signatures = new WeakMap<X509Certificate, WeakMap<X509Certificate, boolean>>();
const summaries = new WeakMap<X509Certificate, CertificateSummary>();

/** null for what is no certificate. */
export function readCertificate(der: Buffer): X509Certificate | null {
  const key = der.toString('latin1');
  const known = read.get(key);
  if (known) return known;
  try {
    const certificate = new X509Certificate(der);
    if (read.size >= MAX_REMEMBERED) read.clear();
    if (der.length <= MAX_REMEMBERED_BYTES) read.set(key, certificate);
    return certificate;
  } catch {
    return null;
  }
}

/** Has this key signed it? Names are not looked at here (`checkIssued` does that). False, too, for a key that OpenSSL cannot use. */
export function isSignedBy(child: X509Certificate, issuer: X509Certificate): boolean {
  const known = signatures.get(child)?.get(issuer);
  if (known !== undefined) return known;
  let good = false;
  try {
    good = child.verify(issuer.publicKey);
  } catch {
    // Stays false.
  }
  const ofChild = signatures.get(child) ?? new WeakMap<X509Certificate, boolean>();
  signatures.set(child, ofChild.set(issuer, good));
  return good;
}

/** What a report shows of a certificate. Bounded, printable. */
export function summarise(x: X509Certificate): CertificateSummary {
  const known = summaries.get(x);
  if (known) return known;
  const summary: CertificateSummary = {
    subject: distinguishedName(x.subject),
    issuer: distinguishedName(x.issuer),
    names: alternativeNames(x.subjectAltName),
    validFrom: iso(x.validFromDate),
    validTo: iso(x.validToDate),
    fingerprint256: x.fingerprint256,
  };
  summaries.set(x, summary);
  return summary;
}

// Node writes one attribute a line.
function distinguishedName(lines: string | undefined): string {
  return terminalText((lines ?? '').slice(0, 4096).split('\n').join(', '));
}

// `DNS:a.example, IP Address:192.0.2.1`; a value with odd characters is a JSON string.
function alternativeNames(text: string | undefined): string[] {
  const names: string[] = [];
  const entry = /(?:^|, )(DNS|IP Address):("(?:[^"\\]|\\.)*"|[^,]*)/g;
  for (const [, , value] of (text ?? '').slice(0, 64 * 1024).matchAll(entry)) {
    if (names.length >= MAX_NAMES) break;
    names.push(terminalText((value ?? '').replace(/^"|"$/g, ''), MAX_NAME_CHARACTERS));
  }
  return names;
}

function iso(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'unreadable' : date.toISOString();
}
