// One DNS question from unconnected sockets: who answers it, whatever address the answer comes from?
// A connected socket (udp(7)) and every resolver library drop such an answer; here it is the very thing that is looked for.

import { randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import type { Failure } from '../model/failure.ts';
import type { Endpoint } from '../model/target.ts';
import { classify, timeoutFailure } from './classify.ts';
import { answersTo, type DnsQuestion, type DnsReply } from './dns.ts';
import { type DnsAnswer, decodeReply, encodeQuery, replyId } from './dns-message.ts';

export interface AnySourceReply extends DnsReply {
  readonly source: Endpoint | null;
}

/** Asks by the schedule (ms from the start), each time from a fresh port. Resolves with the first answer or on abort; never rejects. */
export function askAnySource(
  question: DnsQuestion,
  scheduleMs: readonly number[],
  signal: AbortSignal,
): Promise<AnySourceReply> {
  return new Promise((resolve) => {
    const sockets: Socket[] = [];
    const timers: NodeJS.Timeout[] = [];
    let attempts = 0;
    let ended = false;
    let failure: Failure | null = null;
    const finish = (reply: Partial<AnySourceReply>) => {
      if (ended) return;
      ended = true;
      signal.removeEventListener('abort', onAbort);
      for (const timer of timers) clearTimeout(timer);
      for (const socket of sockets) close(socket);
      resolve({ answer: null, attempts, rttMs: null, sizeBytes: null, failure: null, source: null, ...reply });
    };
    const onAbort = () =>
      finish({ failure: failure ?? timeoutFailure('receive', `no answer to ${attempts} datagrams from any address`) });
    const attempt = () => {
      attempts += 1;
      const id = randomInt(0x10000);
      const socket = createSocket(question.server.address.includes(':') ? 'udp6' : 'udp4');
      sockets.push(socket);
      const sentAt = performance.now();
      socket.on('error', (error) => {
        failure = classify(error, 'receive');
      });
      socket.on('message', (bytes, from) => {
        const answer: DnsAnswer | null = replyId(bytes) === id ? decodeReply(bytes) : null;
        if (!answer || !answersTo(answer, question)) return;
        const source = { address: from.address, port: from.port };
        finish({ answer, rttMs: performance.now() - sentAt, sizeBytes: bytes.length, source });
      });
      const query = encodeQuery(id, question.name, question.type, question);
      socket.send(query, question.server.port, question.server.address, (error) => {
        if (error) failure = classify(error, 'send');
      });
    };
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    for (const delayMs of scheduleMs) {
      if (delayMs <= 0) attempt();
      else timers.push(setTimeout(attempt, delayMs));
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
