import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addFragment, hasBegun, missingOf, newReassembly, wholeMessage } from '../../src/parse/dtls-reassembly.ts';
import { HANDSHAKE, type HandshakeFragment } from '../../src/parse/dtls-record.ts';

const text = Buffer.from('The quick brown fox jumps over the lazy dog.');

function part(start: number, end: number, messageSeq = 2): HandshakeFragment {
  return {
    type: HANDSHAKE.certificate,
    messageSeq,
    lengthBytes: text.length,
    offset: start,
    body: text.subarray(start, end),
  };
}

describe('reassembly', () => {
  it('merges parts that come twice, overlap, or out of order', () => {
    const reassembly = newReassembly();
    for (const fragment of [part(30, 44), part(0, 10), part(5, 20), part(0, 10), part(15, 35)]) {
      expect(addFragment(reassembly, fragment)).toBe(true);
    }
    expect(wholeMessage(reassembly, HANDSHAKE.certificate)?.toString()).toBe(text.toString());
    expect(missingOf(reassembly)).toEqual([]);
  });

  it('says which bytes are missing', () => {
    const reassembly = newReassembly();
    addFragment(reassembly, part(40, 44));
    addFragment(reassembly, part(10, 20));
    expect(wholeMessage(reassembly, HANDSHAKE.certificate)).toBeNull();
    expect(hasBegun(reassembly, HANDSHAKE.certificate)).toBe(true);
    expect(missingOf(reassembly)).toEqual([
      { type: 11, lengthBytes: 44, start: 0, end: 10 },
      { type: 11, lengthBytes: 44, start: 20, end: 40 },
    ]);
  });

  it('keeps the bytes that came first', () => {
    const reassembly = newReassembly();
    addFragment(reassembly, part(0, 44));
    addFragment(reassembly, { ...part(0, 44), body: Buffer.alloc(44) });
    expect(wholeMessage(reassembly, HANDSHAKE.certificate)).toEqual(text);
  });

  it('refuses a part that contradicts the others, and a ninth message', () => {
    const reassembly = newReassembly();
    addFragment(reassembly, part(0, 10));
    expect(addFragment(reassembly, { ...part(10, 20), lengthBytes: 45 })).toBe(false);
    expect(addFragment(reassembly, { ...part(10, 20), type: HANDSHAKE.serverKeyExchange })).toBe(false);
    for (let seq = 10; seq < 17; seq++) expect(addFragment(reassembly, part(0, 1, seq))).toBe(true);
    expect(addFragment(reassembly, part(0, 1, 17))).toBe(false);
  });

  it('takes an empty message', () => {
    const reassembly = newReassembly();
    const done = { type: HANDSHAKE.serverHelloDone, messageSeq: 5, lengthBytes: 0, offset: 0, body: Buffer.alloc(0) };
    addFragment(reassembly, done);
    expect(wholeMessage(reassembly, HANDSHAKE.serverHelloDone)).toEqual(Buffer.alloc(0));
  });

  it('gives the same message whatever the order and the cuts', () => {
    const range = fc.tuple(fc.nat(44), fc.nat(44)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
    fc.assert(
      fc.property(fc.array(range, { maxLength: 30 }), (ranges) => {
        const reassembly = newReassembly();
        const covered = new Set<number>();
        for (const [start, end] of ranges) {
          addFragment(reassembly, part(start, end));
          for (let at = start; at < end; at++) covered.add(at);
        }
        const missing = missingOf(reassembly).reduce((sum, { start, end }) => sum + end - start, 0);
        if (ranges.length > 0) expect(missing).toBe(44 - covered.size);
        const whole = wholeMessage(reassembly, HANDSHAKE.certificate);
        expect(whole).toEqual(covered.size === 44 ? text : null);
      }),
    );
  });
});
