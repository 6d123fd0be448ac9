// HTTPS over real sockets: good servers, bad certificates, nobody there.

import type { IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { startClosed, startSynDrop } from '../../src/demo/dead-ends.ts';
import { https } from '../../src/probes/https.ts';
import { ask, authority, HOST, serve, unauthorized } from '../support/https-tenant.ts';
import { closeAll, contextOf, kept, releasing } from '../support/loopback.ts';

afterEach(closeAll);

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
