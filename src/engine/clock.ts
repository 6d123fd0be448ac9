// Time as the engine sees it, so that tests need not wait.

export interface Clock {
  /** Monotonic milliseconds. */
  now(): number;
  /** Wall clock. */
  date(): Date;
  /** Calls back once; returns how to take it back. */
  after(delayMs: number, callback: () => void): () => void;
  /** Calls back when everything that has already arrived was handed over. Absent in tests: then nothing is put off. */
  soon?(callback: () => void): void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
  soon: (callback) => void setImmediate(callback),
};
