// An HTTPS tenant on the loopback whose certificate, answer or bytes a test chooses, and the question that is put to it.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { Socket } from 'node:net';
import { createServer as createTls } from 'node:tls';
import { type Authority, createAuthority, type Identity } from '../../src/demo/certificates.ts';
import type { HttpsObservation } from '../../src/model/observation.ts';
import { https } from '../../src/probes/https.ts';
import { contextOf, type LoopbackServer, releasing, watched } from './loopback.ts';

/** A name that no resolver knows: whoever dials it instead of the given address fails. */
export const HOST = 'acme.nowhere.invalid';

export const authority: Authority = await createAuthority('Test CA');
const good = await authority.issue({ names: [HOST] });

export interface Asking {
  readonly expectCa?: readonly string[];
  readonly host?: string;
  readonly path?: string;
  readonly withinMs?: number;
}

/** One HTTPS probe; everything must be let go of afterwards. */
export function ask(server: LoopbackServer, asking: Asking = {}): Promise<HttpsObservation> {
  const { expectCa = [authority.pem], host = HOST, path = '/api/v2/', withinMs = 1_500 } = asking;
  const { address, port } = server.endpoint;
  const probe = { kind: 'https' as const, host, address, port, path, proxy: null };
  return releasing(() => https(probe, contextOf({ expectCa }), AbortSignal.timeout(withinMs)), server);
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export const unauthorized: Answer = (_request, response) => {
  response.writeHead(401, { 'content-type': 'application/json', server: 'nginx', 'x-secret': 'no' });
  response.end('{"message":"Unauthorized"}');
};

export function serve(answer: Answer = unauthorized, identity: Identity = good): Promise<LoopbackServer> {
  return watched(createHttps({ key: keyOf(identity), cert: identity.chainPem }, answer));
}

/** A TLS server that says these bytes to whoever asks. */
export function serveRaw(behave: (socket: Socket) => void): Promise<LoopbackServer> {
  return watched(
    createTls({ key: keyOf(good), cert: good.chainPem }, (socket) => {
      socket.on('error', () => {});
      socket.once('data', () => behave(socket));
    }),
  );
}

const keyOf = (identity: Identity) => identity.key.export({ type: 'pkcs8', format: 'pem' });
