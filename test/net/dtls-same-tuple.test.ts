// Three hellos on one socket, scripted.

import { describe, expect, it } from 'vitest';
import { sameTuple } from '../../src/net/dtls-same-tuple.ts';
import type { MachineAction } from '../../src/net/dtls-seen.ts';
import { alert, helloVerify, readHello } from '../support/dtls-server-bytes.ts';

/** Answers those hellos whose number is in `answers`, `rttMs` later. */
function play(
  answers: readonly number[],
  rttMs: number,
  knownRttMs: number | null = null,
  answer = helloVerify(Buffer.from('cookie')),
) {
  const machine = sameTuple({ host: 'gw.example', random: Buffer.alloc(32, 1), rttMs: knownRttMs });
  const sent: { atMs: number; data: Buffer }[] = [];
  const arrivals: number[] = [];
  let farewells = 0;
  let wakeMs = 0;
  const take = (atMs: number, actions: readonly MachineAction[]) => {
    for (const action of actions) {
      if (action.kind === 'wake') wakeMs = action.atMs;
      else if (action.kind === 'done') farewells = action.farewells.length;
      else {
        if (answers.includes(sent.length)) arrivals.push(atMs + rttMs);
        sent.push({ atMs, data: action.data });
        take(atMs, machine.handle({ kind: 'sent', flow: 0, atMs }));
      }
    }
  };
  take(0, machine.handle({ kind: 'start', atMs: 0 }));
  let atMs = 0;
  while (!machine.seen.ended) {
    const arrival = arrivals[0];
    if (arrival !== undefined && arrival <= wakeMs) {
      arrivals.shift();
      atMs = arrival;
      take(atMs, machine.handle({ kind: 'datagram', flow: 0, atMs, data: answer }));
    } else {
      atMs = wakeMs;
      take(atMs, machine.handle({ kind: 'tick', atMs }));
    }
  }
  return { seen: machine.seen, sent, endMs: atMs, farewells };
}

describe('three hellos on one socket', () => {
  it('all answered', () => {
    const { seen, sent, endMs, farewells } = play([0, 1, 2], 20);
    expect(seen).toMatchObject({ ended: 'complete', answered: [true, true, true], hellos: 3, sockets: 1, rttMs: 20 });
    expect(sent.map(({ atMs }) => atMs)).toEqual([0, 150, 300]);
    expect(sent.map(({ data }) => readHello(data)).map((hello) => [hello?.messageSeq, hello?.recordSequence])).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
    ]);
    expect(endMs).toBe(320);
    // No cookie was presented: an alert could only do harm.
    expect(farewells).toBe(0);
  });

  it('only the first answered: the mark of a firewall that passes first packets', () => {
    const { seen, endMs } = play([0], 20);
    expect(seen).toMatchObject({ ended: 'deadline', answered: [true, false, false] });
    expect(endMs).toBe(450);
  });

  it('one lost on the way does not shift the others', () => {
    expect(play([0, 2], 20).seen.answered).toEqual([true, false, true]);
    expect(play([1, 2], 20).seen.answered).toEqual([false, true, true]);
    expect(play([1, 2], 20, 20).seen.answered).toEqual([false, true, true]);
  });

  it('over a long path each answer is waited for, and the end still comes within two seconds', () => {
    const far = play([0, 1, 2], 500);
    expect(far.seen.answered).toEqual([true, true, true]);
    expect(far.endMs).toBeLessThan(2000);
    expect(play([], 20).endMs).toBe(1800);
    expect(play([], 20, 300).endMs).toBe(1800);
  });

  it('an alert is an answer too', () => {
    expect(play([0, 1, 2], 5, null, alert(2, 40)).seen).toMatchObject({
      answered: [true, true, true],
      alert: { description: 'handshake_failure' },
    });
  });

  it('junk is no answer', () => {
    expect(play([0, 1, 2], 5, null, Buffer.from('junk')).seen).toMatchObject({
      answered: [false, false, false],
      received: { datagrams: 3 },
    });
  });
});
