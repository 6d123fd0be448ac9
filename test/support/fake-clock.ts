// Time that moves only when a test says so.

import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../src/engine/clock.ts';

export interface FakeClock extends Clock {
  /** Moves on, firing what falls due on the way, each at its own time; lets promises settle in between. */
  advance(ms: number): Promise<void>;
  /** Moves from timer to timer until the promise has settled. Fails loudly when nothing is left to wait for. */
  settle<T>(promise: Promise<T>): Promise<T>;
  /** Timers that have been set and neither fired nor taken back. */
  pending(): number;
}

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

export function fakeClock(startedAt = Date.parse('2026-11-21T12:00:00Z')): FakeClock {
  let now = 0;
  let order = 0;
  const timers = new Set<Timer>();
  const next = (): Timer | undefined => [...timers].sort((a, b) => a.at - b.at || a.order - b.order)[0];
  const fire = async (timer: Timer) => {
    timers.delete(timer);
    now = Math.max(now, timer.at);
    timer.callback();
    await setImmediate();
  };
  return {
    now: () => now,
    date: () => new Date(startedAt + now),
    after: (delayMs, callback) => {
      const timer: Timer = { at: now + delayMs, order: order++, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    pending: () => timers.size,
    advance: async (ms) => {
      await setImmediate();
      const until = now + ms;
      for (let timer = next(); timer && timer.at <= until; timer = next()) await fire(timer);
      now = until;
    },
    settle: async (promise) => {
      let settled = false;
      const done = () => {
        settled = true;
      };
      promise.then(done, done);
      await setImmediate();
      for (let steps = 0; !settled; steps += 1) {
        const timer = next();
        if (!timer || steps > 100_000) throw new Error(`nothing left to wait for at ${now} ms`);
        await fire(timer);
      }
      return promise;
    },
  };
}
