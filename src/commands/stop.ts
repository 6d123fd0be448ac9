// SIGINT and SIGTERM end a run early: what is known so far is still judged and printed. PID 1 has no default handlers.

import { EXIT } from '../model/verdict.ts';

export interface Stop {
  readonly signal: AbortSignal;
  /** 130 or 143 when a signal came, else null. */
  exitCode(): number | null;
  release(): void;
}

export function stopOnSignals(): Stop {
  const controller = new AbortController();
  const stop = (name: NodeJS.Signals) => {
    // The second one is from somebody who does not want to wait for words.
    if (controller.signal.aborted) process.exit(codeOf(name));
    controller.abort(name);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return {
    signal: controller.signal,
    exitCode: () => (controller.signal.aborted ? codeOf(controller.signal.reason) : null),
    release: () => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
    },
  };
}

function codeOf(signal: unknown): number {
  return signal === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted;
}
