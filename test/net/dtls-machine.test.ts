// The first flight with scripted events: no socket, no clock.

import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type FirstFlightPlan, firstFlight, freshSocketTimes, retransmitTimes } from '../../src/net/dtls-machine.ts';
import type { MachineAction } from '../../src/net/dtls-seen.ts';
import { VERSION } from '../../src/parse/dtls-record.ts';
import {
  alert,
  datagramsOf,
  flightMessages,
  helloVerify,
  messageRecord,
  readAlert,
  readHello,
  serverHelloBody,
} from '../support/dtls-server-bytes.ts';

const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const cookie = Buffer.from('a cookie of 20 bytes');
const randoms = [1, 2, 3].map((byte) => Buffer.alloc(32, byte));
const flight = flightMessages({
  clientRandom: Buffer.alloc(32, 1),
  chain: [Buffer.alloc(800, 1), Buffer.alloc(700, 2)],
  key,
});

/** Plays the adapter: keeps what was sent and when the machine wants to be woken. */
function play(changes: Partial<FirstFlightPlan> = {}) {
  const plan = {
    host: 'gw.example',
    variant: 'full',
    randoms,
    rttMs: null,
    silenceMs: 2500,
    flightMs: 9500,
    limitMs: 12_000,
  } as const;
  const machine = firstFlight({ ...plan, ...changes });
  const sent: { atMs: number; flow: number; data: Buffer }[] = [];
  const farewells: { flow: number; alert: readonly number[] | null }[] = [];
  let wakeMs = Number.POSITIVE_INFINITY;
  const take = (atMs: number, actions: readonly MachineAction[]) => {
    for (const action of actions) {
      if (action.kind === 'wake') wakeMs = action.atMs;
      else if (action.kind === 'send') {
        sent.push({ atMs, flow: action.flow, data: action.data });
        take(atMs, machine.handle({ kind: 'sent', flow: action.flow, atMs }));
      } else farewells.push(...action.farewells.map(({ flow, data }) => ({ flow, alert: readAlert(data) })));
    }
  };
  take(0, machine.handle({ kind: 'start', atMs: 0 }));
  return {
    seen: machine.seen,
    sent,
    farewells,
    hello: (i: number) => readHello(sent[i]?.data ?? Buffer.alloc(0)),
    get: (flow: number, atMs: number, ...datagrams: Buffer[]) => {
      for (const data of datagrams) take(atMs, machine.handle({ kind: 'datagram', flow, atMs, data }));
    },
    error: (flow: number, atMs: number, operation: 'connect' | 'send' | 'receive', code: string) =>
      take(atMs, machine.handle({ kind: 'error', flow, atMs, operation, code })),
    abort: (atMs: number) => take(atMs, machine.handle({ kind: 'abort', atMs })),
    /** Lets time pass, with a tick whenever the machine asked for one. */
    wait: (untilMs: number) => {
      while (wakeMs <= untilMs && !machine.seen.ended) {
        const atMs = wakeMs;
        wakeMs = Number.POSITIVE_INFINITY;
        take(atMs, machine.handle({ kind: 'tick', atMs }));
      }
    },
  };
}

describe('a healthy server', () => {
  it('hello, cookie, flight, then a fatal user_canceled', () => {
    const run = play();
    run.get(0, 20, helloVerify(cookie));
    expect(run.hello(0)).toMatchObject({ cookie: Buffer.alloc(0), messageSeq: 0, recordSequence: 0 });
    expect(run.hello(1)).toMatchObject({ cookie, messageSeq: 1, recordSequence: 1, random: randoms[0] });
    run.get(0, 40, ...datagramsOf(flight, 228));
    expect(run.seen).toMatchObject({
      ended: 'complete',
      hellos: 2,
      datagramsSent: 3,
      sockets: 1,
      rttMs: 20,
      flightMs: 20,
      helloVerify: { cookieBytes: 20, recordVersion: 'feff' },
      missing: [],
      alert: null,
      clientCertificateRequested: false,
    });
    expect(run.seen.chain?.map((der) => der.length)).toEqual([800, 700]);
    expect(run.farewells).toEqual([{ flow: 0, alert: [2, 90] }]);
  });

  it('takes the flight in any order, cut anew on repetition', () => {
    const run = play();
    run.get(0, 20, helloVerify(cookie));
    run.get(
      0,
      40,
      ...datagramsOf(flight, 228)
        .reverse()
        .filter((_, i) => i % 3 !== 0),
    );
    expect(run.seen.ended).toBeNull();
    run.get(0, 1060, ...datagramsOf(flight, 548));
    expect(run.seen.ended).toBe('complete');
  });

  it('may skip the HelloVerifyRequest, start at message 0, and ask for our certificate', () => {
    const run = play();
    const direct = flightMessages(
      { clientRandom: Buffer.alloc(32, 1), chain: [Buffer.alloc(900)], key, requestCertificate: true },
      0,
    );
    run.get(0, 30, ...datagramsOf(direct, 1200));
    expect(run.seen).toMatchObject({
      ended: 'complete',
      helloVerify: null,
      clientCertificateRequested: true,
      rttMs: 30,
    });
    expect(run.farewells).toEqual([{ flow: 0, alert: [2, 90] }]);
  });

  it('with a static RSA suite is complete without a key exchange', () => {
    const run = play();
    run.get(
      0,
      1,
      helloVerify(cookie),
      ...datagramsOf(
        flightMessages({ clientRandom: Buffer.alloc(32, 1), chain: [Buffer.alloc(9)], key, suite: 0x2f }),
        1200,
      ),
    );
    expect(run.seen).toMatchObject({ ended: 'complete', keyExchange: null });
  });
});

describe('loss', () => {
  it('fresh sockets at 0.4 and 1.1 s; silence ends it at 2.5 s without a farewell', () => {
    const run = play();
    run.wait(10_000);
    expect(run.sent.map(({ flow, atMs }) => [flow, atMs])).toEqual([
      [0, 0],
      [1, 400],
      [2, 1100],
    ]);
    expect(run.sent.map((_, i) => run.hello(i)?.random)).toEqual(randoms);
    expect(run.seen).toMatchObject({ ended: 'deadline', hellos: 3, sockets: 3 });
    expect(run.farewells).toEqual([]);
  });

  it('are sooner when the round trip is known, but never hasty', () => {
    expect(freshSocketTimes(20)).toEqual([0, 150, 412.5]);
    expect(freshSocketTimes(100)).toEqual([0, 300, 825]);
    expect(freshSocketTimes(600)).toEqual([0, 400, 1100]);
    const run = play({ rttMs: 1 });
    run.wait(150);
    expect(run.sent.length).toBe(2);
  });

  it('of the first hello: the second socket wins, no third is opened, and the late answer changes nothing', () => {
    const run = play();
    run.wait(400);
    run.get(1, 420, helloVerify(cookie));
    run.get(0, 500, helloVerify(Buffer.from('other')));
    run.wait(450);
    expect(run.sent.map(({ flow }) => flow)).toEqual([0, 1, 1]);
    run.get(1, 460, ...datagramsOf(flight, 1200));
    expect(run.seen).toMatchObject({ ended: 'complete', sockets: 2, rttMs: 20 });
    expect(run.seen.clientRandom).toEqual(randoms[1]);
    expect(run.farewells).toEqual([{ flow: 1, alert: [2, 90] }]);
  });

  it('of the cookie hello: repeated by round trip, then after the timers of servers, until the flight is complete', () => {
    const run = play();
    run.get(0, 20, helloVerify(cookie));
    run.wait(9000);
    const repeats = run.sent.slice(1);
    expect(repeats.map(({ atMs }) => atMs - 20)).toEqual([0, 200, 600, 1050, 3100, 7200]);
    const hellos = repeats.map(({ data }) => readHello(data));
    // The same message each time, in a new record.
    expect(hellos.map((hello) => hello?.messageSeq)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(hellos.map((hello) => hello?.recordSequence)).toEqual([1, 2, 3, 4, 5, 6]);
    run.wait(20_000);
    expect(run.seen).toMatchObject({ ended: 'deadline', flightBegun: false });
    expect(run.farewells).toEqual([{ flow: 0, alert: [2, 90] }]);
  });

  it('retransmits by the timers of servers only when no round trip is known or it is long', () => {
    expect(retransmitTimes(null)).toEqual([1050, 3100, 7200]);
    expect(retransmitTimes(400)).toEqual([1050, 3100, 7200]);
    expect(retransmitTimes(100)).toEqual([300, 1050, 3100, 7200]);
  });

  it('keeps retransmitting when only part of the flight has come, and names the hole', () => {
    const run = play();
    run.get(0, 20, helloVerify(cookie));
    const [hello, certificate, exchange, done] = flight;
    if (!hello || !certificate || !exchange || !done) throw new Error('a flight has four messages');
    run.get(
      0,
      40,
      messageRecord(hello, 1),
      messageRecord(certificate, 3, 1275),
      messageRecord(exchange, 4),
      messageRecord(done, 5),
    );
    run.wait(20_000);
    expect(run.seen).toMatchObject({
      ended: 'deadline',
      missing: [`certificate 0-1275 of ${certificate.body.length}`],
    });
    expect(run.sent.at(-1)?.atMs).toBe(7220);
  });

  it('names messages of which nothing came', () => {
    const run = play();
    run.get(0, 20, helloVerify(cookie));
    run.get(0, 40, ...flight.slice(1).map((message, i) => messageRecord(message, i + 2)));
    expect(run.seen.ended).toBeNull();
    expect(run.seen.missing).toEqual(['server hello, all of it']);
    run.abort(300);
    expect(run.seen.ended).toBe('aborted');
    expect(run.farewells).toEqual([{ flow: 0, alert: [2, 90] }]);
  });

  it('tells the fallback to small datagrams by the time that the flight took', () => {
    const run = play();
    run.get(0, 20, helloVerify(cookie));
    run.get(0, 30, ...flight.slice(2).map((message, i) => messageRecord(message, i + 2)));
    run.wait(7100);
    run.get(0, 7120, ...datagramsOf(flight, 523));
    expect(run.seen).toMatchObject({ ended: 'complete', flightMs: 7100 });
  });
});

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
