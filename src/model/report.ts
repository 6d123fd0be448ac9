// The finished report: the JSON contract, net-preflight.dev/v1alpha1. Versioned and stable.

import type { Facts } from './fact.ts';
import type { Finding } from './finding.ts';
import type { Observation } from './observation.ts';
import type { Settings } from './settings.ts';
import type { Depth, Verdict } from './verdict.ts';

export const API_VERSION = 'net-preflight.dev/v1alpha1';

export interface Vantage {
  readonly pod: string | null;
  readonly namespace: string | null;
  readonly node: string | null;
  readonly hostNetwork: boolean | null;
  readonly addresses: readonly string[];
  /** `demo` for the embedded world, else `live`, or `replay`. */
  readonly world: 'live' | 'demo' | 'replay';
}

export interface ReportMetadata {
  readonly runId: string;
  /** ISO 8601 with milliseconds. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly durationMs: number;
  readonly version: string;
  readonly configHash: string;
  readonly depth: Depth;
  /** Set when a signal or the run's own time limit ended it early; what is known so far is judged. */
  readonly interrupted?: 'SIGINT' | 'SIGTERM' | 'timeout';
}

/** What the run was asked, for `replay`: no key, no certificate, no detour. */
export type AskedSettings = Omit<Settings, 'psk' | 'connectTo' | 'expectCa'> & { readonly expectedCas: number };

export interface Report {
  readonly apiVersion: typeof API_VERSION;
  readonly kind: 'PreflightReport';
  readonly metadata: ReportMetadata;
  readonly vantage: Vantage;
  readonly verdict: Verdict;
  readonly exitCode: number;
  /** One line that says it all: `UDP 443 is dropped on the way to every stitcher`. */
  readonly headline: string;
  /** The fail and warn findings that nothing else explains, most severe first. */
  readonly rootCauses: readonly Finding[];
  readonly findings: readonly Finding[];
  readonly facts: Facts;
  readonly settings?: AskedSettings;
  readonly observations: readonly Observation[];
}
