// Foreign errors become our closed codes here, once. The order decides; test/net/classify.test.ts holds the table.

import type { Failure, FailureCode, Operation } from '../model/failure.ts';

const BY_ERRNO: Readonly<Record<string, FailureCode>> = {
  EADDRNOTAVAIL: 'address_not_available',
  ECONNABORTED: 'connection_aborted',
  ECONNREFUSED: 'connection_refused',
  ECONNRESET: 'connection_reset',
  EPIPE: 'connection_reset',
  EHOSTUNREACH: 'host_unreachable',
  EHOSTDOWN: 'host_unreachable',
  ENETUNREACH: 'network_unreachable',
  ENETDOWN: 'network_unreachable',
  ETIMEDOUT: 'generic_timeout_error',
  ESOCKETTIMEDOUT: 'generic_timeout_error',
  ETIMEOUT: 'generic_timeout_error',
  EPERM: 'operation_not_permitted',
  EACCES: 'permission_denied',
  // A blackhole route answers EINVAL (ip-route(8)); so does a socket of the wrong family.
  EINVAL: 'invalid_argument',
  EMSGSIZE: 'message_size',
  EPROTONOSUPPORT: 'protocol_not_supported',
  EAFNOSUPPORT: 'protocol_not_supported',
  ENOPROTOOPT: 'protocol_not_supported',
  EAI_AGAIN: 'dns_temporary_failure',
  EAI_NODATA: 'dns_no_answer',
  ENODATA: 'dns_no_answer',
  ENOTFOUND: 'dns_nxdomain_error',
  EAI_NONAME: 'dns_nxdomain_error',
  EAI_FAIL: 'dns_server_misbehaving',
  ABORT_ERR: 'generic_timeout_error',
};

const ORDERLY_END = /socket hang up|disconnected before secure|ended by the other party/i;

/** Longest detail kept: enough for an OpenSSL error line. */
const MAX_DETAIL = 300;

// Keeps what a person can read; everything else from the outside is dropped.
export function plain(text: string, limit = MAX_DETAIL): string {
  return text.slice(0, limit).replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/gu, ' ');
}

/** Translates any thrown value. Never throws. */
export function classify(error: unknown, operation: Operation): Failure {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  const message = error instanceof Error ? error.message : String(error);
  // Node says ECONNRESET of an orderly end too: a reset and an end are different devices' work.
  if (ORDERLY_END.test(message)) return { code: 'eof_error', operation, detail: plain(message) };
  const named = BY_ERRNO[code];
  if (named) return { code: named, operation, detail: plain(message) };
  if (code.startsWith('ERR_SSL') || code === 'EPROTO' || code.startsWith('ERR_TLS')) {
    return { code: 'ssl_failed_handshake', operation, detail: plain(message) };
  }
  if (code.startsWith('HPE_')) return { code: 'unknown_failure', operation, detail: plain(`not HTTP: ${message}`) };
  return { code: 'unknown_failure', operation, detail: plain(code ? `${code}: ${message}` : message) };
}

export function timeoutFailure(operation: Operation, detail: string): Failure {
  return { code: 'generic_timeout_error', operation, detail: plain(detail) };
}

export function failureOf(code: FailureCode, operation: Operation, detail: string): Failure {
  return { code, operation, detail: plain(detail) };
}
