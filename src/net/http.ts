// One HTTP/1.1 GET on an open connection: status, a few headers, the start of the body. Nothing is followed, nothing is kept.

import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Failure } from '../model/failure.ts';
import type { HttpSeen } from '../model/observation.ts';
import { classify, failureOf, plain, timeoutFailure } from './classify.ts';
import { broken } from './tcp.ts';

// Not by import: that reads every export of node:http, and WebSocket is one, which loads Node's own undici: 20 ms and 13 MiB.
const { request } = process.getBuiltinModule('node:http');

export interface Answered {
  readonly http: HttpSeen | null;
  readonly failure: Failure | null;
}

/** Headers worth keeping; everything else is dropped at the door. */
const KEPT_HEADERS = [
  'server',
  'content-type',
  'location',
  'date',
  'via',
  'www-authenticate',
  'proxy-authenticate',
  'x-squid-error',
];
const MAX_HEADER = 200;
const MAX_BODY = 512;

/** Takes the socket over and destroys it. Never rejects. */
export function get(socket: Socket, host: string, path: string, signal: AbortSignal): Promise<Answered> {
  return new Promise((resolve) => {
    const startedAt = performance.now();
    let answer: (() => Answered) | null = null;
    const finish = (answered: Answered) => {
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      resolve(answered);
    };
    const fail = (failure: Failure) => finish(answer?.() ?? { http: null, failure });
    // A server that answers and then stalls has answered: what came counts.
    const onAbort = () => fail(timeoutFailure('http_request', `no answer to GET ${path}`));
    const gone = broken(socket, 'http_request');
    if (gone) return fail(gone);
    const ask = begin(socket, host, path);
    if (ask instanceof Error) return fail(classify(ask, 'http_request'));
    signal.addEventListener('abort', onAbort, { once: true });
    ask.on('error', (error) => fail(classify(error, 'http_request')));
    // Without an error: the other end has switched to a protocol that nobody asked for.
    ask.once('close', () => fail(failureOf('eof_error', 'http_request', 'closed without an HTTP answer')));
    ask.once('response', (response) => {
      const firstByteMs = performance.now() - startedAt;
      const body: Buffer[] = [];
      let size = 0;
      answer = () => ({ http: describe(response, Buffer.concat(body), firstByteMs), failure: null });
      const done = () => finish((answer as () => Answered)());
      response.on('data', (chunk: Buffer) => {
        if (size >= MAX_BODY) return;
        body.push(chunk.subarray(0, MAX_BODY - size));
        size += chunk.length;
        if (size >= MAX_BODY) done();
      });
      response.once('end', done);
      response.on('error', done);
    });
    ask.end();
    if (signal.aborted) onAbort();
  });
}

// A path that no request line can carry makes Node throw.
function begin(socket: Socket, host: string, path: string): ClientRequest | Error {
  try {
    return request({
      method: 'GET',
      path,
      host,
      setHost: false,
      createConnection: () => socket,
      headers: { host, accept: 'application/json', 'user-agent': 'net-preflight', connection: 'close' },
    });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function describe(response: IncomingMessage, body: Buffer, firstByteMs: number): HttpSeen {
  const headers: Record<string, string> = {};
  for (const name of KEPT_HEADERS) {
    const value = response.headers[name];
    if (value !== undefined) headers[name] = plain(Array.isArray(value) ? value.join(', ') : value, MAX_HEADER);
  }
  const date = Date.parse(headers.date ?? '');
  return {
    status: response.statusCode ?? 0,
    headers,
    bodyStart: plain(body.toString('utf8'), MAX_BODY),
    firstByteMs,
    clockOffsetMs: Number.isNaN(date) ? null : date - Date.now(),
  };
}
