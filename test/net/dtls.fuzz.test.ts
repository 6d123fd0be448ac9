// A hostile server can say anything: the parsers and the machine never throw, never loop, never keep more than their bounds.

import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DTLS_OUTCOMES } from '../../src/model/observation.ts';
import { firstFlight } from '../../src/net/dtls-machine.ts';
import { sameTuple } from '../../src/net/dtls-same-tuple.ts';
import type { Machine, MachineEvent } from '../../src/net/dtls-seen.ts';
import { parseKeyExchange } from '../../src/parse/dtls-key-exchange.ts';
import { parseCertificates, parseHelloVerify, parseServerHello } from '../../src/parse/dtls-messages.ts';
import { addFragment, newReassembly } from '../../src/parse/dtls-reassembly.ts';
import { parseAlert, parseHandshake, parseRecords } from '../../src/parse/dtls-record.ts';
import { outcomeOf } from '../../src/probes/dtls-outcome.ts';
import { alert, datagramsOf, flightMessages, helloVerify } from '../support/dtls-server-bytes.ts';

const RUNS = 2000;
const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const flight = flightMessages({
  clientRandom: Buffer.alloc(32, 1),
  chain: [Buffer.alloc(700, 1)],
  key,
  requestCertificate: true,
});
const honest = [
  helloVerify(Buffer.from('cookie')),
  helloVerify(Buffer.from('another')),
  alert(2, 40),
  alert(1, 0),
  ...datagramsOf(flight, 228),
  ...datagramsOf(flight, 1200),
];

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
/** An honest datagram with some bytes bent, cut short, or with another one behind it. */
const bent = fc
  .tuple(
    fc.constantFrom(...honest),
    fc.array(fc.tuple(fc.nat(1500), fc.nat(255)), { maxLength: 4 }),
    fc.nat(1500),
    fc.constantFrom(...honest),
  )
  .map(([datagram, changes, cut, tail]) => {
    const copy = Buffer.concat([datagram, cut % 3 === 0 ? tail : Buffer.alloc(0)]);
    for (const [at, value] of changes) copy[at % copy.length] = value;
    return cut % 5 === 0 ? copy.subarray(0, cut % copy.length) : copy;
  });
/** A record that looks right and claims anything in its handshake header. */
const claimed = fc
  .tuple(fc.nat(25), fc.nat(0xffffff), fc.nat(20), fc.nat(0xffffff), fc.nat(0xffffff), bytes)
  .map(([type, length, seq, offset, part, body]) => {
    const datagram = Buffer.concat([Buffer.from('16fefd0000000000000001', 'hex'), Buffer.alloc(14), body]);
    datagram.writeUInt16BE(12 + body.length, 11);
    datagram.writeUInt8(type, 13);
    datagram.writeUIntBE(length, 14, 3);
    datagram.writeUInt16BE(seq, 17);
    datagram.writeUIntBE(offset, 19, 3);
    datagram.writeUIntBE(part, 22, 3);
    return datagram;
  });
const hostile = fc.oneof(bytes, bent, bent, claimed, fc.constantFrom(...honest));
const code = fc.constantFrom('ECONNREFUSED', 'EHOSTUNREACH', 'EPERM', 'EACCES', 'EMSGSIZE', 'ENOBUFS', 'UNKNOWN');
const event = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('datagram' as const), flow: fc.nat(3), data: hostile }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'tick' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('sent' as const), flow: fc.nat(3) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('error' as const),
      flow: fc.nat(3),
      operation: fc.constantFrom('connect', 'send', 'receive'),
      code,
    }),
  },
);

it(`parsers take any bytes, ${RUNS} runs`, () => {
  fc.assert(
    fc.property(fc.oneof(bytes, bent, claimed), (data) => {
      for (const record of parseRecords(data).records) parseHandshake(record.fragment);
      parseHandshake(data);
      parseAlert(data);
      parseServerHello(data);
      parseHelloVerify(data);
      parseCertificates(data);
      for (const exchange of ['ecdhe', 'dhe', 'rsa', 'unknown'] as const) {
        for (const version of [0xfefd, 0xfeff]) parseKeyExchange(data, exchange, version);
      }
    }),
    { numRuns: RUNS },
  );
});

function survives(make: () => Machine, variant: 'full' | 'sameTuple', mostSent: number) {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(900), event), { maxLength: 60 }), (script) => {
      const machine = make();
      let sent = 0;
      let done = 0;
      let wishMs = Number.POSITIVE_INFINITY;
      let atMs = 0;
      const feed = (next: MachineEvent) => {
        for (const action of machine.handle(next)) {
          if (action.kind === 'send') sent += 1;
          if (action.kind === 'done') done += 1;
          if (action.kind === 'wake') wishMs = action.atMs;
        }
      };
      feed({ kind: 'start', atMs });
      for (const [afterMs, next] of script) {
        atMs += afterMs;
        feed({ ...next, atMs } as MachineEvent);
      }
      // Left alone, it comes to its end by the wishes that it made itself.
      for (let i = 0; i < 50 && !machine.seen.ended; i++) {
        expect(wishMs).toBeLessThan(Number.POSITIVE_INFINITY);
        atMs = Math.max(atMs, wishMs);
        feed({ kind: 'tick', atMs });
      }
      expect(machine.seen.ended).not.toBeNull();
      expect(done).toBe(1);
      expect(sent).toBeLessThanOrEqual(mostSent);
      expect(machine.seen.received.datagrams).toBeLessThanOrEqual(200);
      expect(machine.seen.errors.length).toBeLessThanOrEqual(16);
      expect(machine.seen.missing.length).toBeLessThanOrEqual(17);
      const { outcome } = outcomeOf(machine.seen, variant, { certificate: null, keyProven: null });
      expect(DTLS_OUTCOMES).toContain(outcome);
    }),
    { numRuns: RUNS },
  );
}

it(`the first flight comes to its one end whatever happens, ${RUNS} runs`, () => {
  const randoms = [1, 2, 3].map((byte) => Buffer.alloc(32, byte));
  const plan = {
    host: 'gw.example',
    variant: 'full',
    randoms,
    rttMs: null,
    silenceMs: 2500,
    flightMs: 9500,
    limitMs: 12_000,
  } as const;
  // Three plain hellos, five cookies, five repetitions, three that ICMP ate.
  survives(() => firstFlight(plan), 'full', 16);
}, 60_000);

it(`so do the three hellos on one socket, ${RUNS} runs`, () => {
  survives(() => sameTuple({ host: 'gw.example', random: Buffer.alloc(32), rttMs: null }), 'sameTuple', 3);
}, 60_000);

it('a flood of claims is cut off, and what is kept follows what came, not what was claimed', () => {
  const reassembly = newReassembly();
  let receivedBytes = 0;
  for (let i = 0; i < 20_000; i++) {
    // One byte of a message that claims 128 KiB.
    const body = Buffer.alloc(1);
    addFragment(reassembly, { type: 11, messageSeq: i & 15, lengthBytes: 131_072, offset: (i * 7) & 0x1ffff, body });
    receivedBytes += body.length;
  }
  const kept = [...reassembly.messages.values()].flatMap((message) => message.pieces);
  expect(reassembly.messages.size).toBe(8);
  expect(kept.length).toBeLessThanOrEqual(8 * 1024);
  expect(kept.reduce((sum, piece) => sum + piece.bytes.length, 0)).toBeLessThanOrEqual(receivedBytes);
});
