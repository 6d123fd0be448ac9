// Draws progress on stderr while probes run, on a terminal only, and wipes it before anything else is written.

import type { Progress } from '../engine/schedule.ts';
import type { Probe } from '../model/probe.ts';
import { CLEAR_LINE, progressLine } from '../render/progress.ts';
import type { Terminal } from './terminal.ts';

/** Not at once: a run that ends within a blink needs no progress. */
const QUIET_MS = 300;

export interface ProgressBar {
  readonly update: ((progress: Progress) => void) | null;
  clear(): void;
}

export function progressBar(out: Terminal): ProgressBar {
  if (!out.progress) return { update: null, clear: () => {} };
  let drawn = false;
  return {
    update: (progress) => {
      if (progress.elapsedMs < QUIET_MS) return;
      const oldest = progress.underWay[0];
      const state = {
        done: progress.done,
        underWay: progress.underWay.length,
        elapsedMs: progress.elapsedMs,
        layers: [],
        ...(oldest ? { waitingFor: `waiting for ${whom(oldest)}` } : {}),
      };
      out.stderr(CLEAR_LINE + progressLine(state, { ...out.options, width: process.stderr.columns || 80 }));
      drawn = true;
    },
    clear: () => {
      if (drawn) out.stderr(CLEAR_LINE);
      drawn = false;
    },
  };
}

function whom(probe: Probe): string {
  if (probe.kind === 'dns') return `${probe.server.address} (${probe.name} ${probe.type})`;
  if (probe.kind === 'dns-burst') return `${probe.server.address} (${probe.count} questions)`;
  if (probe.kind === 'lookup') return probe.host;
  if (probe.kind === 'neighbours') return 'the neighbour table';
  if (probe.kind === 'https') return `${probe.address ?? probe.host}:${probe.port} (https)`;
  return `${probe.address}:${probe.port} (${probe.kind})`;
}
