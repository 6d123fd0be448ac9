// The DTLS probe against nobody, and against a hand-made server that misbehaves as told.

import { createSocket } from 'node:dgram';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DtlsProbe } from '../../src/model/probe.ts';
import type { ProbeContext } from '../../src/model/probe-context.ts';
import { type Authority, authority, leaf } from '../support/dtls-certificates.ts';
import { probeLoopback } from '../support/dtls-loopback.ts';
import { type Manner, misbehavingServer } from '../support/dtls-misbehaving-server.ts';
import { freeUdpPort } from '../support/server-program.ts';

let root: Authority;
let rsa: Authority;
let ecdsa: Authority;
const running: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  root = await authority('Root of the loopback');
  const middle = await authority('Middle of the loopback', root);
  rsa = await leaf(middle, { rsa: true });
  ecdsa = await leaf(middle);
});
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

function probe(
  port: number,
  variant: DtlsProbe['variant'] = 'full',
  changes: Partial<ProbeContext> = {},
  signal?: AbortSignal,
) {
  return probeLoopback(port, variant, { expectCa: [root.pem], ...changes }, signal);
}

async function handMade(manner: Manner, key = rsa) {
  const server = await misbehavingServer(manner, { chain: [rsa.der], key: key.key });
  running.push(server);
  return server;
}

describe('no server', () => {
  it('a silent port: three source ports, the first once more, then no answer after 2.5 s', async () => {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    running.push({ stop: () => new Promise((resolve) => socket.close(() => resolve())) });
    const sources = new Set<number>();
    socket.on('message', (_data, from) => sources.add(from.port));
    const seen = await probe(socket.address().port);
    expect(seen).toMatchObject({
      outcome: 'no-answer',
      attempts: 4,
      sent: { datagrams: 4, sockets: 3 },
      failure: { code: 'generic_timeout_error' },
    });
    expect(sources.size).toBe(3);
    expect(seen.durationMs).toBeGreaterThanOrEqual(2500);
    expect(seen.durationMs).toBeLessThan(3000);
  });

  it('a closed port: refused twice by ICMP', async () => {
    const seen = await probe(await freeUdpPort());
    expect(seen).toMatchObject({
      outcome: 'port-unreachable',
      failure: { code: 'connection_refused', operation: 'receive' },
    });
    expect(seen.errors).toEqual(['recvmsg ECONNREFUSED', 'recvmsg ECONNREFUSED']);
    expect(seen.durationMs).toBeLessThan(600);
  });

  it('an endpoint that cannot be connected to', async () => {
    const nowhere = () => ({ address: '127.0.0.1', port: 0 });
    expect((await probe(1, 'full', { reroute: nowhere })).outcome).toMatch(/^local-/);
  });

  it('an aborted probe ends at once with what it saw', async () => {
    const server = await handMade({ kind: 'silent-after-verify' });
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 150);
    const seen = await probe(server.port, 'full', {}, stop.signal);
    expect(seen).toMatchObject({ outcome: 'hello-verify-then-silence', failure: { code: 'generic_timeout_error' } });
    expect(seen.durationMs).toBeLessThan(400);
    expect(await probe(server.port, 'full', {}, AbortSignal.abort())).toMatchObject({ outcome: 'no-answer' });
  });
});

describe('the hand-made server', () => {
  it('that skips the HelloVerifyRequest is healthy', async () => {
    const server = await handMade({ kind: 'no-hello-verify' });
    const seen = await probe(server.port);
    expect(seen).toMatchObject({ helloVerify: null, keyProven: true, attempts: 1 });
    await vi.waitFor(() => expect(server.log).toEqual(['hello', 'alert 2,90']));
  });

  it('that does not have the key of its certificate', async () => {
    const server = await handMade({ kind: 'honest' }, await leaf(root, { rsa: true }));
    expect(await probe(server.port)).toMatchObject({
      outcome: 'key-proof-failed',
      keyProven: false,
      failure: { code: 'ssl_failed_handshake' },
    });
    const other = await handMade({ kind: 'honest' }, ecdsa);
    expect(await probe(other.port)).toMatchObject({ outcome: 'key-proof-failed' });
  });

  it('that shows no intermediate', async () => {
    const server = await handMade({ kind: 'honest' });
    const seen = await probe(server.port);
    expect(seen).toMatchObject({
      outcome: 'certificate-untrusted',
      keyProven: true,
      certificate: { error: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
    });
  });

  it('that speaks STUN', async () => {
    const server = await handMade({ kind: 'junk' });
    const seen = await probe(server.port);
    expect(seen).toMatchObject({ outcome: 'not-dtls', failure: { code: 'ssl_failed_handshake' } });
    expect(seen.failure?.detail).toContain('0101000c2112a442');
  });

  it.each([
    ['refuses the hello', { level: 2, description: 71, version: 0xfefd, to: 'hello' }, 'refused-by-alert', null],
    ['closes', { level: 1, description: 0, version: 0xfefd, to: 'hello' }, 'refused-by-alert', null],
    ['wants another version', { level: 2, description: 70, version: 0xfefd, to: 'hello' }, 'dtls13-only', null],
    [
      'refuses after the cookie',
      { level: 2, description: 40, version: 0xfefd, to: 'cookie' },
      'refused-by-alert',
      null,
    ],
    [
      'refuses the cookie',
      { level: 2, description: 40, version: 0xfeff, to: 'cookie' },
      'cookie-loop',
      'ssl_failed_handshake',
    ],
  ] as const)('that %s', async (_name, manner, outcome, code) => {
    const server = await handMade({ kind: 'alert', ...manner });
    const seen = await probe(server.port);
    expect(seen.outcome).toBe(outcome);
    expect(seen.failure?.code ?? null).toBe(code);
    expect(server.log.filter((line) => line.startsWith('alert'))).toEqual([]);
  });

  it('that speaks 1.3 only', async () => {
    const server = await handMade({ kind: 'dtls13' });
    expect(await probe(server.port)).toMatchObject({ outcome: 'dtls13-only', failure: null });
  });

  it('that never accepts a cookie', async () => {
    const server = await handMade({ kind: 'cookie-loop' });
    expect(await probe(server.port)).toMatchObject({ outcome: 'cookie-loop', attempts: 6 });
  });

  it('behind a firewall that passes first packets only', async () => {
    const server = await handMade({ kind: 'first-packet-only' });
    const tuple = await probe(server.port, 'sameTuple');
    expect(tuple).toMatchObject({ answered: [true, false, false], outcome: 'hello-verify-then-silence' });
    expect(tuple.durationMs).toBeLessThan(2000);
    const small = await probe(server.port, 'smallAlert');
    expect(small).toMatchObject({ outcome: 'hello-verify-then-silence', alert: null });
    expect(small.durationMs).toBeLessThan(2000);
  });

  it('behind a path that loses large datagrams', async () => {
    const server = await handMade({ kind: 'large-lost', bytes: 400 });
    const seen = await probe(server.port, 'full', {}, AbortSignal.timeout(1500));
    expect(seen).toMatchObject({ outcome: 'flight-incomplete', keyProven: null, certificate: null });
    expect(seen.missing).toEqual(['certificate, all of it']);
    expect(seen.attempts).toBeGreaterThan(2);
  });

  it.each([
    [null, 400],
    [20, 150],
  ])('that lost the first hello, known round trip %s: one step later, on a fresh port', async (rttMs, stepMs) => {
    const server = await handMade({ kind: 'deaf', to: [1] });
    const seen = await probe(server.port, 'full', { rttMs });
    expect(seen).toMatchObject({ keyProven: true, attempts: 3, sent: { sockets: 2 } });
    expect(seen.durationMs).toBeGreaterThanOrEqual(stepMs - 1);
    expect(seen.durationMs).toBeLessThan(stepMs + 150);
  });

  it('that lost the cookie hello: repeated on the same port by the round trip just measured', async () => {
    const server = await handMade({ kind: 'deaf', to: [2] });
    const seen = await probe(server.port);
    expect(seen).toMatchObject({ keyProven: true, attempts: 3, sent: { sockets: 1 } });
    expect(seen.durationMs).toBeLessThan(350);
  });
});
