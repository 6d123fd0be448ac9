// A check is a question. It is pure: it plans measurements and says what they mean.

import type { Facts } from './fact.ts';
import type { Finding } from './finding.ts';
import type { Layer } from './layer.ts';
import type { ObservationOf } from './observation.ts';
import type { Probe, ProbeKind } from './probe.ts';
import type { Settings } from './settings.ts';
import type { Depth } from './verdict.ts';

/** What a check may look at. */
export interface View {
  readonly facts: Facts;
  readonly settings: Settings;
  /** Since the run began. */
  readonly nowMs: number;
  /** The observation that this very probe led to, if it has ended. */
  seen<P extends Probe>(probe: P): ObservationOf<P['kind']> | undefined;
  /** All ended observations of a kind. */
  all<K extends ProbeKind>(kind: K): readonly ObservationOf<K>[];
  /** How long the probe has been under way without an answer; null when it is not under way. */
  waitingMs(probe: Probe): number | null;
  /** Under way for longer than about three known round trips (at least 200 ms): worth a control, not yet a failure. */
  suspect(probe: Probe): boolean;
}

/**
 * A finding as a check hands it over. `needs` and `breaks` are preconditions in the form `kind:value`
 * (`resolver:10.96.0.10`, `name:acme.goskope.com`, `tcp:198.51.100.10`, `egress`): a finding is explained by one of an
 * earlier layer that breaks what it needs. They stay inside; reports carry `causedBy` only.
 */
export interface Conclusion extends Finding {
  readonly needs?: readonly string[];
  readonly breaksWhat?: readonly string[];
  /** With status `error`: something required could not be evaluated, so the run is inconclusive. */
  readonly required?: boolean;
}

export interface Check {
  /** File name, documentation anchor and commit scope. */
  readonly id: string;
  readonly layer: Layer;
  /** The question, with a question mark. */
  readonly question: string;
  readonly depth: Depth;
  /** The faults that this check can name so far. */
  readonly faults: readonly string[];
  /** What to measure, given what is known. Asked again after every observation; equal probes are made once. */
  plan(view: View): readonly Probe[];
  /** Probes still under way whose answer can no longer change the conclusion: they are ended as unanswered. */
  enough?(view: View): readonly Probe[];
  diagnose(view: View): readonly Conclusion[];
}
