// The DTLS probe against real servers, where their programs are installed.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DtlsProbe } from '../../src/model/probe.ts';
import type { ProbeContext } from '../../src/model/probe-context.ts';
import { type Authority, authority, leaf } from '../support/dtls-certificates.ts';
import { probeLoopback } from '../support/dtls-loopback.ts';
import { freeUdpPort, hasProgram, type RunningProgram, startProgram } from '../support/server-program.ts';

let root: Authority;
let folder = '';
const running: RunningProgram[] = [];

beforeAll(async () => {
  root = await authority('Root of the loopback');
  const middle = await authority('Middle of the loopback', root);
  const rsa = await leaf(middle, { rsa: true });
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

function probe(
  port: number,
  variant: DtlsProbe['variant'] = 'full',
  changes: Partial<ProbeContext> = {},
  signal?: AbortSignal,
) {
  return probeLoopback(port, variant, { expectCa: [root.pem], ...changes }, signal);
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
