// One DNS question to one server over UDP or TCP (RFC 1035, RFC 7766).

import { randomInt } from 'node:crypto';
import { connect } from 'node:net';
import type { Failure } from '../model/failure.ts';
import type { DnsType } from '../model/probe.ts';
import type { Endpoint } from '../model/target.ts';
import { classify, failureOf, timeoutFailure } from './classify.ts';
import { type DnsAnswer, decodeReply, encodeQuery, type QueryOptions, replyId } from './dns-message.ts';
import { exchange } from './udp-exchange.ts';

export interface DnsReply {
  readonly answer: DnsAnswer | null;
  readonly attempts: number;
  readonly answeredTry?: number;
  readonly rttMs: number | null;
  readonly sizeBytes: number | null;
  readonly failure: Failure | null;
}

export interface DnsQuestion extends QueryOptions {
  readonly server: Endpoint;
  readonly name: string;
  readonly type: DnsType;
}

/** UDP, repeated on fresh ports by the schedule. Replies with a wrong id or another question are ignored (RFC 5452). */
export async function askUdp(
  question: DnsQuestion,
  scheduleMs: readonly number[],
  signal: AbortSignal,
): Promise<DnsReply> {
  const ids = new Map<number, number>();
  let junk: 'unparseable' | null = null;
  const result = await exchange<DnsAnswer>(
    {
      endpoint: question.server,
      scheduleMs,
      build: (attempt) => {
        const id = randomInt(0x10000);
        ids.set(attempt, id);
        return encodeQuery(id, question.name, question.type, question);
      },
      accept: (bytes, attempt) => {
        if (replyId(bytes) !== ids.get(attempt)) return null;
        const answer = decodeReply(bytes);
        if (answer === null) junk = 'unparseable';
        return answer && answersTo(answer, question) ? answer : null;
      },
    },
    signal,
  );
  const { value, ...rest } = result;
  if (junk && !value)
    return {
      ...rest,
      answer: null,
      failure: failureOf('dns_server_misbehaving', 'read', 'a reply that cannot be parsed'),
    };
  return { ...rest, answer: value };
}

/** TCP: one connection, one question, at most one 64 KiB message read. */
export function askTcp(question: DnsQuestion, signal: AbortSignal): Promise<DnsReply> {
  return new Promise((resolve) => {
    const id = randomInt(0x10000);
    const socket = connect({ host: question.server.address, port: question.server.port });
    let connected = false;
    let sentAt = performance.now();
    let received: Buffer = Buffer.alloc(0);
    let ended = false;
    const finish = (reply: Partial<DnsReply>) => {
      if (ended) return;
      ended = true;
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      resolve({ answer: null, attempts: 1, rttMs: null, sizeBytes: null, failure: null, ...reply });
    };
    const onAbort = () =>
      finish({
        failure: timeoutFailure(
          connected ? 'receive' : 'connect',
          connected ? 'connected, but no answer' : 'no connection',
        ),
      });
    signal.addEventListener('abort', onAbort, { once: true });
    socket.setNoDelay(true);
    socket.on('error', (error) => finish({ failure: classify(error, connected ? 'receive' : 'connect') }));
    socket.on('close', () =>
      finish({ failure: failureOf('eof_error', 'receive', 'the server closed without an answer') }),
    );
    socket.on('connect', () => {
      connected = true;
      sentAt = performance.now();
      const query = encodeQuery(id, question.name, question.type, question);
      const prefix = Buffer.alloc(2);
      prefix.writeUInt16BE(query.length);
      socket.write(Buffer.concat([prefix, query]));
    });
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 2) return;
      const length = received.readUInt16BE(0);
      if (received.length < length + 2) return;
      const answer = decodeReply(received.subarray(2, 2 + length));
      if (!answer || answer.id !== id || !answersTo(answer, question)) {
        finish({
          failure: failureOf('dns_server_misbehaving', 'read', 'a reply that is not the answer to the question'),
        });
      } else finish({ answer, rttMs: performance.now() - sentAt, sizeBytes: length });
    });
    if (signal.aborted) onAbort();
  });
}

// Some servers leave the question out of REFUSED or FORMERR replies: with the right id from the right address that counts.
export function answersTo(answer: DnsAnswer, question: DnsQuestion): boolean {
  if (!answer.question) return answer.rcode !== 'NOERROR';
  const wanted = question.name.toLowerCase();
  return (
    answer.question.name === (wanted.endsWith('.') ? wanted : `${wanted}.`) && answer.question.type === question.type
  );
}
