// One line of progress for a terminal while probes run. Pure; whoever owns stderr decides when to draw and to clear.

import type { Probe } from '../model/probe.ts';
import { cells } from './columns.ts';
import { distinct, shortAddresses } from './fold.ts';
import { inkFor, type RenderOptions } from './ink.ts';
import { duration } from './summary-line.ts';

export interface LayerProgress {
  readonly layer: string;
  /** null: not counted by layer. */
  readonly done: number | null;
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

/** What the engine tells while it measures. */
export interface ProbesUnderWay {
  readonly done: number;
  readonly underWay: readonly Probe[];
  readonly elapsedMs: number;
}

// Before this, waiting is nothing to talk about.
const PATIENT_MS = 1_000;

/** The probes under way by their kind, and whom they ask. */
export function progressOf({ done, underWay, elapsedMs }: ProbesUnderWay): ProgressState {
  const kinds = distinct(underWay.map(({ kind }) => kind));
  const layers = kinds.map((layer) => ({
    layer,
    done: null,
    underWay: underWay.filter(({ kind }) => kind === layer).length,
  }));
  const asked = distinct(underWay.map(askedOf));
  const state = { done, underWay: underWay.length, elapsedMs, layers };
  return elapsedMs < PATIENT_MS || asked.length === 0
    ? state
    : { ...state, waitingFor: `waiting for ${shortAddresses(asked, 3)}` };
}

function askedOf(probe: Probe): string | undefined {
  if (probe.kind === 'dns') return probe.server.address;
  return ('address' in probe ? probe.address : undefined) ?? ('host' in probe ? probe.host : undefined);
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
    .filter(({ done, underWay }) => (done ?? 0) + underWay > 0)
    .map(({ layer, done, underWay }) => {
      const name = ink.clean(layer, 20);
      if (done === null) return `${name} ${underWay}`;
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
