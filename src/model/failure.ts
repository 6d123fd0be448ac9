// How a measurement can fail: a closed code, the operation it failed in, and the foreign words.
// Codes follow OONI's data format df-007 (github.com/ooni/spec); `operation_not_permitted` is ours (EPERM from a local filter).

export const FAILURE_CODES = [
  'address_not_available',
  'connection_aborted',
  'connection_refused',
  'connection_reset',
  'dns_bogon_error',
  'dns_no_answer',
  'dns_nxdomain_error',
  'dns_refused_error',
  'dns_reply_with_wrong_query_id',
  'dns_server_misbehaving',
  'dns_servfail_error',
  'dns_temporary_failure',
  'eof_error',
  'generic_timeout_error',
  'host_unreachable',
  'interrupted',
  'invalid_argument',
  'message_size',
  'network_unreachable',
  'operation_not_permitted',
  'permission_denied',
  'protocol_not_supported',
  'ssl_failed_handshake',
  'ssl_invalid_certificate',
  'ssl_invalid_hostname',
  'ssl_unknown_authority',
  'unknown_failure',
] as const;

export type FailureCode = (typeof FAILURE_CODES)[number];

export type Operation =
  | 'resolve'
  | 'socket'
  | 'connect'
  | 'send'
  | 'receive'
  | 'proxy_connect'
  | 'tls_handshake'
  | 'dtls_handshake'
  | 'certificate'
  | 'http_request'
  | 'read';

export interface Failure {
  readonly code: FailureCode;
  readonly operation: Operation;
  /** The foreign wording, bounded and stripped of control characters: `connect ECONNREFUSED 198.51.100.10:443`. */
  readonly detail: string;
}
