// What is a certificate chain worth? Name, trust and dates, each judged on its own, so that a report can say which one is wrong.
// "Chain checked", not "fully validated": revocation, name constraints, path length and policies are deliberately not looked at,
// because Node offers no path validation outside a TLS connection.

import type { X509Certificate } from 'node:crypto';
import type { CertificateJudgement } from '../model/observation.ts';
import { isSignedBy, readCertificate, summarise } from './certificate-read.ts';

/**
 * The anchors that could have issued this certificate, or are it: candidates by name only, the signature is checked here.
 * A function and not a list, because parsing 150 roots costs 15 ms and a chain needs one of them.
 */
export type AnchorStore = (certificate: X509Certificate) => readonly X509Certificate[];
/** The cheapest first: a store is asked only when no path ends in the ones before it. */
export type AnchorStores = readonly AnchorStore[];

/** Leaf, intermediates and anchor; real chains have two to five. */
const MAX_DEPTH = 8;
/** More are not read. */
const MAX_CERTIFICATES = 16;
/** A hostile chain of look-alikes must not buy unbounded signature checks (about 0.2 ms each). */
const MAX_SIGNATURE_CHECKS = 32;
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const ANY_PURPOSE = '2.5.29.37.0';

/** Judges a chain as sent, leaf first. Never throws. */
export function judgeChain(
  chainDer: readonly Buffer[],
  host: string,
  stores: AnchorStores,
  now: Date,
): CertificateJudgement {
  const [leafDer, ...otherDer] = chainDer.slice(0, MAX_CERTIFICATES);
  const leaf = leafDer ? readCertificate(leafDer) : null;
  if (!leaf) {
    const error = chainDer.length === 0 ? 'NO_PEER_CERTIFICATE' : 'CERT_UNREADABLE';
    return { chain: [], nameMatches: false, trusted: false, notYetValid: false, expired: false, error };
  }
  const others = otherDer.flatMap((der) => readCertificate(der) ?? []);
  const found = findPath(leaf, others, stores, now);
  const dated = found.path ?? [leaf];
  const notYetValid = dated.some((x) => x.validFromDate.getTime() > now.getTime());
  const expired = dated.some((x) => x.validToDate.getTime() < now.getTime());
  const nameMatches = matches(leaf, host);
  const purpose = servesTls(leaf);
  const trusted = found.path !== null && purpose;
  const trustError = found.path === null ? found.error : purpose ? null : 'INVALID_PURPOSE';
  const dateError = expired ? 'CERT_HAS_EXPIRED' : notYetValid ? 'CERT_NOT_YET_VALID' : null;
  const error = trustError ?? dateError ?? (nameMatches ? null : 'ERR_TLS_CERT_ALTNAME_INVALID');
  return { chain: [leaf, ...others].map(summarise), nameMatches, trusted, notYetValid, expired, error };
}

type Found = { readonly path: readonly X509Certificate[] } | { readonly path: null; readonly error: string };

// From the leaf up: an anchor first, as OpenSSL does (an expired cross-signature in the chain then does no harm), else a sent
// certificate, in whatever order they were sent.
function findPath(
  leaf: X509Certificate,
  intermediates: readonly X509Certificate[],
  stores: AnchorStores,
  now: Date,
): Found {
  let checksLeft = 0;
  let badSignature = false;
  const issued = (child: X509Certificate, issuer: X509Certificate): boolean => {
    if (checksLeft <= 0 || !child.checkIssued(issuer)) return false;
    checksLeft -= 1;
    if (isSignedBy(child, issuer)) return true;
    badSignature = true;
    return false;
  };
  const climb = (path: readonly X509Certificate[], anchors: AnchorStore): readonly X509Certificate[] | null => {
    const top = path[path.length - 1];
    if (!top || path.length > MAX_DEPTH) return null;
    for (const anchor of inDateFirst(anchors(top), now)) {
      if (anchor.raw.equals(top.raw)) return path;
      if (issued(top, anchor)) return [...path, anchor];
    }
    for (const next of inDateFirst(intermediates, now)) {
      if (path.some((x) => x.raw.equals(next.raw)) || !next.ca || !issued(top, next)) continue;
      const whole = climb([...path, next], anchors);
      if (whole) return whole;
    }
    return null;
  };
  for (const anchors of stores) {
    checksLeft = MAX_SIGNATURE_CHECKS;
    const path = climb([leaf], anchors);
    if (path) return { path };
  }
  return { path: null, error: badSignature ? 'CERT_SIGNATURE_FAILURE' : whyUntrusted(leaf, intermediates) };
}

// OpenSSL's words for a chain that leads nowhere (X509_verify_cert_error_string(3)).
function whyUntrusted(leaf: X509Certificate, intermediates: readonly X509Certificate[]): string {
  if (selfIssued(leaf)) return 'DEPTH_ZERO_SELF_SIGNED_CERT';
  if (intermediates.some(selfIssued)) return 'SELF_SIGNED_CERT_IN_CHAIN';
  return intermediates.length === 0 ? 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' : 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY';
}

function selfIssued(x: X509Certificate): boolean {
  return x.checkIssued(x);
}

function inDateFirst(candidates: readonly X509Certificate[], now: Date): readonly X509Certificate[] {
  if (candidates.length < 2) return candidates;
  const inDate = (x: X509Certificate) => (x.validToDate >= now && x.validFromDate <= now ? 0 : 1);
  return [...candidates].sort((a, b) => inDate(a) - inDate(b));
}

function matches(leaf: X509Certificate, host: string): boolean {
  const name = host.replace(/\.$/, '').replace(/%.*$/, '');
  try {
    if (name.includes(':') || /^[\d.]+$/.test(name)) return leaf.checkIP(name) !== undefined;
    // No fallback to the common name: no current client has one.
    return leaf.checkHost(name, { subject: 'never', partialWildcards: false }) !== undefined;
  } catch {
    return false;
  }
}

// Node calls the extended key usages `keyUsage`. A certificate without the extension may serve anything.
function servesTls(leaf: X509Certificate): boolean {
  const purposes: readonly string[] | undefined = leaf.keyUsage;
  return !purposes || purposes.length === 0 || purposes.includes(SERVER_AUTH) || purposes.includes(ANY_PURPOSE);
}
