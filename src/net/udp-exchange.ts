// One question, one answer over UDP: repeated on a fresh source port, then on its own; first acceptable answer wins. For DNS, STUN and QUIC.
// Always connected sockets: only they hear ICMP (udp(7)); a pending ICMP error eats the next send, so each try has its own socket.

import { createSocket, type Socket } from 'node:dgram';
import type { Failure } from '../model/failure.ts';
import type { Endpoint } from '../model/target.ts';
import { classify, timeoutFailure } from './classify.ts';

export interface Exchange<T> {
  readonly value: T | null;
  readonly attempts: number;
  /** Which try was answered, from 1. Later than the first: a datagram was lost. */
  readonly answeredTry?: number;
  /** From the answered try to its answer. */
  readonly rttMs: number | null;
  readonly sizeBytes: number | null;
  readonly failure: Failure | null;
}

export interface Question<T> {
  readonly endpoint: Endpoint;
  /** Fresh bytes for each try. */
  readonly build: (attempt: number) => Buffer;
  /** The value, or null for a datagram that is not the answer (it is ignored). */
  readonly accept: (datagram: Buffer, attempt: number) => T | null;
  /** When to try, in ms from the start; the first is 0. */
  readonly scheduleMs: readonly number[];
}

/** Resolves with the first answer, when every try was refused, or on abort. Never rejects. Owns and closes its sockets. */
export function exchange<T>(question: Question<T>, signal: AbortSignal): Promise<Exchange<T>> {
  return new Promise((resolve) => {
    const sockets = new Set<Socket>();
    const timers: NodeJS.Timeout[] = [];
    let attempts = 0;
    let refused = 0;
    let lastFailure: Failure | null = null;
    let ended = false;

    const finish = (result: Exchange<T>) => {
      if (ended) return;
      ended = true;
      signal.removeEventListener('abort', onAbort);
      for (const timer of timers) clearTimeout(timer);
      for (const socket of sockets) close(socket);
      resolve(result);
    };
    const fail = (failure: Failure) => finish({ value: null, attempts, rttMs: null, sizeBytes: null, failure });
    const onAbort = () => fail(lastFailure ?? timeoutFailure('receive', `no answer to ${attempts} datagrams`));

    // Hard errors end the exchange only after a second try on a fresh port: an ICMP error may be another flow's news.
    const onFailure = (failure: Failure) => {
      if (ended) return;
      lastFailure = failure;
      refused += 1;
      if (refused >= 2) fail(failure);
      else attempt();
    };

    let repeatFirst: (() => void) | null = null;
    // The last try repeats the first datagram on its own port: some middleboxes eat the first packet of every flow.
    const again = () => {
      if (ended) return;
      if (refused > 0 || !repeatFirst) return attempt();
      attempts += 1;
      repeatFirst();
    };
    const attempt = () => {
      if (ended) return;
      attempts += 1;
      const number = attempts;
      const socket = createSocket(question.endpoint.address.includes(':') ? 'udp6' : 'udp4');
      sockets.add(socket);
      let sentAt = performance.now();
      socket.on('error', (error) => onFailure(classify(error, 'receive')));
      socket.on('message', (bytes) => {
        if (ended) return;
        const value = question.accept(bytes, number);
        if (value === null) return;
        finish({
          value,
          attempts,
          answeredTry: number,
          rttMs: performance.now() - sentAt,
          sizeBytes: bytes.length,
          failure: null,
        });
      });
      try {
        socket.connect(question.endpoint.port, question.endpoint.address, (error?: Error) => {
          if (ended) return;
          if (error) return onFailure(classify(error, 'connect'));
          const bytes = question.build(number);
          const send = () => {
            sentAt = performance.now();
            socket.send(bytes, (sendError) => {
              if (sendError) onFailure(classify(sendError, 'send'));
            });
          };
          repeatFirst ??= send;
          send();
        });
      } catch (error) {
        onFailure(classify(error, 'connect'));
      }
    };

    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    for (const [index, delayMs] of question.scheduleMs.entries()) {
      if (delayMs <= 0) attempt();
      else timers.push(setTimeout(index >= 2 ? again : attempt, delayMs));
    }
  });
}

function close(socket: Socket): void {
  try {
    socket.close();
  } catch {
    // Already closed by an error: nothing is left to release.
  }
}

/**
 * When to send again. Known round trip: three of them, at least 150 ms, then doubling (performance.md, traps).
 * Unknown: 1 s as RFC 6347 and libc-like clients wait, with the third at 2.5 s.
 */
export function retrySchedule(rttMs: number | null): number[] {
  if (rttMs === null) return [0, 800, 2400];
  const first = Math.max(150, 3 * rttMs);
  return [0, first, 3 * first];
}
