// What we conclude.

import type { Layer } from './layer.ts';
import type { TargetRef } from './target.ts';
import type { Severity, Status } from './verdict.ts';

/** One fact that a network team can re-run. */
export interface Evidence {
  readonly text: string;
  readonly command?: string;
}

export interface Remedy {
  /** One imperative sentence with the real host, port and address. */
  readonly summary: string;
  readonly commands: readonly string[];
  readonly docs?: string;
}

export interface Waived {
  readonly reason: string;
  /** ISO date. */
  readonly until: string;
}

export interface Finding {
  readonly check: string;
  readonly layer: Layer;
  readonly target: TargetRef | null;
  readonly status: Status;
  readonly severity: Severity;
  readonly fault?: string;
  /** A few words for the verdict line and the table. */
  readonly summary: string;
  /** One or two sentences that name the cause, with the numbers. */
  readonly cause?: string;
  /** What it breaks for the user: the blast radius. */
  readonly breaks?: string;
  readonly remedy?: Remedy;
  readonly evidence: readonly Evidence[];
  /** The fault id (or the check id) of the finding that explains this one. */
  readonly causedBy?: string;
  readonly waived?: Waived;
}
