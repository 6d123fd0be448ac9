// TCP connect, TLS handshake and one GET, on one connection to one address (or through a proxy, which then resolves the name).

import type { Failure } from '../model/failure.ts';
import type { HttpsObservation } from '../model/observation.ts';
import type { ProbeRunner } from '../model/probe-context.ts';
import { failureOf } from '../net/classify.ts';
import { dial } from '../net/tcp.ts';
import { isAddress } from '../parse/ip.ts';

/** What a middlebox or a server that is just starting does to one connection and not to the next. */
const WORTH_REPEATING = new Set(['connection_reset', 'eof_error', 'connection_aborted']);

export const https: ProbeRunner<'https'> = async (probe, context, signal) => {
  const first = await once(probe, context, signal);
  const failure = first.failure;
  const cut = failure && failure.operation !== 'connect' && WORTH_REPEATING.has(failure.code);
  if (!cut || signal.aborted) return first;
  // Once more on a fresh port, before it is called a failure; the repeat is counted, not hidden.
  const second = await once(probe, context, signal);
  return {
    ...second,
    startedMs: first.startedMs,
    durationMs: context.now() - first.startedMs,
    attempts: first.attempts + second.attempts,
  };
};

const once: ProbeRunner<'https'> = async (probe, context, signal) => {
  const startedMs = context.now();
  const seen: { -readonly [K in keyof HttpsObservation]?: HttpsObservation[K] } = {};
  const end = (failure: Failure | null): HttpsObservation => ({
    probe,
    startedMs,
    durationMs: context.now() - startedMs,
    attempts: seen.attempts ?? 1,
    failure,
    connectMs: seen.connectMs ?? null,
    proxyStatus: seen.proxyStatus ?? null,
    tls: seen.tls ?? null,
    http: seen.http ?? null,
  });

  const first = probe.proxy ?? (probe.address === null ? null : { address: probe.address, port: probe.port });
  if (!first) return end(failureOf('invalid_argument', 'connect', 'neither an address nor a proxy'));
  const connectSignal =
    context.connectTimeoutMs === undefined
      ? signal
      : AbortSignal.any([signal, AbortSignal.timeout(context.connectTimeoutMs)]);
  const dialling = dial(context.reroute(first, 'tcp'), connectSignal);
  // TLS is loaded while the SYN is under way: a round trip hides its cost.
  const loading = Promise.all([import('../net/tls.ts'), import('../net/http.ts')]);
  const dialled = await dialling;
  const [{ secure }, { get }] = await loading;
  seen.attempts = dialled.attempts;
  seen.connectMs = dialled.connectMs;
  if (!dialled.socket) return end(dialled.failure);

  let socket = dialled.socket;
  if (probe.proxy) {
    const { connectThrough } = await import('../net/proxy.ts');
    const tunnel = await connectThrough(socket, `${probe.host}:${probe.port}`, context.proxyAuthorization, signal);
    seen.proxyStatus = tunnel.status;
    if (!tunnel.socket) return end(tunnel.failure);
    socket = tunnel.socket;
  }

  const secured = await secure(socket, probe.host, !isAddress(probe.host), context.expectCa, signal);
  if (secured.tls) seen.tls = secured.tls;
  if (!secured.socket) return end(secured.failure);

  const answered = await get(secured.socket, probe.host, probe.path, signal);
  if (answered.http) seen.http = answered.http;
  // A certificate that does not hold is the failure, even where HTTP went through.
  return end(secured.failure ?? answered.failure);
};
