import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { startClosed, startSynDrop } from '../../src/demo/dead-ends.ts';
import type { Failure } from '../../src/model/failure.ts';
import { get } from '../../src/net/http.ts';
import { connectThrough } from '../../src/net/proxy.ts';
import { dial } from '../../src/net/tcp.ts';
import { secure } from '../../src/net/tls.ts';
import { tcp } from '../../src/probes/tcp.ts';
import { closeAll, contextOf, kept, type LoopbackServer, releasing, tcpServer } from '../support/loopback.ts';

afterEach(closeAll);

function ask(server: Pick<LoopbackServer, 'endpoint'>, withinMs = 1_000) {
  const probe = { kind: 'tcp' as const, ...server.endpoint };
  return releasing(() => tcp(probe, contextOf(), AbortSignal.timeout(withinMs)));
}

describe('one TCP connection', () => {
  it('opens, sends nothing and lets go', async () => {
    const received: Buffer[] = [];
    const server = await tcpServer((socket) => socket.on('data', (chunk) => received.push(chunk)));
    const seen = await ask(server);
    expect(seen).toMatchObject({ failure: null, attempts: 1, localAddress: '127.0.0.1' });
    expect(seen.connectMs).toBeGreaterThan(0);
    await sleep(30);
    expect([received, server.open()]).toEqual([[], 0]);
  });

  it('is refused: tried twice at once, on fresh ports', async () => {
    const { tcp: endpoint } = kept(await startClosed());
    const seen = await ask({ endpoint });
    expect(seen).toMatchObject({ attempts: 2, connectMs: null, failure: { code: 'connection_refused' } });
    expect(seen.durationMs).toBeLessThan(500);
  });

  it('is dropped: tried twice, until the signal', async () => {
    const { endpoint } = kept(await startSynDrop());
    const seen = await ask({ endpoint }, 900);
    expect(seen).toMatchObject({ attempts: 2, failure: { code: 'generic_timeout_error', operation: 'connect' } });
    expect(seen.failure?.detail).toContain(`${endpoint.address}:${endpoint.port}`);
  });

  it('has a signal that has already ended', async () => {
    const server = await tcpServer(() => {});
    const probe = { kind: 'tcp' as const, ...server.endpoint };
    const seen = await releasing(() => tcp(probe, contextOf(), AbortSignal.abort()), server);
    expect(seen.failure?.code).toBe('generic_timeout_error');
    expect(server.total()).toBe(0);
  });

  it('goes where it is rerouted to, and is reported as it was asked', async () => {
    const server = await tcpServer(() => {});
    const probe = { kind: 'tcp' as const, address: '198.51.100.10', port: 443 };
    const seen = await tcp(probe, contextOf({ reroute: () => server.endpoint }), AbortSignal.timeout(500));
    expect(seen.failure).toBeNull();
    expect(seen.probe).toEqual(probe);
  });
});

describe('a connection that breaks between two owners', () => {
  it.each([
    ['reset', 'resetAndDestroy', 'connection_reset'],
    ['closed', 'destroy', 'eof_error'],
  ] as const)('%s: no crash, and the next owner sees it at once', async (_what, how, code) => {
    const server = await tcpServer((socket) => void setTimeout(() => socket[how](), 20));
    const owners: readonly ((socket: Socket) => Promise<{ failure: Failure | null }>)[] = [
      (socket) => secure(socket, 'acme.invalid', true, [], AbortSignal.timeout(2_000)),
      (socket) => connectThrough(socket, 'acme.invalid:443', undefined, AbortSignal.timeout(2_000)),
      (socket) => get(socket, 'acme.invalid', '/', AbortSignal.timeout(2_000)),
    ];
    for (const next of owners) {
      const { socket } = await dial(server.endpoint, AbortSignal.timeout(1_000));
      if (!socket) throw new Error('no connection');
      await sleep(80);
      const before = performance.now();
      const { failure } = await releasing(() => next(socket), server);
      expect(performance.now() - before).toBeLessThan(1_000);
      expect(failure?.code).toBe(code);
    }
  });
});
