// The demo's web servers: the tenant's API, the control hosts, the cluster's API server, and the redirect on port 80.

import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Identity } from './certificates.ts';
import { listenTcp, type Running } from './loopback.ts';

export interface Page {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const API_PATH = '/api/v2/infrastructure/publishers';

const json = (status: number, value: unknown, headers: Page['headers'] = {}): Page => ({
  status,
  contentType: 'application/json',
  body: JSON.stringify(value),
  headers,
});

/** Without a token: 401 below /api, 404 elsewhere. */
export function tenantPage(path: string): Page {
  if (!path.startsWith('/api/')) return json(404, { status: 'error', message: 'Not found' });
  return json(401, { status: 'error', message: 'Unauthorized' }, { 'www-authenticate': 'Bearer' });
}

export function controlPage(): Page {
  return { status: 200, contentType: 'text/plain', body: 'control host of the demo\n' };
}

/** What a Kubernetes API server says to a stranger. */
export function apiServerPage(): Page {
  return json(401, {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    message: 'Unauthorized',
    reason: 'Unauthorized',
    code: 401,
  });
}

export function gatewayPage(): Page {
  return { status: 404, contentType: 'text/plain', body: '' };
}

export function startHttpsServer(identity: Identity, page: (path: string) => Page): Promise<Running> {
  const server = createHttpsServer(
    {
      cert: identity.chainPem,
      key: identity.key.export({ type: 'pkcs8', format: 'pem' }),
      ALPNProtocols: ['http/1.1'],
      // A probe that only connects must not hold the server open.
      handshakeTimeout: 10_000,
    },
    (request, response) => {
      const { status, contentType, body, headers } = page(request.url ?? '/');
      response.writeHead(status, { server: 'demo', 'content-type': contentType, ...headers });
      response.end(body);
    },
  );
  // A client that distrusts us, or that is not speaking TLS.
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return listenTcp(server);
}

/** Port 80: sends everybody to HTTPS. */
export function startRedirectServer(): Promise<Running> {
  const server = createHttpServer((request, response) => {
    const host = (request.headers.host ?? 'localhost').replace(/:\d+$/, '');
    response.writeHead(301, { server: 'demo', location: `https://${host}${request.url ?? '/'}` });
    response.end();
  });
  return listenTcp(server);
}
