// HTTPS over real sockets: everything that can break off, stall or lie on the way.

import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { ask, serve, serveRaw } from '../support/https-tenant.ts';
import { closeAll, tcpServer } from '../support/loopback.ts';

afterEach(closeAll);

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
