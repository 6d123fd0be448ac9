// The two UDP controls, against servers that answer well, badly and not at all.

import { afterEach, describe, expect, it } from 'vitest';
import { startClosed, startSilentUdp } from '../../src/demo/dead-ends.ts';
import type { QuicObservation, StunObservation } from '../../src/model/observation.ts';
import { quic } from '../../src/probes/quic.ts';
import { stun } from '../../src/probes/stun.ts';
import { closeAll, contextOf, kept, releasing, udpServer } from '../support/loopback.ts';

afterEach(closeAll);

type Answers = (query: Buffer) => readonly Buffer[];

/** An XOR-MAPPED-ADDRESS of 203.0.113.77:40112, as RFC 8489 section 14.2 masks it. */
function success(query: Buffer, parts: { type?: number; transaction?: Buffer; attributes?: Buffer } = {}): Buffer {
  const attributes = parts.attributes ?? Buffer.from('002000080001bda2ea12d50f', 'hex');
  const head = Buffer.alloc(20);
  head.writeUInt16BE(parts.type ?? 0x0101, 0);
  head.writeUInt16BE(attributes.length, 2);
  head.writeUInt32BE(0x2112a442, 4);
  (parts.transaction ?? query.subarray(8, 20)).copy(head, 8);
  return Buffer.concat([head, attributes]);
}

/** Version Negotiation with our ids the other way round. */
function versions(query: Buffer, list = Buffer.from('000000016b3343cf', 'hex')): Buffer {
  const [ours, theirs] = [query.subarray(6, 14), query.subarray(15, 23)];
  return Buffer.concat([Buffer.from([0x80, 0, 0, 0, 0, 8]), theirs, Buffer.from([8]), ours, list]);
}

async function asked(kind: 'stun' | 'quic', answers: Answers, withinMs = 300) {
  const server = await udpServer((query, reply) => answers(query).forEach(reply));
  const signal = AbortSignal.timeout(withinMs);
  const context = contextOf({ rttMs: 5 });
  const seen = await releasing(async (): Promise<StunObservation | QuicObservation> => {
    if (kind === 'stun') return stun({ kind, ...server.endpoint }, context, signal);
    return quic({ kind, ...server.endpoint }, context, signal);
  });
  return { seen, received: server.received };
}

describe('stun', () => {
  it('reads the mapped address', async () => {
    const { seen, received } = await asked('stun', (query) => [success(query)]);
    expect(seen).toMatchObject({ failure: null, attempts: 1, mapped: { address: '203.0.113.77', port: 40_112 } });
    expect(received[0]).toHaveLength(20);
  });

  it.each<[string, Answers]>([
    ['garbage', () => [Buffer.from('garbage'), Buffer.alloc(0), Buffer.alloc(1_400)]],
    ['its own question', (query) => [query]],
    ['another transaction', (query) => [success(query, { transaction: Buffer.alloc(12, 7) })]],
    ['an error response', (query) => [success(query, { type: 0x0111 })]],
    ['no address', (query) => [success(query, { attributes: Buffer.alloc(0) })]],
    [
      'an attribute longer than the message',
      (query) => [success(query, { attributes: Buffer.from('0020ffff0001', 'hex') })],
    ],
    ['an unknown family', (query) => [success(query, { attributes: Buffer.from('002000080009bda2ea12d50f', 'hex') })]],
    ['half of it', (query) => [success(query).subarray(0, 24)]],
  ])('%s is not the answer', async (_what, answers) => {
    const { seen } = await asked('stun', answers);
    expect(seen).toMatchObject({ mapped: null, rttMs: null, failure: { code: 'generic_timeout_error' } });
  });

  it('the true answer after forged ones', async () => {
    const { seen } = await asked('stun', (query) => [
      success(query, { transaction: Buffer.alloc(12) }),
      success(query),
    ]);
    expect(seen).toMatchObject({ mapped: { address: '203.0.113.77' } });
  });
});

describe('quic', () => {
  it('reads the offered versions', async () => {
    const { seen, received } = await asked('quic', (query) => [versions(query)]);
    expect(seen).toMatchObject({ failure: null, versions: ['0x00000001', '0x6b3343cf'] });
    // RFC 9000 section 14.1: less than 1200 bytes would be ignored.
    expect(received[0]).toHaveLength(1_200);
  });

  it.each<[string, Answers]>([
    ['garbage', () => [Buffer.from('garbage'), Buffer.alloc(0), Buffer.alloc(1_400, 0xff)]],
    ['its own question', (query) => [query]],
    ['ids of somebody else', () => [versions(Buffer.alloc(1_200, 3))]],
    ['half of it', (query) => [versions(query).subarray(0, 20)]],
    ['a DTLS record', () => [Buffer.from('15fefd00000000000000000002022800', 'hex')]],
  ])('%s is not the answer', async (_what, answers) => {
    const { seen } = await asked('quic', answers);
    expect(seen).toMatchObject({ versions: [], failure: { code: 'generic_timeout_error' } });
  });
});

describe('nobody there', () => {
  it('silent: repeated on fresh ports until the signal', async () => {
    const { seen, received } = await asked('stun', () => [], 900);
    expect(seen).toMatchObject({ attempts: 3, failure: { code: 'generic_timeout_error' } });
    expect(received).toHaveLength(3);
  });

  it('refused', async () => {
    const closed = kept(await startClosed());
    const seen = await releasing(() => quic({ kind: 'quic', ...closed.udp }, contextOf(), AbortSignal.timeout(2_000)));
    expect(seen).toMatchObject({ attempts: 2, failure: { code: 'connection_refused' } });
    expect(seen.durationMs).toBeLessThan(1_000);
  });

  it('a signal that has already ended', async () => {
    const { endpoint } = kept(await startSilentUdp());
    const seen = await releasing(() => stun({ kind: 'stun', ...endpoint }, contextOf(), AbortSignal.abort()));
    expect(seen).toMatchObject({ attempts: 0, failure: { code: 'generic_timeout_error' } });
  });
});
