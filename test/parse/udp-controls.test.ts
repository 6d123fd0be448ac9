// STUN and QUIC datagrams: ours, and whatever comes back.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { offeredVersions, versionProbe } from '../../src/parse/quic.ts';
import { bindingRequest, mappedAddress } from '../../src/parse/stun.ts';

const transaction = Buffer.from('b7e7a701bc34d686fa87dfae', 'hex');

describe('STUN', () => {
  it('asks with 20 bytes', () => {
    expect(bindingRequest(transaction).toString('hex')).toBe('000100002112a442b7e7a701bc34d686fa87dfae');
  });

  it('reads the sample responses of RFC 5769, sections 2.2 and 2.3', () => {
    const four =
      '0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96';
    const six =
      '010100482112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d900080014a382954e4be67bf11784c97c8292c275bfe3ed4180280004c8fb0b4c';
    expect(mappedAddress(Buffer.from(four, 'hex'), transaction)).toEqual({ address: '192.0.2.1', port: 32_853 });
    expect(mappedAddress(Buffer.from(six, 'hex'), transaction)).toEqual({
      address: '2001:db8:1234:5678:11:2233:4455:6677',
      port: 32_853,
    });
  });

  it('takes the plain address of an old server, and the masked one where both are', () => {
    const head = '01010000';
    const rest = `2112a442${transaction.toString('hex')}`;
    const plain = '00010008000100507f000001';
    const masked = '002000080001a147e112a643';
    const message = (attributes: string) => {
      const bytes = Buffer.from(`${head}${rest}${attributes}`, 'hex');
      bytes.writeUInt16BE(bytes.length - 20, 2);
      return bytes;
    };
    expect(mappedAddress(message(plain), transaction)).toEqual({ address: '127.0.0.1', port: 80 });
    expect(mappedAddress(message(plain + masked), transaction)?.address).toBe('192.0.2.1');
  });

  it('never throws on anything', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (tail) => {
        mappedAddress(Buffer.from(tail), transaction);
        const head = Buffer.from(`0101${tail.length.toString(16).padStart(4, '0')}2112a442`, 'hex');
        const read = mappedAddress(Buffer.concat([head, transaction, Buffer.from(tail)]), transaction);
        if (read) expect(read.port).toBeLessThan(65_536);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('QUIC version negotiation', () => {
  const [ours, theirs] = [Buffer.alloc(8, 1), Buffer.alloc(8, 2)];

  it('asks with 1200 bytes and a version that nobody speaks', () => {
    const packet = versionProbe(ours, theirs);
    expect(packet).toHaveLength(1_200);
    expect(packet.subarray(0, 5).toString('hex')).toBe('c01a2a3a4a');
  });

  it('reads at most 16 versions', () => {
    const answer = Buffer.concat([
      Buffer.from([0x80, 0, 0, 0, 0, 8]),
      theirs,
      Buffer.from([8]),
      ours,
      Buffer.alloc(4_000, 1),
    ]);
    expect(offeredVersions(answer, ours, theirs)).toHaveLength(16);
    expect(offeredVersions(answer.subarray(0, 23), ours, theirs)).toEqual([]);
    expect(offeredVersions(answer.subarray(0, 22), ours, theirs)).toBeNull();
    expect(offeredVersions(answer, theirs, ours)).toBeNull();
  });

  it('never throws on anything', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => void offeredVersions(Buffer.from(bytes), ours, theirs)),
    );
  });
});
