// A whole handshake with a pre-shared key: against OpenSSL, and against servers that would crash the library's host process.

import { createSocket } from 'node:dgram';
import { afterEach, describe, expect, it } from 'vitest';
import type { ProbeContext } from '../../src/model/probe-context.ts';
import { encodeRecord } from '../../src/parse/dtls-record.ts';
import { dtlsPsk } from '../../src/probes/dtls-psk.ts';
import { freeUdpPort, hasProgram, type RunningProgram, startProgram } from '../support/server-program.ts';

const KEY = '00112233445566778899aabbccddeeff';
const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

function probe(port: number, keyHex: string | null = KEY, signal: AbortSignal = AbortSignal.timeout(8000)) {
  const context: ProbeContext = {
    now: () => performance.now(),
    reroute: (endpoint) => ({ ...endpoint, address: '127.0.0.1', port }),
    expectCa: [],
    psk: keyHex === null ? null : { identity: 'me', keyHex },
    rttMs: null,
  };
  return dtlsPsk({ kind: 'dtls-psk', address: '192.0.2.10', port: 443, host: 'gw.example' }, context, signal);
}

async function openssl(...args: readonly string[]): Promise<{ port: number; server: RunningProgram }> {
  const port = await freeUdpPort();
  const server = await startProgram(
    'openssl',
    ['s_server', '-dtls1_2', '-accept', `127.0.0.1:${port}`, '-quiet', ...args],
    port,
  );
  running.push(server);
  return { port, server };
}

/** A hand-made server that says the same to everything. */
async function parrot(...answers: readonly Buffer[]): Promise<number> {
  const socket = createSocket('udp4');
  socket.on('message', (_data, from) => {
    for (const answer of answers) socket.send(answer, from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  running.push({ stop: () => new Promise((resolve) => socket.close(() => resolve())) });
  return socket.address().port;
}

const program = hasProgram('openssl') ? 'openssl' : 'openssl (SKIPPED: not installed)';
describe.skipIf(!hasProgram('openssl'))(program, () => {
  it('with the right key connects and says goodbye', async () => {
    const { port } = await openssl('-nocert', '-psk', KEY);
    expect(await probe(port)).toMatchObject({ connected: true, attempts: 1, failure: null });
  });

  it('with another key looks like silence, and says that something answered', async () => {
    const { port } = await openssl('-nocert', '-psk', KEY);
    const seen = await probe(port, 'ff');
    expect(seen).toMatchObject({
      connected: false,
      failure: { code: 'generic_timeout_error', operation: 'dtls_handshake' },
    });
    expect(seen.failure?.detail).toContain('the server answered');
  });

  it('refused by a server without keys', async () => {
    const { port } = await openssl('-nocert', '-cipher', 'ECDHE-ECDSA-AES128-GCM-SHA256');
    const seen = await probe(port);
    expect(seen).toMatchObject({ connected: false, attempts: 1, failure: { code: 'ssl_failed_handshake' } });
    expect(seen.failure?.detail).toContain('handshake_failure');
  });
});

describe('without such a server', () => {
  it('silence is tried three times', async () => {
    const seen = await probe(await parrot());
    expect(seen).toMatchObject({ connected: false, attempts: 3, failure: { code: 'generic_timeout_error' } });
  }, 15_000);

  it('the signal ends it, child and all', async () => {
    const seen = await probe(await parrot(), KEY, AbortSignal.timeout(600));
    expect(seen).toMatchObject({ connected: false, failure: { code: 'generic_timeout_error' } });
    expect(seen.durationMs).toBeLessThan(900);
    expect(await probe(await parrot(), KEY, AbortSignal.abort())).toMatchObject({ connected: false });
  });

  it('a message that makes the library throw costs the child only', async () => {
    const certificate = encodeRecord(22, 0xfefd, 0, Buffer.from('0b000001000000000000000100', 'hex'));
    const seen = await probe(await parrot(certificate));
    expect(seen).toMatchObject({ connected: false, failure: { code: 'ssl_failed_handshake' } });
    expect(seen.failure?.detail).toContain('11');
  });

  it('a message that claims 16 MiB never reaches the library', async () => {
    const claim = encodeRecord(22, 0xfefd, 0, Buffer.from('02ffffff000000000000000100', 'hex'));
    const seen = await probe(await parrot(claim), KEY, AbortSignal.timeout(1300));
    expect(seen).toMatchObject({ connected: false, failure: { code: 'generic_timeout_error' } });
  });

  it('no key is configured: nothing is sent', async () => {
    expect(await probe(await parrot(), null)).toMatchObject({
      connected: false,
      attempts: 0,
      failure: { code: 'invalid_argument' },
    });
  });
});
