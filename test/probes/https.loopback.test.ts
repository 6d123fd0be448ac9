// HTTPS over real sockets: good servers, bad certificates, and everything that can break off on the way.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { Socket } from 'node:net';
import { createServer as createTls } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Authority, createAuthority, type Identity } from '../../src/demo/certificates.ts';
import { startClosed, startSynDrop } from '../../src/demo/dead-ends.ts';
import type { HttpsObservation } from '../../src/model/observation.ts';
import { https } from '../../src/probes/https.ts';
import { closeAll, contextOf, kept, type LoopbackServer, releasing, tcpServer, watched } from '../support/loopback.ts';

// A name that no resolver knows: whoever dials it instead of the given address fails.
const HOST = 'acme.nowhere.invalid';

let authority: Authority;
let good: Identity;
beforeAll(async () => {
  authority = await createAuthority('Test CA');
  good = await authority.issue({ names: [HOST] });
});
afterEach(closeAll);

interface Asking {
  readonly expectCa?: readonly string[];
  readonly host?: string;
  readonly path?: string;
  readonly withinMs?: number;
}

function ask(server: LoopbackServer, asking: Asking = {}): Promise<HttpsObservation> {
  const { expectCa = [authority.pem], host = HOST, path = '/api/v2/', withinMs = 1_500 } = asking;
  const { address, port } = server.endpoint;
  const probe = { kind: 'https' as const, host, address, port, path, proxy: null };
  return releasing(() => https(probe, contextOf({ expectCa }), AbortSignal.timeout(withinMs)), server);
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const unauthorized: Answer = (_request, response) => {
  response.writeHead(401, { 'content-type': 'application/json', server: 'nginx', 'x-secret': 'no' });
  response.end('{"message":"Unauthorized"}');
};

function serve(answer: Answer = unauthorized, identity = good): Promise<LoopbackServer> {
  return watched(createHttps({ key: keyOf(identity), cert: identity.chainPem }, answer));
}

/** A TLS server that says these bytes to whoever asks. */
function serveRaw(behave: (socket: Socket) => void): Promise<LoopbackServer> {
  return watched(
    createTls({ key: keyOf(good), cert: good.chainPem }, (socket) => {
      socket.on('error', () => {});
      socket.once('data', () => behave(socket));
    }),
  );
}

const keyOf = (identity: Identity) => identity.key.export({ type: 'pkcs8', format: 'pem' });

describe('a good server', () => {
  it('is described: TLS, certificate, answer, timings', async () => {
    let asked: IncomingMessage | undefined;
    const server = await serve((request, response) => {
      asked = request;
      unauthorized(request, response);
    });
    const seen = await ask(server);
    expect(seen.failure).toBeNull();
    expect(seen).toMatchObject({ attempts: 1, proxyStatus: null });
    expect(seen.tls).toMatchObject({ version: 'TLSv1.3', alpn: 'http/1.1' });
    expect(seen.tls?.certificate).toMatchObject({ nameMatches: true, trusted: true, expired: false, error: null });
    expect(seen.tls?.certificate.chain[0]?.names).toEqual([HOST]);
    expect(seen.http).toMatchObject({ status: 401, bodyStart: '{"message":"Unauthorized"}' });
    expect(seen.http?.headers).toMatchObject({ server: 'nginx', 'content-type': 'application/json' });
    expect(seen.http?.headers).not.toHaveProperty('x-secret');
    expect(Math.abs(seen.http?.clockOffsetMs ?? 99_999)).toBeLessThan(2_000);
    expect(asked?.headers).toMatchObject({ host: HOST, 'user-agent': 'net-preflight' });
    expect(asked?.url).toBe('/api/v2/');
    expect(server.total()).toBe(1);
  });

  it('is asked on the given connection, whatever its name resolves to', async () => {
    // Two servers: the name is that of nobody, the address decides.
    const [first, second] = [await serve(), await serve()];
    expect((await ask(second)).http?.status).toBe(401);
    expect([first.total(), second.total()]).toEqual([0, 1]);
  });

  it('by its address: no server name, the address in the certificate', async () => {
    const server = await serve(unauthorized, await authority.issue({ names: ['127.0.0.1'] }));
    expect((await ask(server, { host: '127.0.0.1' })).failure).toBeNull();
  });

  it.each([200, 302, 404, 429, 500, 503])('%i is an answer, whatever it means', async (status) => {
    const server = await serve((_request, response) => void response.writeHead(status).end());
    const seen = await ask(server);
    expect(seen.http?.status).toBe(status);
    expect(seen.failure).toBeNull();
  });
});

describe('a certificate that does not hold', () => {
  it('expired', async () => {
    const seen = await ask(await serve(unauthorized, await authority.issue({ names: [HOST], expired: true })));
    expect(seen.failure).toMatchObject({ code: 'ssl_invalid_certificate', operation: 'certificate' });
    expect(seen.tls?.certificate).toMatchObject({ expired: true, trusted: true, nameMatches: true });
    // What it answers is still seen: its Date tells whose clock is wrong.
    expect(seen.http?.status).toBe(401);
  });

  it('of another name', async () => {
    const seen = await ask(await serve(unauthorized, await authority.issue({ names: ['shop.example'] })));
    expect(seen.failure?.code).toBe('ssl_invalid_hostname');
    expect(seen.tls?.certificate).toMatchObject({ nameMatches: false, trusted: true });
    expect(seen.tls?.certificate.chain[0]?.names).toEqual(['shop.example']);
  });

  it('of an unknown authority, and known as soon as that is expected', async () => {
    const server = await serve();
    const strange = await ask(server, { expectCa: [] });
    expect(strange.failure?.code).toBe('ssl_unknown_authority');
    expect(strange.tls?.certificate).toMatchObject({ trusted: false, nameMatches: true });
    expect(strange.tls?.certificate.chain[0]?.issuer).toContain('Test CA');
    expect((await ask(server, { expectCa: ['nonsense', authority.pem] })).failure).toBeNull();
  });

  it('several things at once: the name comes first', async () => {
    const identity = await authority.issue({ names: ['shop.example'], expired: true });
    const seen = await ask(await serve(unauthorized, identity), { expectCa: [] });
    expect(seen.failure?.code).toBe('ssl_invalid_hostname');
    expect(seen.tls?.certificate).toMatchObject({ nameMatches: false, trusted: false, expired: true });
  });
});

describe('no connection', () => {
  it('refused', async () => {
    const { tcp } = kept(await startClosed());
    const probe = { kind: 'https' as const, host: HOST, ...tcp, path: '/', proxy: null };
    const seen = await releasing(() => https(probe, contextOf(), AbortSignal.timeout(1_000)));
    expect(seen).toMatchObject({ connectMs: null, tls: null, http: null, attempts: 2 });
    expect(seen.failure).toMatchObject({ code: 'connection_refused', operation: 'connect' });
  });

  it('dropped: the connect has a limit of its own', async () => {
    const { endpoint } = kept(await startSynDrop());
    const probe = { kind: 'https' as const, host: HOST, ...endpoint, path: '/', proxy: null };
    const context = contextOf({ connectTimeoutMs: 300 });
    const seen = await releasing(() => https(probe, context, AbortSignal.timeout(5_000)));
    expect(seen.failure).toMatchObject({ code: 'generic_timeout_error', operation: 'connect' });
    expect(seen.durationMs).toBeLessThan(1_500);
  });

  it('neither address nor proxy', async () => {
    const probe = { kind: 'https' as const, host: HOST, address: null, port: 443, path: '/', proxy: null };
    expect((await https(probe, contextOf(), AbortSignal.timeout(100))).failure?.code).toBe('invalid_argument');
  });
});

describe('a handshake that does not come about', () => {
  const cases: readonly [string, (socket: Socket) => void, string][] = [
    ['nobody answers', () => {}, 'generic_timeout_error'],
    ['closed before the hello', (socket) => void socket.end(), 'eof_error'],
    ['closed after the hello', (socket) => void socket.once('data', () => socket.end()), 'eof_error'],
    ['reset after the hello', (socket) => void socket.once('data', () => socket.resetAndDestroy()), 'connection_reset'],
    [
      'closed in the middle of its flight',
      (socket) => void socket.once('data', () => socket.end(Buffer.from('16030300fa0200', 'hex'))),
      'eof_error',
    ],
    [
      'an alert',
      (socket) => void socket.once('data', () => socket.end(Buffer.from('15030300020228', 'hex'))),
      'ssl_failed_handshake',
    ],
    [
      'plain HTTP on the port',
      (socket) => void socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
      'ssl_failed_handshake',
    ],
    ['an SSH server', (socket) => void socket.write('SSH-2.0-OpenSSH_9.6\r\n'), 'ssl_failed_handshake'],
  ];
  it.each(cases)('%s', async (_what, behave, code) => {
    const server = await tcpServer((socket) => {
      socket.on('data', () => {});
      behave(socket);
    });
    const seen = await ask(server, { withinMs: 500 });
    expect(seen.failure?.code).toBe(code);
    expect(seen.failure?.operation).toBe('tls_handshake');
    expect(seen).toMatchObject({ tls: null, http: null });
    expect(seen.connectMs).not.toBeNull();
    expect(seen.durationMs).toBeLessThan(1_500);
  });

  it('reset at once: seen while connecting or just after', async () => {
    const seen = await ask(await tcpServer((socket) => void socket.resetAndDestroy()));
    expect(seen.failure?.code).toBe('connection_reset');
    expect(['connect', 'tls_handshake']).toContain(seen.failure?.operation);
  });

  it('what broke off once and works the second time is good, and counted', async () => {
    const target = await serve();
    let refused = 0;
    const server = await tcpServer((socket) => {
      if (refused++ === 0) return void socket.resetAndDestroy();
      const { connect } = process.getBuiltinModule('node:net');
      const onward = connect(target.endpoint.port, target.endpoint.address);
      onward.on('error', () => {});
      socket.on('close', () => onward.destroy());
      onward.on('close', () => socket.destroy());
      socket.pipe(onward).pipe(socket);
    });
    const seen = await ask(server);
    expect(seen).toMatchObject({ failure: null, attempts: 2, http: { status: 401 } });
  });
});

describe('an HTTP answer that is none', () => {
  const cases: readonly [string, (socket: Socket) => void, string][] = [
    ['garbage', (socket) => void socket.end('\u0000\u0001garbage\r\n\r\n'), 'unknown_failure'],
    ['closed without a word', (socket) => void socket.end(), 'eof_error'],
    ['closed in its headers', (socket) => void socket.end('HTTP/1.1 200 OK\r\nServer: a'), 'eof_error'],
    ['silent', () => {}, 'generic_timeout_error'],
    ['endless headers', (socket) => flood(socket, 'HTTP/1.1 200 OK\r\n', 'x-more: and more\r\n'), 'unknown_failure'],
    ['one endless header', (socket) => flood(socket, 'HTTP/1.1 200 OK\r\nx: ', 'y'.repeat(1_000)), 'unknown_failure'],
    [
      'endless interim answers',
      (socket) => flood(socket, '', 'HTTP/1.1 100 Continue\r\n\r\n'),
      'generic_timeout_error',
    ],
    [
      'another protocol',
      (socket) => void socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
      'eof_error',
    ],
  ];
  it.each(cases)('%s', async (_what, behave, code) => {
    const seen = await ask(await serveRaw(behave), { withinMs: 700 });
    expect(seen.failure?.code).toBe(code);
    expect(seen.failure?.operation).toBe('http_request');
    expect(seen.tls).not.toBeNull();
    expect(seen.http).toBeNull();
  });

  it.each([
    ['an endless body', (socket: Socket) => flood(socket, 'HTTP/1.1 200 OK\r\n\r\n', 'z'.repeat(10_000))],
    [
      'a body that stalls',
      (socket: Socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\nstart'),
    ],
    [
      'a body that breaks off',
      (socket: Socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\nstart'),
    ],
    ['a body that drips', (socket: Socket) => drip(socket, 'HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n')],
  ])('%s is an answer all the same', async (_what, behave) => {
    const seen = await ask(await serveRaw(behave), { withinMs: 600 });
    expect(seen.failure).toBeNull();
    expect(seen.http?.status).toBe(200);
    expect(seen.http?.bodyStart.length).toBeLessThanOrEqual(512);
  });

  it('what it says is made harmless and bounded', async () => {
    const server = await serveRaw((socket) =>
      socket.end(
        `HTTP/1.1 200 OK\r\nserver: a\u009bb${'c'.repeat(900)}\r\ndate: never\r\n\r\n\u001b]0;owned\u0007\u202e`,
      ),
    );
    const seen = await ask(server);
    expect(seen.http?.headers.server?.length).toBeLessThanOrEqual(200);
    expect(JSON.stringify(seen.http)).not.toMatch(/\\u00|\u202e/);
    expect(seen.http?.clockOffsetMs).toBeNull();
  });

  it('a path that no request line can carry is a failure, not a crash', async () => {
    const seen = await ask(await serve(), { path: '/with space and ünï\r\nx: y' });
    expect(seen.failure).toMatchObject({ operation: 'http_request' });
  });
});

it('a signal that has already ended: over at once, nothing left open', async () => {
  const server = await serve();
  const probe = { kind: 'https' as const, host: HOST, ...server.endpoint, path: '/', proxy: null };
  const seen = await releasing(() => https(probe, contextOf(), AbortSignal.abort()), server);
  expect(seen.failure?.code).toBe('generic_timeout_error');
});

it('a signal that ends at any moment: an observation, nothing left open', async () => {
  const server = await serve((_request, response) => void setTimeout(() => response.end('late'), 20).unref());
  for (let ms = 0; ms < 40; ms += 4) expect((await ask(server, { withinMs: ms })).probe.host).toBe(HOST);
});

function flood(socket: Socket, start: string, more: string): void {
  socket.write(start);
  const pump = setInterval(() => socket.write(more.repeat(20)), 1);
  socket.once('close', () => clearInterval(pump));
}

function drip(socket: Socket, start: string): void {
  socket.write(start);
  const pump = setInterval(() => socket.write('.'), 50);
  socket.once('close', () => clearInterval(pump));
}
