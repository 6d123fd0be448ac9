import { isIPv4, isIPv6 } from 'node:net';
import packet from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeReply, encodeQuery, replyId } from '../../src/net/dns-message.ts';
import { compressionLoop, replyTo } from '../support/dns-bytes.ts';

const query = encodeQuery(7, 'acme.goskope.com.', 'A');
const full = replyTo(query, {
  answers: [
    { type: 'CNAME', name: 'acme.goskope.com', ttl: 60, class: 'IN', data: 'a.edge.example' },
    { type: 'A', name: 'a.edge.example', ttl: 30, class: 'IN', data: '198.51.100.10' },
    { type: 'AAAA', name: 'a.edge.example', ttl: 30, class: 'IN', data: '2001:db8::10' },
    { type: 'TXT', name: 'a.edge.example', ttl: 30, class: 'IN', data: ['\u001b[31mred', 'x'.repeat(250)] },
  ],
});

describe('encodeQuery', () => {
  it('asks recursively, with EDNS for 1232 bytes', () => {
    const asked = packet.decode(query);
    expect(asked).toMatchObject({ type: 'query', id: 7, flag_rd: true });
    expect(asked.questions).toMatchObject([{ name: 'acme.goskope.com', type: 'A' }]);
    expect(asked.additionals).toMatchObject([{ type: 'OPT', udpPayloadSize: 1232 }]);
    expect(replyId(query)).toBe(7);
  });

  it('can ask for the root', () => {
    expect(packet.decode(encodeQuery(1, '.', 'NS')).questions?.[0]?.type).toBe('NS');
  });
});

describe('decodeReply', () => {
  it('reads a chain, in lower case and with trailing dots', () => {
    const answers = decodeReply(full)?.answers;
    expect(answers?.slice(0, 3).map((one) => [one.name, one.type, one.data])).toEqual([
      ['acme.goskope.com.', 'CNAME', 'a.edge.example.'],
      ['a.edge.example.', 'A', '198.51.100.10'],
      ['a.edge.example.', 'AAAA', '2001:db8::10'],
    ]);
    expect(answers?.[3]?.data).toMatch(/^\\027\[31mred x+$/);
    expect(answers?.[3]?.data.length).toBeLessThanOrEqual(260);
  });

  it('is null for what is no reply', () => {
    for (const bytes of [
      Buffer.alloc(0),
      Buffer.alloc(11),
      query,
      Buffer.from('HTTP/1.1 200 OK'),
      compressionLoop(query),
    ])
      expect(decodeReply(bytes)).toBeNull();
    expect(replyId(Buffer.alloc(11))).toBeNull();
  });

  it('an address record that is too short spoils the message', () => {
    const short = replyTo(query, {
      answers: [{ type: 'A', name: 'acme.goskope.com', ttl: 3, class: 'IN', data: '1.2.3.4' }],
    });
    for (const cut of [1, 2, 3]) expect(decodeReply(short.subarray(0, -cut))).toBeNull();
  });

  it('keeps 64 records at most', () => {
    const answers = Array.from({ length: 300 }, (_one, at) => ({
      type: 'A' as const,
      name: 'a.b',
      ttl: 1,
      data: `10.0.${at >> 8}.${at & 255}`,
    }));
    expect(decodeReply(replyTo(query, { answers }))?.answers).toHaveLength(64);
  });

  // Any bytes, and a good reply with some of its bytes changed or cut off.
  const damaged = fc
    .record({
      cut: fc.nat(full.length),
      changes: fc.array(fc.tuple(fc.nat(full.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
    })
    .map(({ cut, changes }) => {
      const bytes = Buffer.from(full);
      for (const [at, value] of changes) bytes[at] = value;
      return bytes.subarray(0, full.length - cut);
    });
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes)),
    damaged,
  );

  it('never throws, is bounded, and an address is an address', () => {
    fc.assert(
      fc.property(anything, (bytes) => {
        const answer = decodeReply(bytes);
        if (!answer) return;
        for (const one of [...answer.answers, ...answer.authority]) {
          expect(one.data.length).toBeLessThanOrEqual(1_100);
          expect(`${one.name}${one.data}`).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
          if (one.type === 'A') expect(isIPv4(one.data)).toBe(true);
          if (one.type === 'AAAA') expect(isIPv6(one.data)).toBe(true);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
