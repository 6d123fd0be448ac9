// What a DTLS conversation amounts to in one of the closed outcomes, and the failure that goes with it. Pure.

import type { Failure } from '../model/failure.ts';
import type { CertificateJudgement, DtlsOutcome } from '../model/observation.ts';
import type { DtlsProbe } from '../model/probe.ts';
import { classify, failureOf, timeoutFailure } from '../net/classify.ts';
import type { ErrorKind, Seen } from '../net/dtls-seen.ts';

/**
 * A flight that is complete only so late, after repetitions on both sides: the server has fallen back to small datagrams.
 * OpenSSL does it after 7.1 s, Mbed TLS after 5.0 s.
 */
const LATE_MS = 4500;

export interface Judged {
  readonly certificate: CertificateJudgement | null;
  readonly keyProven: boolean | null;
}

export interface Outcome {
  readonly outcome: DtlsOutcome;
  /** null where the endpoint is alive and well enough: also for a refusal, whose meaning the check decides. */
  readonly failure: Failure | null;
}

export function outcomeOf(seen: Seen, variant: DtlsProbe['variant'], judged: Judged): Outcome {
  if (variant === 'sameTuple') return sameTupleOutcome(seen);
  switch (seen.ended) {
    case 'complete':
      return completeOutcome(seen, judged);
    case 'dtls13':
      return { outcome: 'dtls13-only', failure: null };
    case 'cookie-loop':
      return cookieLoop('every cookie was answered with another one');
    case 'alert':
      return alertOutcome(seen);
    default:
      return endlessOutcome(seen);
  }
}

/** Name before trust before dates, as for TLS. A key that is not the certificate's outweighs them all. */
function completeOutcome(seen: Seen, { certificate, keyProven }: Judged): Outcome {
  if (keyProven === false) {
    const detail = 'the ServerKeyExchange signature does not match the key of the certificate';
    return { outcome: 'key-proof-failed', failure: failureOf('ssl_failed_handshake', 'certificate', detail) };
  }
  if (certificate) {
    const detail = certificate.error ?? '';
    if (!certificate.nameMatches) {
      return {
        outcome: 'certificate-name-mismatch',
        failure: failureOf('ssl_invalid_hostname', 'certificate', detail),
      };
    }
    if (!certificate.trusted) {
      return { outcome: 'certificate-untrusted', failure: failureOf('ssl_unknown_authority', 'certificate', detail) };
    }
    if (certificate.expired || certificate.notYetValid) {
      return { outcome: 'certificate-expired', failure: failureOf('ssl_invalid_certificate', 'certificate', detail) };
    }
  }
  if (keyProven === null) return { outcome: 'identity-unproven', failure: null };
  const late = seen.flightMs !== null && seen.flightMs >= LATE_MS;
  return { outcome: late ? 'late' : 'ok', failure: null };
}

function alertOutcome(seen: Seen): Outcome {
  const alert = seen.alert;
  if (alert?.description === 'protocol_version') return { outcome: 'dtls13-only', failure: null };
  // OpenSSL writes this alert in feff for a cookie it does not know, and in fefd for everything about the hello itself.
  if (alert?.description === 'handshake_failure' && alert.recordVersion === 'feff' && seen.alertAfterCookie) {
    return cookieLoop('the cookie was refused: handshake_failure in a record of version feff');
  }
  return { outcome: 'refused-by-alert', failure: null };
}

function cookieLoop(detail: string): Outcome {
  return { outcome: 'cookie-loop', failure: failureOf('ssl_failed_handshake', 'dtls_handshake', detail) };
}

// Ended by silence, by the signal or by errors: how far did it get? Anything of DTLS outweighs ICMP, this host's own errors
// outweigh ICMP, and ICMP outweighs silence: Linux sends few of them, so one is enough at the end.
function endlessOutcome(seen: Seen): Outcome {
  if (seen.flightBegun) {
    const detail = `the server's flight is incomplete: missing ${seen.missing.join('; ') || 'its end'}`;
    return { outcome: 'flight-incomplete', failure: timeoutFailure('dtls_handshake', detail) };
  }
  if (seen.alert) return { outcome: 'refused-by-alert', failure: null };
  if (seen.helloVerify) {
    const detail = `HelloVerifyRequest received, then nothing to ${seen.hellos} hellos`;
    return { outcome: 'hello-verify-then-silence', failure: timeoutFailure('dtls_handshake', detail) };
  }
  if (seen.received.datagrams > 0) {
    const detail = `answered by something that is not DTLS, its first bytes: ${seen.foreignBytes ?? 'none'}`;
    return { outcome: 'not-dtls', failure: failureOf('ssl_failed_handshake', 'dtls_handshake', detail) };
  }
  return errorOutcome(seen) ?? silence(seen);
}

const OUTCOME_OF: Readonly<Record<Exclude<ErrorKind, 'other'>, DtlsOutcome>> = {
  'local-denied': 'local-denied',
  'local-no-route': 'local-no-route',
  refused: 'port-unreachable',
  prohibited: 'prohibited',
};
const PRECEDENCE = ['local-denied', 'local-no-route', 'refused', 'prohibited'] as const;

function errorOutcome(seen: Seen): Outcome | null {
  for (const kind of PRECEDENCE) {
    const error = seen.errors.find((one) => one.kind === kind);
    if (!error) continue;
    const detail = describeError(error);
    const failure = classify(Object.assign(new Error(detail), { code: error.code }), error.operation);
    // EINVAL (blackhole) and EACCES (prohibit) are routes too here.
    return {
      outcome: OUTCOME_OF[kind],
      failure: kind === 'local-no-route' ? { ...failure, code: 'network_unreachable' } : failure,
    };
  }
  return null;
}

function silence(seen: Seen): Outcome {
  const detail = `no answer to ${seen.hellos} hellos from ${seen.sockets} source ports`;
  return { outcome: 'no-answer', failure: timeoutFailure('dtls_handshake', detail) };
}

/** `recvmsg ECONNREFUSED`: the system call and its errno, as strace would show them. */
export function describeError(error: Seen['errors'][number]): string {
  return `${error.operation === 'receive' ? 'recvmsg' : error.operation} ${error.code}`;
}

// A control has no certificate to look at: `ok` says that all three were answered, which is all it asks.
function sameTupleOutcome(seen: Seen): Outcome {
  if (seen.ended === 'complete') return { outcome: 'ok', failure: null };
  if (!seen.answered.includes(true)) return endlessOutcome(seen);
  const pattern = seen.answered.map((yes) => (yes ? '1' : '0')).join('');
  const detail = `hellos on one socket answered: ${pattern}`;
  return { outcome: 'hello-verify-then-silence', failure: timeoutFailure('dtls_handshake', detail) };
}
