import { describe, expect, it } from 'vitest';
import { classify, failureOf, timeoutFailure } from '../../src/net/classify.ts';

const errno = (code: string, message = `connect ${code} 198.51.100.10:443`) =>
  Object.assign(new Error(message), { code });

describe('classify', () => {
  it.each([
    [errno('ECONNREFUSED'), 'connection_refused'],
    [errno('ECONNRESET', 'read ECONNRESET'), 'connection_reset'],
    [errno('EPIPE'), 'connection_reset'],
    [errno('EHOSTUNREACH'), 'host_unreachable'],
    [errno('ENETUNREACH'), 'network_unreachable'],
    [errno('EPERM', 'send EPERM'), 'operation_not_permitted'],
    [errno('EACCES'), 'permission_denied'],
    [errno('EINVAL'), 'invalid_argument'],
    [errno('EMSGSIZE'), 'message_size'],
    [errno('EADDRNOTAVAIL'), 'address_not_available'],
    [errno('ETIMEDOUT'), 'generic_timeout_error'],
    [errno('ABORT_ERR'), 'generic_timeout_error'],
    [errno('EAI_AGAIN'), 'dns_temporary_failure'],
    [errno('ENOTFOUND'), 'dns_nxdomain_error'],
    [errno('ERR_SSL_WRONG_VERSION_NUMBER'), 'ssl_failed_handshake'],
    [errno('EPROTO'), 'ssl_failed_handshake'],
    [errno('ERR_TLS_CERT_ALTNAME_INVALID'), 'ssl_failed_handshake'],
    [errno('HPE_INVALID_CONSTANT', 'Parse Error'), 'unknown_failure'],
    [errno('ECONNRESET', 'socket hang up'), 'eof_error'],
    [
      errno('ECONNRESET', 'Client network socket disconnected before secure TLS connection was established'),
      'eof_error',
    ],
    [new Error('This socket has been ended by the other party'), 'eof_error'],
    [errno('ESOMETHINGNEW'), 'unknown_failure'],
    [new Error('plain'), 'unknown_failure'],
    ['a text', 'unknown_failure'],
    [null, 'unknown_failure'],
    [undefined, 'unknown_failure'],
    [{ code: 7 }, 'unknown_failure'],
  ])('%s → %s', (error, code) => {
    expect(classify(error, 'connect')).toMatchObject({ code, operation: 'connect' });
  });

  it('keeps the foreign words, bounded and without control characters', () => {
    const { detail } = classify(errno('ECONNREFUSED', `bad\u001b[31m\u202e${'x'.repeat(900)}`), 'connect');
    expect(detail.length).toBeLessThanOrEqual(300);
    expect(detail).not.toMatch(/[\u0000-\u001f\u202e]/);
    expect(detail).toMatch(/^bad \[31m x/);
    for (const one of [timeoutFailure('receive', 'a\nb'), failureOf('eof_error', 'read', 'a\rb')])
      expect(one.detail).toMatch(/^a b$/);
  });
});
