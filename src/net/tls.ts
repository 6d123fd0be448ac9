// One TLS handshake on an open connection, and what the certificate is worth. The handshake is always finished, so that a
// bad certificate can be described; whether it is good is asked afterwards, question by question.

import type { Socket } from 'node:net';
import { type ConnectionOptions, connect, type PeerCertificate, type TLSSocket } from 'node:tls';
import type { Failure } from '../model/failure.ts';
import type { CertificateJudgement, TlsSeen } from '../model/observation.ts';
import { judgeChain } from '../parse/certificate-chain.ts';
import { classify, failureOf, timeoutFailure } from './classify.ts';
import { broken } from './tcp.ts';
import { anchorLookup } from './trust.ts';

export interface Secured {
  /** Open and owned by the caller, or null. */
  readonly socket: TLSSocket | null;
  readonly tls: TlsSeen | null;
  readonly failure: Failure | null;
}

/**
 * As the Publisher's curl (OpenSSL 3.0) does: classical groups only. Node's own default adds a post-quantum share that makes
 * the hello 1.6 kB, which some middleboxes drop: a fault of theirs, but not one that the Publisher meets.
 */
const PRODUCTION_GROUPS = 'X25519:P-256:P-384:P-521';

/** Server name, ALPN and groups as in production. Takes the socket over; never rejects. */
export function secure(
  socket: Socket,
  host: string,
  isName: boolean,
  expectCa: readonly string[],
  signal: AbortSignal,
): Promise<Secured> {
  return new Promise((resolve) => {
    const failure = broken(socket, 'tls_handshake');
    if (failure) return resolve({ socket: null, tls: null, failure });
    const startedAt = performance.now();
    const options: ConnectionOptions = {
      socket,
      ALPNProtocols: ['http/1.1'],
      ecdhCurve: PRODUCTION_GROUPS,
      rejectUnauthorized: false,
      ...(isName ? { servername: host } : {}),
      ...(expectCa.length > 0 ? { ca: [...expectCa] } : {}),
    };
    const secured = connect(options);
    let ended = false;
    const finish = (result: Secured) => {
      if (ended) return;
      ended = true;
      signal.removeEventListener('abort', onAbort);
      if (!result.socket) secured.destroy();
      resolve(result);
    };
    const onAbort = () =>
      finish({ socket: null, tls: null, failure: timeoutFailure('tls_handshake', 'no answer to the ClientHello') });
    signal.addEventListener('abort', onAbort, { once: true });
    secured.once('error', (error) => finish({ socket: null, tls: null, failure: classify(error, 'tls_handshake') }));
    secured.once('close', () =>
      finish({
        socket: null,
        tls: null,
        failure: failureOf('eof_error', 'tls_handshake', 'closed during the handshake'),
      }),
    );
    secured.once('secureConnect', () => {
      const certificate = judge(secured, host, expectCa);
      const tls: TlsSeen = {
        version: secured.getProtocol() ?? 'unknown',
        cipher: secured.getCipher().standardName ?? secured.getCipher().name,
        alpn: secured.alpnProtocol || null,
        handshakeMs: performance.now() - startedAt,
        certificate,
      };
      finish({ socket: secured, tls, failure: certificateFailure(certificate) });
    });
    if (signal.aborted) onAbort();
  });
}

// OpenSSL's own verification decides where it says yes. Where it says no, the chain is asked again against every anchor of
// this run (expected CA, built-in roots, system store), because one handshake looks at one store only.
function judge(socket: TLSSocket, host: string, expectCa: readonly string[]): CertificateJudgement {
  const judged = judgeChain(sentChain(socket), host, anchorLookup(expectCa), new Date());
  if (!socket.authorized || judged.trusted) return judged;
  const error = judged.error && /CERT_(HAS_EXPIRED|NOT_YET_VALID)|ALTNAME/.test(judged.error) ? judged.error : null;
  return { ...judged, trusted: true, error };
}

function sentChain(socket: TLSSocket): Buffer[] {
  const chain: Buffer[] = [];
  let certificate: PeerCertificate & { issuerCertificate?: PeerCertificate } = socket.getPeerCertificate(true);
  while (certificate?.raw && chain.length < 8 && !chain.some((seen) => seen.equals(certificate.raw))) {
    chain.push(certificate.raw);
    if (!certificate.issuerCertificate) break;
    certificate = certificate.issuerCertificate;
  }
  return chain;
}

/** The first thing wrong with a certificate, as a failure: name before trust before dates. */
export function certificateFailure(certificate: CertificateJudgement): Failure | null {
  const detail = certificate.error ?? '';
  if (!certificate.nameMatches) return failureOf('ssl_invalid_hostname', 'certificate', detail);
  if (!certificate.trusted) return failureOf('ssl_unknown_authority', 'certificate', detail);
  if (certificate.expired || certificate.notYetValid)
    return failureOf('ssl_invalid_certificate', 'certificate', detail);
  return null;
}
