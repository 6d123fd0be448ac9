// The first flight with scripted events, no socket, no clock: healthy servers and loss.

import { describe, expect, it } from 'vitest';
import { freshSocketTimes, retransmitTimes } from '../../src/net/dtls-machine.ts';
import { cookie, flight, key, play, randoms } from '../support/dtls-play.ts';
import { datagramsOf, flightMessages, helloVerify, messageRecord, readHello } from '../support/dtls-server-bytes.ts';

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
  it('fresh sockets at 0.4 and 1.1 s, then the oldest once more; silence ends it at 2.5 s without a farewell', () => {
    const run = play();
    run.wait(10_000);
    expect(run.sent.map(({ flow, atMs }) => [flow, atMs])).toEqual([
      [0, 0],
      [1, 400],
      [2, 1100],
      [0, 1400],
    ]);
    expect(run.sent.map((_, i) => run.hello(i)?.random)).toEqual([...randoms, randoms[0]]);
    expect(run.seen).toMatchObject({ ended: 'deadline', hellos: 4, sockets: 3 });
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
