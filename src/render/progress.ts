// One line of progress for a terminal while probes run. Pure; whoever owns stderr decides when to draw and to clear.

import { cells } from './columns.ts';
import { inkFor, type RenderOptions } from './ink.ts';
import { duration } from './summary-line.ts';

export interface LayerProgress {
  readonly layer: string;
  readonly done: number;
  readonly underWay: number;
}

export interface ProgressState {
  /** Probes that have ended. */
  readonly done: number;
  readonly underWay: number;
  readonly elapsedMs: number;
  /** In causal order; layers with nothing planned are left out. */
  readonly layers: readonly LayerProgress[];
  /** What the run is waiting for longest: `no answer yet from 198.51.100.21`. */
  readonly waitingFor?: string;
}

/** Back to the first column and clear to the end of the line: ECMA-48 section 8.3.41. */
export const CLEAR_LINE = '\r\x1b[K';

/**
 * ` 1.2 s  14 done, 4 under way   ✔ dns 6   ✔ tcp 5   dtls 0 of 4`, without a newline and always shorter than the line,
 * because a terminal that wraps it could not be cleared. What does not fit is left out from the end.
 */
export function progressLine(state: ProgressState, options: RenderOptions): string {
  const ink = inkFor(options);
  const room = Math.max(10, Math.trunc(options.width) || 80) - 1;
  const counts = `${state.done} done${state.underWay > 0 ? `, ${state.underWay} under way` : ''}`;
  const tick = options.ascii ? '+' : '✔';
  const parts = state.layers
    .filter(({ done, underWay }) => done + underWay > 0)
    .map(({ layer, done, underWay }) => {
      const name = ink.clean(layer, 20);
      return underWay === 0 ? `${tick} ${name} ${done}` : `${name} ${done} of ${done + underWay}`;
    });
  if (state.waitingFor !== undefined) parts.push(ink.clean(state.waitingFor, 80));
  let line = ` ${duration(state.elapsedMs)}  ${counts}`.slice(0, room);
  for (const part of parts) {
    if (cells(line) + 3 + cells(part) > room) break;
    line += `   ${part}`;
  }
  return ink.paint('dim', line);
}
