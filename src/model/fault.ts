// A row of the catalogue: a cause that we have a name for.

import type { Layer } from './layer.ts';
import type { Severity, Status } from './verdict.ts';

export interface Fault {
  /** Stable, kebab-case, with its group's prefix. */
  readonly id: string;
  readonly layer: Layer;
  /** What the policy says of it by default. `error` stands for "inconclusive". */
  readonly status: Extract<Status, 'fail' | 'warn' | 'error'>;
  readonly severity: Severity;
  /** One line, no full stop: `UDP 443 is silently dropped on the way to every stitcher`. */
  readonly title: string;
  /** What `explain ID` prints: what happens, how it is told from its neighbours, what to do. Plain text, paragraphs split by a blank line. */
  readonly explain: string;
}
