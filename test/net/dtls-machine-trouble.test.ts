// The first flight with scripted events: servers that refuse, loop or babble, and errors of the network.

import { describe, expect, it } from 'vitest';
import { VERSION } from '../../src/parse/dtls-record.ts';
import { cookie, flight, play } from '../support/dtls-play.ts';
import { alert, datagramsOf, helloVerify, messageRecord, serverHelloBody } from '../support/dtls-server-bytes.ts';

describe('cookies', () => {
  it('the same again is ignored; another one is taken up', () => {
    const run = play();
    run.get(0, 20, helloVerify(cookie), helloVerify(cookie));
    expect(run.sent.length).toBe(2);
    run.get(0, 40, helloVerify(Buffer.from('second')));
    expect(run.hello(2)).toMatchObject({ cookie: Buffer.from('second'), messageSeq: 1, recordSequence: 2 });
    run.get(0, 60, ...datagramsOf(flight, 1200));
    expect(run.seen.ended).toBe('complete');
  });

  it('without end are a loop', () => {
    const run = play();
    for (let i = 0; i < 9; i++) run.get(0, 20 * i, helloVerify(Buffer.from(`cookie ${i % 2}`)));
    expect(run.seen.ended).toBe('cookie-loop');
    expect(run.sent.length).toBe(6);
  });
});

describe('alerts', () => {
  it('after the cookie end it at once, without a farewell', () => {
    const run = play({ variant: 'smallAlert' });
    run.get(0, 20, helloVerify(cookie));
    expect(run.hello(1)?.suites).toEqual([0xfafa]);
    run.get(0, 40, alert(2, 40));
    expect(run.seen).toMatchObject({
      ended: 'alert',
      alertAfterCookie: true,
      alert: { level: 'fatal', description: 'handshake_failure', recordVersion: 'fefd' },
    });
    expect(run.farewells).toEqual([]);
  });

  it('before the cookie are believed when nothing better follows', () => {
    const run = play();
    run.get(0, 20, alert(2, 71, VERSION.dtls10));
    expect(run.seen.ended).toBeNull();
    run.wait(120);
    expect(run.seen).toMatchObject({ ended: 'alert', rttMs: 20, alert: { description: 'insufficient_security' } });
    expect(run.sent.length).toBe(1);
  });

  it('that overtook the real answer are forgotten', () => {
    const run = play();
    run.get(0, 5, alert(2, 40));
    run.get(0, 20, helloVerify(cookie), ...datagramsOf(flight, 1200));
    expect(run.seen).toMatchObject({ ended: 'complete', alert: null });
  });

  it('close_notify is a refusal, other warnings are noted and waited over', () => {
    const refused = play();
    refused.get(0, 20, alert(1, 0));
    refused.wait(2000);
    expect(refused.seen).toMatchObject({ ended: 'alert', alert: { level: 'warning', description: 'close_notify' } });
    const warned = play();
    warned.get(0, 20, alert(1, 112), helloVerify(cookie), ...datagramsOf(flight, 1200));
    expect(warned.seen).toMatchObject({ ended: 'complete', alert: { description: 'unrecognized_name' } });
  });
});

describe('DTLS 1.3', () => {
  it('is known by the selected version', () => {
    const run = play();
    const body = serverHelloBody(Buffer.alloc(32, 4), 0x1301, Buffer.from('002b0002fefc', 'hex'));
    run.get(0, 20, messageRecord({ type: 2, messageSeq: 0, body }, 0));
    expect(run.seen).toMatchObject({ ended: 'dtls13', serverHello: { dtls13: true } });
  });
});

describe('errors', () => {
  it('one refusal is asked again on a fresh socket; the second is believed', () => {
    const run = play();
    run.error(0, 2, 'receive', 'ECONNREFUSED');
    expect(run.seen.ended).toBeNull();
    run.wait(102);
    expect(run.sent.map(({ flow, atMs }) => [flow, atMs])).toEqual([
      [0, 0],
      [1, 102],
    ]);
    run.error(1, 104, 'receive', 'ECONNREFUSED');
    expect(run.seen).toMatchObject({ ended: 'errors', errors: [{ kind: 'refused' }, { kind: 'refused' }] });
  });

  it('a refusal by ICMP counts less than anything of DTLS', () => {
    const run = play();
    run.error(0, 2, 'receive', 'ECONNREFUSED');
    run.wait(102);
    run.get(1, 110, helloVerify(cookie));
    run.error(1, 112, 'receive', 'ECONNREFUSED');
    run.error(0, 113, 'receive', 'ECONNREFUSED');
    run.get(1, 120, ...datagramsOf(flight, 1200));
    expect(run.seen.ended).toBe('complete');
  });

  it('a pending ICMP error that ate a hello has it sent again', () => {
    const run = play();
    run.get(0, 20, helloVerify(cookie));
    run.error(0, 21, 'send', 'ECONNREFUSED');
    expect(run.sent.length).toBe(3);
    expect(run.hello(2)).toMatchObject({ messageSeq: 1, recordSequence: 2 });
    for (let i = 0; i < 10; i++) run.error(0, 22, 'send', 'ECONNREFUSED');
    expect(run.sent.length).toBe(5);
  });

  it.each([
    ['connect', 'ENETUNREACH', 'local-no-route', 1],
    ['connect', 'EINVAL', 'local-no-route', 1],
    ['connect', 'EPERM', 'local-denied', 2],
    ['send', 'EPERM', 'local-denied', 2],
    ['receive', 'EHOSTUNREACH', 'prohibited', 2],
    ['receive', 'EACCES', 'prohibited', 2],
    ['receive', 'ENOPROTOOPT', 'refused', 2],
  ] as const)('%s %s is %s, believed after %i', (operation, code, kind, times) => {
    const run = play();
    for (let i = 0; i < times; i++) {
      expect(run.seen.ended).toBeNull();
      run.error(i, 200 * i, operation, code);
      run.wait(200 * i + 150);
    }
    expect(run.seen.ended).toBe('errors');
    expect(run.seen.errors.map((error) => error.kind)).toEqual(Array.from({ length: times }, () => kind));
  });

  it('EMSGSIZE is noted and changes nothing', () => {
    const run = play();
    run.error(0, 5, 'receive', 'EMSGSIZE');
    run.error(0, 6, 'receive', 'EMSGSIZE');
    expect(run.seen).toMatchObject({ ended: null, errors: [{ kind: 'other' }, { kind: 'other' }] });
  });
});

describe('junk', () => {
  it('is counted, shown by its first bytes, and waited over', () => {
    const run = play();
    run.get(0, 20, Buffer.from('0101000c2112a4420000000000000000000000000020', 'hex'));
    run.wait(10_000);
    expect(run.seen).toMatchObject({
      ended: 'deadline',
      foreignBytes: '0101000c2112a4420000000000000000',
      received: { datagrams: 1, largestBytes: 22 },
    });
  });

  it('without end is not looked at for ever', () => {
    const run = play();
    for (let i = 0; i < 5000; i++) run.get(0, 20, Buffer.alloc(1400, i));
    expect(run.seen.received.datagrams).toBe(200);
  });

  it('after the end does nothing', () => {
    const run = play();
    run.abort(10);
    run.get(0, 20, helloVerify(cookie));
    run.wait(5000);
    expect(run.seen).toMatchObject({ ended: 'aborted', hellos: 1, received: { datagrams: 0 } });
  });
});

it('a control ends in time although a HelloVerifyRequest came late', () => {
  const run = play({ silenceMs: 1900, flightMs: 1900, limitMs: 1900 });
  run.wait(1500);
  run.get(2, 1500, helloVerify(cookie));
  run.wait(1899);
  expect(run.seen.ended).toBeNull();
  run.wait(1900);
  expect(run.seen.ended).toBe('deadline');
});
