// CONNECT through an HTTP proxy, RFC 9110 section 9.3.6. The proxy resolves the name, never we.

import type { Socket } from 'node:net';
import type { Failure } from '../model/failure.ts';
import { classify, failureOf, timeoutFailure } from './classify.ts';
import { broken } from './tcp.ts';

// Not by import, for the reason in http.ts.
const { request } = process.getBuiltinModule('node:http');

export interface Tunnel {
  /** Open and owned by the caller, or null. */
  readonly socket: Socket | null;
  /** The proxy's answer to CONNECT, or null when it gave none. */
  readonly status: number | null;
  /** Bounded answer headers as Node gives them. */
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly failure: Failure | null;
}

/** Asks the proxy at the other end of `socket` for `authority` (`host:port`). Takes the socket over. */
export function connectThrough(
  socket: Socket,
  authority: string,
  authorization: string | undefined,
  signal: AbortSignal,
): Promise<Tunnel> {
  return new Promise((resolve) => {
    let ended = false;
    const finish = (tunnel: Tunnel) => {
      // The request closes too when its connection has become a tunnel.
      if (ended) return;
      ended = true;
      signal.removeEventListener('abort', onAbort);
      if (!tunnel.socket) socket.destroy();
      resolve(tunnel);
    };
    const fail = (failure: Failure) => finish({ socket: null, status: null, headers: {}, failure });
    const onAbort = () => fail(timeoutFailure('proxy_connect', `no answer to CONNECT ${authority}`));
    const gone = broken(socket, 'proxy_connect');
    if (gone) return fail(gone);
    const ask = request({
      method: 'CONNECT',
      path: authority,
      host: 'proxy',
      setHost: false,
      createConnection: () => socket,
      headers: { host: authority, ...(authorization ? { 'proxy-authorization': authorization } : {}) },
    });
    signal.addEventListener('abort', onAbort, { once: true });
    const refuse = (status: number, headers: NodeJS.Dict<string | string[]>) => {
      const failure = failureOf(
        'connection_refused',
        'proxy_connect',
        `the proxy answered CONNECT ${authority} with ${status}`,
      );
      finish({ socket: null, status, headers, failure });
    };
    ask.once('connect', (response) => {
      const status = response.statusCode ?? 0;
      if (status >= 200 && status < 300) finish({ socket, status, headers: response.headers, failure: null });
      else refuse(status, response.headers);
    });
    ask.once('response', (response) => refuse(response.statusCode ?? 0, response.headers));
    ask.on('error', (error) => fail(classify(error, 'proxy_connect')));
    ask.once('close', () => fail(failureOf('eof_error', 'proxy_connect', 'closed without an answer to CONNECT')));
    ask.end();
    if (signal.aborted) onAbort();
  });
}
