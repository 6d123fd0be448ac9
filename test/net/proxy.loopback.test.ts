// HTTPS through a proxy on the loopback. The proxy resolves the name, never we.

import { createServer as createHttps } from 'node:https';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Authority, createAuthority } from '../../src/demo/certificates.ts';
import { startClosed } from '../../src/demo/dead-ends.ts';
import type { Endpoint } from '../../src/model/target.ts';
import { https } from '../../src/probes/https.ts';
import { closeAll, contextOf, kept, type LoopbackServer, releasing, tcpServer, watched } from '../support/loopback.ts';

const HOST = 'acme.nowhere.invalid';
const SECRET = 'Basic c2VjcmV0OnBhc3N3b3Jk';

let authority: Authority;
beforeAll(async () => {
  authority = await createAuthority('Test CA');
});
afterEach(closeAll);

async function tenant(): Promise<LoopbackServer> {
  const identity = await authority.issue({ names: [HOST] });
  const key = identity.key.export({ type: 'pkcs8', format: 'pem' });
  return watched(createHttps({ key, cert: identity.chainPem }, (_request, response) => response.writeHead(401).end()));
}

/** A proxy that reads one request's head and then does as told. */
function proxy(behave: (socket: Socket, head: string) => void): Promise<LoopbackServer> {
  return tcpServer((socket) => {
    let head = '';
    const read = (chunk: Buffer) => {
      head += chunk.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      socket.off('data', read);
      behave(socket, head);
    };
    socket.on('data', read);
  });
}

function ask(through: Endpoint, withinMs = 1_500, ...servers: readonly LoopbackServer[]) {
  const probe = { kind: 'https' as const, host: HOST, address: null, port: 443, path: '/api/', proxy: through };
  const context = contextOf({ expectCa: [authority.pem], proxyAuthorization: SECRET });
  return releasing(() => https(probe, context, AbortSignal.timeout(withinMs)), ...servers);
}

describe('through a proxy', () => {
  it('200: TLS and HTTP with the tenant itself', async () => {
    const target = await tenant();
    let asked = '';
    const server = await proxy((socket, head) => {
      asked = head;
      const onward = connect(target.endpoint.port, target.endpoint.address, () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        socket.pipe(onward).pipe(socket);
      });
      onward.on('error', () => socket.destroy());
      socket.on('close', () => onward.destroy());
      onward.on('close', () => socket.destroy());
    });
    const seen = await ask(server.endpoint, 2_000, server, target);
    expect(seen).toMatchObject({ failure: null, proxyStatus: 200, http: { status: 401 } });
    expect(seen.tls?.certificate.error).toBeNull();
    expect(asked).toMatch(new RegExp(`^CONNECT ${HOST}:443 HTTP/1.1\\r\\n`));
    expect(asked).toContain(`proxy-authorization: ${SECRET}`);
    expect(asked.toLowerCase()).toContain(`host: ${HOST}:443`);
  });

  it.each([403, 405, 407, 502])('%i: refused by the proxy, not by the tenant', async (status) => {
    const server = await proxy((socket) =>
      socket.end(`HTTP/1.1 ${status} No\r\nproxy-authenticate: Basic realm="x"\r\ncontent-length: 4\r\n\r\nbody`),
    );
    const seen = await ask(server.endpoint, 1_000, server);
    expect(seen).toMatchObject({ proxyStatus: status, tls: null, http: null });
    expect(seen.failure).toMatchObject({ code: 'connection_refused', operation: 'proxy_connect' });
    expect(seen.failure?.detail).toContain(String(status));
  });

  const endless = (socket: Socket) => {
    const pump = setInterval(() => socket.write('x-more: and more\r\n'.repeat(50)), 1);
    socket.once('close', () => clearInterval(pump));
  };
  it.each([
    ['garbage', (socket: Socket) => void socket.end('garbage\r\n\r\n'), 'unknown_failure'],
    ['SOCKS', (socket: Socket) => void socket.end(Buffer.from([5, 0xff])), 'unknown_failure'],
    ['silence', () => {}, 'generic_timeout_error'],
    ['an end', (socket: Socket) => void socket.end(), 'eof_error'],
    ['a reset', (socket: Socket) => void socket.resetAndDestroy(), 'connection_reset'],
    [
      'endless headers',
      (socket: Socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        endless(socket);
      },
      'unknown_failure',
    ],
  ])('%s', async (_what, behave, code) => {
    const server = await proxy(behave);
    const seen = await ask(server.endpoint, 600, server);
    expect(seen.failure).toMatchObject({ code, operation: 'proxy_connect' });
    expect(seen.proxyStatus).toBeNull();
  });

  it('200 and then nothing: the proxy let us through, TLS did not come about', async () => {
    const server = await proxy((socket) => void socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    const seen = await ask(server.endpoint, 600, server);
    expect(seen).toMatchObject({
      proxyStatus: 200,
      failure: { code: 'generic_timeout_error', operation: 'tls_handshake' },
    });
  });

  it('nobody at the proxy’s address', async () => {
    const closed = kept(await startClosed());
    expect((await ask(closed.tcp)).failure).toMatchObject({ code: 'connection_refused', operation: 'connect' });
  });

  it('credentials are in no observation, whatever happens', async () => {
    const echo = await proxy((socket, head) =>
      socket.end(`HTTP/1.1 407 ${head.replaceAll('\r\n', ' ')}\r\n\r\n${head}`),
    );
    const garbage = await proxy((socket, head) => socket.end(head));
    const mute = await proxy(() => {});
    for (const server of [echo, garbage, mute]) {
      const text = JSON.stringify(await ask(server.endpoint, 400, server));
      expect(text).not.toContain('c2VjcmV0OnBhc3N3b3Jk');
      expect(text).not.toContain('password');
    }
  });

  it('a signal that has already ended: an observation, no crash afterwards', async () => {
    const server = await proxy(() => {});
    const probe = { kind: 'https' as const, host: HOST, address: null, port: 443, path: '/', proxy: server.endpoint };
    for (const signal of [
      AbortSignal.abort(),
      AbortSignal.timeout(1),
      AbortSignal.timeout(3),
      AbortSignal.timeout(6),
    ]) {
      const seen = await releasing(() => https(probe, contextOf(), signal), server);
      expect(seen.failure?.code).toBe('generic_timeout_error');
    }
  });
});
