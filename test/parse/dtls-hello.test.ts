import { describe, expect, it } from 'vitest';
import { helloDatagram } from '../../src/parse/dtls-hello.ts';
import { parseRecords } from '../../src/parse/dtls-record.ts';
import { readHello } from '../support/dtls-server-bytes.ts';

const random = Buffer.alloc(32, 5);
const none = Buffer.alloc(0);
const full = { host: 'gateway-1.example', random, variant: 'full' } as const;

describe('a hello', () => {
  it('is one small datagram of record version feff with everything that servers ask for', () => {
    const datagram = helloDatagram({ ...full, host: 'gw.acme.example' }, none, 0, 0);
    expect(datagram.length).toBe(192);
    expect(parseRecords(datagram)).toMatchObject({
      clean: true,
      records: [{ type: 22, version: 0xfeff, epoch: 0, sequence: 0 }],
    });
    const hello = readHello(datagram);
    expect(hello).toMatchObject({ random, cookie: none, messageSeq: 0 });
    expect(hello?.suites.slice(0, 4)).toEqual([0xc02b, 0xc02c, 0xcca9, 0xc02f]);
    // Static RSA comes last: it proves nothing.
    expect(hello?.suites.slice(-5)).toEqual([0x9c, 0x9d, 0x3c, 0x2f, 0x35]);
    expect([...(hello?.extensions.keys() ?? [])]).toEqual([0, 23, 0xff01, 10, 11, 13]);
    expect(hello?.extensions.get(0)?.subarray(5).toString()).toBe('gw.acme.example');
  });

  it('carries the cookie and a new record sequence, and nothing else changes', () => {
    const first = readHello(helloDatagram(full, none, 0, 0));
    const second = readHello(helloDatagram(full, Buffer.from('cookie'), 1, 7));
    expect(second).toMatchObject({ cookie: Buffer.from('cookie'), messageSeq: 1, recordSequence: 7, random });
    expect(second?.suites).toEqual(first?.suites);
    expect(second?.extensions).toEqual(first?.extensions);
  });

  it.each(['192.0.2.10', '2001:db8::1', '', 'x'.repeat(300)])('sends no server name for %j', (host) => {
    const hello = readHello(helloDatagram({ ...full, host }, none, 0, 0));
    expect(hello?.extensions.has(0)).toBe(false);
  });

  it('strips the trailing dot of an absolute name', () => {
    expect(
      readHello(helloDatagram({ ...full, host: 'a.example.' }, none, 0, 0))
        ?.extensions.get(0)
        ?.subarray(5)
        .toString(),
    ).toBe('a.example');
  });

  it('offers only a suite that nobody has, for the small alert', () => {
    expect(readHello(helloDatagram({ ...full, variant: 'smallAlert' }, none, 0, 0))?.suites).toEqual([0xfafa]);
  });

  it('asks for fragments of 512 bytes, for the size control', () => {
    expect(readHello(helloDatagram({ ...full, variant: 'smallFragments' }, none, 0, 0))?.extensions.get(1)).toEqual(
      Buffer.from([1]),
    );
  });
});
