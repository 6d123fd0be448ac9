// Time as the engine sees it, so that tests need not wait.

export interface Clock {
  /** Monotonic milliseconds. */
  now(): number;
  /** Wall clock. */
  date(): Date;
  /** Calls back once; returns how to take it back. */
  after(delayMs: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
