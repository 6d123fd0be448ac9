// One TCP connection: opened, and tried once more on a fresh port before it counts as failed.

import { connect, type Socket } from 'node:net';
import type { Failure, Operation } from '../model/failure.ts';
import type { Endpoint } from '../model/target.ts';
import { classify, failureOf, timeoutFailure } from './classify.ts';

export interface Dialled {
  /** Open and owned by the caller, or null. */
  readonly socket: Socket | null;
  readonly connectMs: number | null;
  readonly localAddress: string | null;
  readonly attempts: number;
  readonly failure: Failure | null;
}

/** The second SYN flow starts beside the first after this: the kernel repeats a lost SYN at 1 s (RFC 6298), on the same port. */
const SECOND_TRY_MS = 700;

/** What broke an open connection while nobody listened to it; null for one that lives. Who used a broken one would wait for ever. */
export function broken(socket: Socket, operation: Operation): Failure | null {
  if (!socket.destroyed) return null;
  return socket.errored
    ? classify(socket.errored, operation)
    : failureOf('eof_error', operation, 'the other end closed the connection');
}

/** First of two tries that connects wins; the other is destroyed. Never rejects. */
export function dial(endpoint: Endpoint, signal: AbortSignal): Promise<Dialled> {
  return new Promise((resolve) => {
    const open = new Set<Socket>();
    let attempts = 0;
    let failures = 0;
    let lastFailure: Failure | null = null;
    let ended = false;
    let timer: NodeJS.Timeout | undefined;
    const finish = (result: Dialled) => {
      if (ended) {
        result.socket?.destroy();
        return;
      }
      ended = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      for (const socket of open) if (socket !== result.socket) socket.destroy();
      resolve(result);
    };
    const fail = (failure: Failure) => finish({ socket: null, connectMs: null, localAddress: null, attempts, failure });
    // One refusal counts, even where the second try stays silent: routers send few ICMP errors a second.
    const onAbort = () =>
      fail(lastFailure ?? timeoutFailure('connect', `no answer from ${endpoint.address}:${endpoint.port}`));
    const attempt = () => {
      if (ended || attempts >= 2) return;
      attempts += 1;
      const startedAt = performance.now();
      const socket = connect({ host: endpoint.address, port: endpoint.port, noDelay: true });
      open.add(socket);
      const onError = (error: Error) => {
        failures += 1;
        lastFailure = classify(error, 'connect');
        if (failures >= 2) fail(lastFailure);
        else if (attempts < 2) attempt();
      };
      socket.once('error', onError);
      socket.once('connect', () => {
        // A connect that knows no peer is none: the error follows.
        if (socket.remoteAddress === undefined) return;
        socket.off('error', onError);
        // It may break before its new owner listens; they find it destroyed then, with the reason in `errored`.
        socket.on('error', () => {});
        finish({
          socket,
          connectMs: performance.now() - startedAt,
          localAddress: socket.localAddress ?? null,
          attempts,
          failure: null,
        });
      });
    };
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) return onAbort();
    attempt();
    timer = setTimeout(attempt, SECOND_TRY_MS);
  });
}
