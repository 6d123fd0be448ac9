import { describe, expect, it } from 'vitest';
import {
  CONTENT,
  encodeHandshake,
  encodeRecord,
  encodeUserCanceled,
  HANDSHAKE,
  parseAlert,
  parseHandshake,
  parseRecords,
  VERSION,
} from '../../src/parse/dtls-record.ts';

const hello = encodeHandshake(HANDSHAKE.clientHello, 1, Buffer.from('abc'));

describe('records', () => {
  it('come back as they were written', () => {
    const datagram = Buffer.concat([
      encodeRecord(CONTENT.handshake, VERSION.dtls10, 0xfffffffffffe, hello),
      encodeUserCanceled(3),
    ]);
    const { records, clean } = parseRecords(datagram);
    expect(clean).toBe(true);
    expect(records.map(({ type, version, epoch, sequence }) => ({ type, version, epoch, sequence }))).toEqual([
      { type: 22, version: 0xfeff, epoch: 0, sequence: 0xfffffffffffe },
      { type: 21, version: 0xfefd, epoch: 0, sequence: 3 },
    ]);
    expect(parseAlert(records[1]?.fragment ?? Buffer.alloc(0))).toEqual({ level: 2, description: 90 });
  });

  it('ends at the first thing that is not a record and keeps what came before', () => {
    const good = encodeUserCanceled(1);
    expect(parseRecords(Buffer.concat([good, Buffer.from('STUN or so')]))).toMatchObject({
      clean: false,
      records: [{ type: 21 }],
    });
  });

  it.each([
    ['empty', ''],
    ['one byte', '16'],
    ['a header that ends early', '16feff0000000000'],
    ['a length beyond the datagram', '16feff000000000000000000ff01'],
    ['TLS, not DTLS', '160301000000000000000000020102'],
    ['a STUN answer', '0101000c2112a442000000000000000000000000'],
  ])('%s holds none', (_name, hex) => {
    expect(parseRecords(Buffer.from(hex, 'hex')).records).toEqual([]);
  });

  it('are not read without end', () => {
    const one = encodeRecord(CONTENT.alert, VERSION.dtls12, 0, Buffer.alloc(0));
    expect(parseRecords(Buffer.concat(Array.from({ length: 4000 }, () => one))).records.length).toBe(64);
  });
});

describe('handshake fragments', () => {
  it('come back as they were written, several in a record', () => {
    const second = encodeHandshake(HANDSHAKE.serverHelloDone, 2, Buffer.alloc(0));
    expect(parseHandshake(Buffer.concat([hello, second]))).toMatchObject([
      { type: 1, messageSeq: 1, lengthBytes: 3, offset: 0 },
      { type: 14, messageSeq: 2, lengthBytes: 0, offset: 0 },
    ]);
  });

  it.each([
    ['a part beyond the message', '0b0000050001000004000002aabb'],
    ['a part beyond the record', '0b0000ff00010000000000ffaabb'],
    ['a message of 16 MiB', '0bffffff0001000000000002aabb'],
    ['a header that ends early', '0b0000'],
  ])('%s is refused', (_name, hex) => {
    expect(parseHandshake(Buffer.from(hex, 'hex'))).toEqual([]);
  });
});

it('an alert has two bytes and a known level', () => {
  expect(parseAlert(Buffer.from([2, 40]))).toEqual({ level: 2, description: 40 });
  expect(parseAlert(Buffer.from([3, 40]))).toBeNull();
  expect(parseAlert(Buffer.from([2, 40, 0]))).toBeNull();
  expect(parseAlert(Buffer.alloc(0))).toBeNull();
});
