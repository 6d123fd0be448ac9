// From what was seen to the closed outcome and its failure, as a table.

import { describe, expect, it } from 'vitest';
import { type CertificateJudgement, DTLS_OUTCOMES } from '../../src/model/observation.ts';
import { newSeen, type Seen } from '../../src/net/dtls-seen.ts';
import { type Judged, outcomeOf } from '../../src/probes/dtls-outcome.ts';

const good: CertificateJudgement = {
  chain: [],
  nameMatches: true,
  trusted: true,
  notYetValid: false,
  expired: false,
  error: null,
};
const proven: Judged = { certificate: good, keyProven: true };
const none: Judged = { certificate: null, keyProven: null };
const complete: Partial<Seen> = { ended: 'complete', flightMs: 40, flightBegun: true };
const helloVerify = { cookieBytes: 20, recordVersion: 'feff' };
const fatal = (description: string, recordVersion = 'fefd') => ({
  level: 'fatal' as const,
  description,
  recordVersion,
});
const error = (kind: Seen['errors'][number]['kind'], operation: 'connect' | 'send' | 'receive', code: string) => ({
  kind,
  operation,
  code,
});
const judgedAs = (changes: Partial<CertificateJudgement>): Judged => ({
  certificate: { ...good, ...changes },
  keyProven: true,
});

const table: readonly [string, Partial<Seen>, Judged, string, string | null][] = [
  ['a whole flight', complete, proven, 'ok', null],
  ['a whole flight after the fallback', { ...complete, flightMs: 5001 }, proven, 'late', null],
  [
    'an untrusted chain',
    complete,
    judgedAs({ trusted: false, error: 'SELF_SIGNED_CERT_IN_CHAIN' }),
    'certificate-untrusted',
    'ssl_unknown_authority certificate',
  ],
  [
    'an expired certificate',
    complete,
    judgedAs({ expired: true }),
    'certificate-expired',
    'ssl_invalid_certificate certificate',
  ],
  [
    'a certificate of tomorrow',
    complete,
    judgedAs({ notYetValid: true }),
    'certificate-expired',
    'ssl_invalid_certificate certificate',
  ],
  [
    'another name',
    complete,
    judgedAs({ nameMatches: false }),
    'certificate-name-mismatch',
    'ssl_invalid_hostname certificate',
  ],
  [
    'another name and untrusted',
    complete,
    judgedAs({ nameMatches: false, trusted: false }),
    'certificate-name-mismatch',
    'ssl_invalid_hostname certificate',
  ],
  [
    'a key that is not the certificate’s',
    complete,
    { certificate: { ...good, trusted: false }, keyProven: false },
    'key-proof-failed',
    'ssl_failed_handshake certificate',
  ],
  ['static RSA', complete, { certificate: good, keyProven: null }, 'identity-unproven', null],
  ['1.3 selected', { ended: 'dtls13', flightBegun: true }, none, 'dtls13-only', null],
  ['protocol_version', { ended: 'alert', alert: fatal('protocol_version') }, none, 'dtls13-only', null],
  [
    'a refusal',
    { ended: 'alert', alert: fatal('handshake_failure'), alertAfterCookie: true, helloVerify },
    none,
    'refused-by-alert',
    null,
  ],
  [
    'a refusal before the cookie in feff',
    { ended: 'alert', alert: fatal('handshake_failure', 'feff') },
    none,
    'refused-by-alert',
    null,
  ],
  [
    'a refused cookie',
    { ended: 'alert', alert: fatal('handshake_failure', 'feff'), alertAfterCookie: true, helloVerify },
    none,
    'cookie-loop',
    'ssl_failed_handshake dtls_handshake',
  ],
  [
    'cookie after cookie',
    { ended: 'cookie-loop', helloVerify },
    none,
    'cookie-loop',
    'ssl_failed_handshake dtls_handshake',
  ],
  [
    'a hole in the flight',
    { ended: 'deadline', helloVerify, flightBegun: true, missing: ['certificate 0-1275 of 1562'] },
    none,
    'flight-incomplete',
    'generic_timeout_error dtls_handshake',
  ],
  [
    'a hole, ended early',
    { ended: 'aborted', helloVerify, flightBegun: true, missing: ['x'] },
    none,
    'flight-incomplete',
    'generic_timeout_error dtls_handshake',
  ],
  [
    'silence after the cookie',
    { ended: 'deadline', helloVerify },
    none,
    'hello-verify-then-silence',
    'generic_timeout_error dtls_handshake',
  ],
  [
    'a warning, then nothing',
    { ended: 'deadline', alert: { ...fatal('unrecognized_name'), level: 'warning' } },
    none,
    'refused-by-alert',
    null,
  ],
  [
    'STUN',
    { ended: 'deadline', foreignBytes: '0101', received: { datagrams: 1, bytes: 20, largestBytes: 20 } },
    none,
    'not-dtls',
    'ssl_failed_handshake dtls_handshake',
  ],
  ['silence', { ended: 'deadline', hellos: 3, sockets: 3 }, none, 'no-answer', 'generic_timeout_error dtls_handshake'],
  [
    'ended before anything came',
    { ended: 'aborted', hellos: 1, sockets: 1 },
    none,
    'no-answer',
    'generic_timeout_error dtls_handshake',
  ],
  [
    'a closed port',
    { ended: 'errors', errors: [error('refused', 'receive', 'ECONNREFUSED')] },
    none,
    'port-unreachable',
    'connection_refused receive',
  ],
  [
    'one refusal, then silence',
    { ended: 'deadline', errors: [error('refused', 'receive', 'ECONNREFUSED')] },
    none,
    'port-unreachable',
    'connection_refused receive',
  ],
  [
    'admin-prohibited, IPv4',
    { ended: 'errors', errors: [error('prohibited', 'receive', 'EHOSTUNREACH')] },
    none,
    'prohibited',
    'host_unreachable receive',
  ],
  [
    'net-prohibited',
    { ended: 'errors', errors: [error('prohibited', 'receive', 'ENETUNREACH')] },
    none,
    'prohibited',
    'network_unreachable receive',
  ],
  [
    'admin-prohibited, IPv6',
    { ended: 'errors', errors: [error('prohibited', 'receive', 'EACCES')] },
    none,
    'prohibited',
    'permission_denied receive',
  ],
  [
    'a local filter',
    { ended: 'errors', errors: [error('refused', 'receive', 'ECONNREFUSED'), error('local-denied', 'send', 'EPERM')] },
    none,
    'local-denied',
    'operation_not_permitted send',
  ],
  [
    'no route',
    { ended: 'errors', errors: [error('local-no-route', 'connect', 'ENETUNREACH')] },
    none,
    'local-no-route',
    'network_unreachable connect',
  ],
  [
    'a blackhole route',
    { ended: 'errors', errors: [error('local-no-route', 'connect', 'EINVAL')] },
    none,
    'local-no-route',
    'network_unreachable connect',
  ],
  [
    'only EMSGSIZE',
    { ended: 'deadline', errors: [error('other', 'receive', 'EMSGSIZE')] },
    none,
    'no-answer',
    'generic_timeout_error dtls_handshake',
  ],
];

describe('the outcome of', () => {
  it.each(table)('%s', (_name, changes, judged, outcome, failure) => {
    const result = outcomeOf({ ...newSeen(), ...changes }, 'full', judged);
    expect([result.outcome, result.failure && `${result.failure.code} ${result.failure.operation}`]).toEqual([
      outcome,
      failure,
    ]);
  });

  it('every kind is in the table', () => {
    expect([...new Set(table.map((row) => row[3]))].sort()).toEqual([...DTLS_OUTCOMES].sort());
  });

  it('three hellos on one socket', () => {
    const seen = (ended: Seen['ended'], answered: boolean[], rest: Partial<Seen> = {}) =>
      outcomeOf({ ...newSeen(), ended, answered, ...rest }, 'sameTuple', none);
    expect(seen('complete', [true, true, true])).toEqual({ outcome: 'ok', failure: null });
    expect(seen('deadline', [true, false, false])).toMatchObject({
      outcome: 'hello-verify-then-silence',
      failure: { detail: 'hellos on one socket answered: 100' },
    });
    expect(seen('deadline', [false, false, false]).outcome).toBe('no-answer');
    const refused = { errors: [error('refused', 'receive', 'ECONNREFUSED')] };
    expect(seen('deadline', [false, false, false], refused).outcome).toBe('port-unreachable');
  });
});
