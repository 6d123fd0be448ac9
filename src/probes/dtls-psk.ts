// Does a whole DTLS handshake with the configured pre-shared key succeed?

import type { Failure } from '../model/failure.ts';
import type { ProbeRunner } from '../model/probe-context.ts';
import { failureOf, timeoutFailure } from '../net/classify.ts';
import { type PskResult, pskHandshake } from '../net/dtls-psk.ts';

export const dtlsPsk: ProbeRunner<'dtls-psk'> = async (probe, context, signal) => {
  const startedMs = context.now();
  const ended = (connected: boolean, attempts: number, failure: Failure | null) => ({
    probe,
    startedMs,
    durationMs: context.now() - startedMs,
    attempts,
    connected,
    failure,
  });
  if (!context.psk)
    return ended(false, 0, failureOf('invalid_argument', 'dtls_handshake', 'no pre-shared key is configured'));
  const endpoint = context.reroute({ address: probe.address, port: probe.port }, 'udp');
  const result = await pskHandshake(endpoint, context.psk, signal);
  return ended(result.connected, result.attempts, failureFrom(result));
};

// The library's errors have words only. A wrong key and silence look alike to it, so what came from the server is said too.
function failureFrom({ connected, problem, answered, aborted }: PskResult): Failure | null {
  if (connected) return null;
  const detail = problem ?? 'unknown';
  if (aborted || detail.includes('timed out')) {
    return timeoutFailure(
      'dtls_handshake',
      answered ? `${detail}; the server answered, but did not finish: a wrong key looks like this` : detail,
    );
  }
  return failureOf(answered ? 'ssl_failed_handshake' : 'unknown_failure', 'dtls_handshake', detail);
}
