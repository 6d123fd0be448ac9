// Plays the sockets and the clock for a first flight, with what an honest server would say at hand.

import { generateKeyPairSync } from 'node:crypto';
import { type FirstFlightPlan, firstFlight } from '../../src/net/dtls-machine.ts';
import type { MachineAction } from '../../src/net/dtls-seen.ts';
import { flightMessages, readAlert, readHello } from './dtls-server-bytes.ts';

export const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const cookie = Buffer.from('a cookie of 20 bytes');
export const randoms = [1, 2, 3].map((byte) => Buffer.alloc(32, byte));
export const flight = flightMessages({
  clientRandom: Buffer.alloc(32, 1),
  chain: [Buffer.alloc(800, 1), Buffer.alloc(700, 2)],
  key,
});

/** Plays the adapter: keeps what was sent and when the machine wants to be woken. */
export function play(changes: Partial<FirstFlightPlan> = {}) {
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
