// The DTLS probe over real sockets: against real servers where their programs are installed, and against the hand-made one.

import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DtlsObservation } from '../../src/model/observation.ts';
import type { DtlsProbe } from '../../src/model/probe.ts';
import type { ProbeContext } from '../../src/model/probe-context.ts';
import { dtls } from '../../src/probes/dtls.ts';
import { type Authority, authority, leaf } from '../support/dtls-certificates.ts';
import { type Manner, misbehavingServer } from '../support/dtls-misbehaving-server.ts';
import { freeUdpPort, hasProgram, type RunningProgram, startProgram } from '../support/server-program.ts';

const HOST = 'gw.example';
let root: Authority;
let rsa: Authority;
let ecdsa: Authority;
let folder = '';
const running: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  const middle = await (async () => {
    root = await authority('Root of the loopback');
    return authority('Middle of the loopback', root);
  })();
  rsa = await leaf(middle, { rsa: true });
  ecdsa = await leaf(middle);
  folder = mkdtempSync(join(tmpdir(), 'net-preflight-dtls-'));
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text, { mode: 0o600 });
  write('rsa.key', rsa.keyPem);
  write('rsa.pem', rsa.pem + middle.pem);
  write('rsa-leaf.pem', rsa.pem);
  write('middle.pem', middle.pem);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

const file = (name: string) => join(folder, name);

/** One probe of 127.0.0.1. The port is put in by reroute, as in the demo: the probe itself speaks of 192.0.2.10:443. */
function probe(
  port: number,
  variant: DtlsProbe['variant'] = 'full',
  changes: Partial<ProbeContext> = {},
  signal?: AbortSignal,
): Promise<DtlsObservation> {
  const context: ProbeContext = {
    now: () => performance.now(),
    reroute: (endpoint, transport) =>
      endpoint.port === 443 && transport === 'udp' ? { address: '127.0.0.1', port } : endpoint,
    expectCa: [root.pem],
    psk: null,
    rttMs: null,
    ...changes,
  };
  return dtls(
    { kind: 'dtls', address: '192.0.2.10', port: 443, host: HOST, variant },
    context,
    signal ?? AbortSignal.timeout(12_500),
  );
}

async function program(
  name: string,
  args: (port: number) => readonly string[],
): Promise<{ port: number; server: RunningProgram }> {
  const port = await freeUdpPort();
  const server = await startProgram(name, args(port), port);
  running.push(server);
  return { port, server };
}

async function handMade(manner: Manner, key = rsa) {
  const server = await misbehavingServer(manner, { chain: [rsa.der], key: key.key });
  running.push(server);
  return server;
}

const openssl = (port: number) => [
  ...['s_server', '-dtls1_2', '-accept', `127.0.0.1:${port}`, '-quiet'],
  ...['-cert', file('rsa-leaf.pem'), '-key', file('rsa.key'), '-cert_chain', file('middle.pem')],
];
const gnutls = (port: number) => [
  '--udp',
  '--port',
  String(port),
  '--x509certfile',
  file('rsa.pem'),
  '--x509keyfile',
  file('rsa.key'),
  '--quiet',
  '--echo',
];
const coturn = (port: number) => [
  ...[
    '-n',
    '--listening-ip=127.0.0.1',
    '--relay-ip=127.0.0.1',
    '--no-cli',
    '--no-auth',
    '--no-tcp',
    '--no-tls',
    '--log-file=stdout',
  ],
  ...[
    `--tls-listening-port=${port}`,
    `--listening-port=${port + 1}`,
    '--alt-listening-port=0',
    '--alt-tls-listening-port=0',
  ],
  ...[
    `--cert=${file('rsa.pem')}`,
    `--pkey=${file('rsa.key')}`,
    `--pidfile=${file('turn.pid')}`,
    `--userdb=${file('turn.db')}`,
  ],
];
/** A skip that says why. */
const given = (name: string) => describe.skipIf(!hasProgram(name));
const label = (name: string) => (hasProgram(name) ? name : `${name} (SKIPPED: not installed)`);

const healthy = {
  outcome: 'ok',
  failure: null,
  attempts: 2,
  sent: { datagrams: 3, sockets: 1 },
  version: 'DTLS 1.2',
  suite: 'ECDHE-RSA-AES128-GCM-SHA256',
  alert: null,
  keyProven: true,
  missing: [],
  errors: [],
};

given('openssl')(label('openssl'), () => {
  it('s_server: the whole flight, the chain and the key; the next client is served at once', async () => {
    const { port, server } = await program('openssl', openssl);
    for (let i = 0; i < 3; i++) {
      const seen = await probe(port);
      expect(seen).toMatchObject(healthy);
      expect(seen.certificate).toMatchObject({ trusted: true, nameMatches: true, error: null });
      expect(seen.certificate?.chain.map(({ subject }) => subject)).toEqual(['CN=leaf', 'CN=Middle of the loopback']);
      expect(seen.helloVerify).toEqual({ cookieBytes: 20, recordVersion: 'feff' });
    }
    expect(server.output()).toContain('user cancel');
  });

  it('s_server: an authority that this run does not know', async () => {
    const { port } = await program('openssl', openssl);
    const seen = await probe(port, 'full', { expectCa: [] });
    expect(seen).toMatchObject({
      outcome: 'certificate-untrusted',
      keyProven: true,
      failure: { code: 'ssl_unknown_authority' },
    });
  });

  it('s_server with suites that we do not offer refuses by alert, and that is no failure', async () => {
    const { port } = await program('openssl', (at) => [...openssl(at), '-cipher', 'ECDHE-ECDSA-AES128-GCM-SHA256']);
    const seen = await probe(port, 'full');
    expect(seen).toMatchObject({ outcome: 'refused-by-alert', failure: null });
    expect(seen.alert).toEqual({ level: 'fatal', description: 'handshake_failure', recordVersion: 'fefd' });
  });

  it('s_server of DTLS 1.0 only', async () => {
    const { port } = await program('openssl', (at) =>
      openssl(at)
        .map((arg) => (arg === '-dtls1_2' ? '-dtls1' : arg))
        .concat('-cipher', 'DEFAULT@SECLEVEL=0'),
    );
    expect(await probe(port)).toMatchObject({ outcome: 'ok', version: 'DTLS 1.0', keyProven: true });
  });

  it('s_server with static RSA proves nothing', async () => {
    const { port } = await program('openssl', (at) => [...openssl(at), '-cipher', 'AES128-GCM-SHA256']);
    expect(await probe(port)).toMatchObject({
      outcome: 'identity-unproven',
      keyProven: null,
      suite: 'AES128-GCM-SHA256',
    });
  });

  it('s_server with DHE', async () => {
    const { port } = await program('openssl', (at) => [...openssl(at), '-cipher', 'DHE-RSA-AES128-GCM-SHA256']);
    expect(await probe(port)).toMatchObject({ outcome: 'ok', keyProven: true, suite: 'DHE-RSA-AES128-GCM-SHA256' });
  });
});

given('gnutls-serv')(label('gnutls-serv'), () => {
  it('the whole flight, a request for our certificate, and small fragments when asked for', async () => {
    const { port } = await program('gnutls-serv', gnutls);
    const seen = await probe(port);
    expect(seen).toMatchObject({ outcome: 'ok', keyProven: true, clientCertificateRequested: true });
    expect(seen.received.largestBytes).toBeGreaterThan(600);
    const small = await probe(port, 'smallFragments');
    expect(small).toMatchObject({ outcome: 'ok', keyProven: true });
    expect(small.received.largestBytes).toBeLessThanOrEqual(525);
  });
});

given('turnserver')(label('turnserver'), () => {
  it('the whole flight, to many at once', async () => {
    const { port } = await program('turnserver', coturn);
    const all = await Promise.all(Array.from({ length: 20 }, () => probe(port)));
    expect(all.map(({ outcome, keyProven }) => [outcome, keyProven])).toEqual(all.map(() => ['ok', true]));
    expect(await probe(port)).toMatchObject({ ...healthy, suite: 'ECDHE-RSA-AES256-GCM-SHA384' });
  });

  it('the controls', async () => {
    const { port } = await program('turnserver', coturn);
    const tuple = await probe(port, 'sameTuple');
    expect(tuple).toMatchObject({
      outcome: 'ok',
      answered: [true, true, true],
      attempts: 3,
      sent: { datagrams: 3, sockets: 1 },
    });
    const small = await probe(port, 'smallAlert');
    expect(small).toMatchObject({ outcome: 'refused-by-alert', failure: null, received: { datagrams: 2 } });
    expect(small.alert).toEqual({ level: 'fatal', description: 'handshake_failure', recordVersion: 'fefd' });
    expect(small.received.largestBytes).toBeLessThan(60);
  });
});

describe('no server', () => {
  it('a silent port: three source ports, then no answer after 2.5 s', async () => {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    running.push({ stop: () => new Promise((resolve) => socket.close(() => resolve())) });
    const sources = new Set<number>();
    socket.on('message', (_data, from) => sources.add(from.port));
    const seen = await probe(socket.address().port);
    expect(seen).toMatchObject({
      outcome: 'no-answer',
      attempts: 3,
      sent: { datagrams: 3, sockets: 3 },
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
