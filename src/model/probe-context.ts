// What a probe is given beside its data. Deadlines come from the engine as an AbortSignal; a probe sets none of its own.

import type { ObservationOf } from './observation.ts';
import type { ProbeKind } from './probe.ts';
import type { Psk } from './settings.ts';
import type { Endpoint } from './target.ts';

export interface ProbeContext {
  /** Monotonic milliseconds since the run began. */
  readonly now: () => number;
  /** Where an endpoint really is: the identity, except in the demo and in tests (`Settings.connectTo`). */
  readonly reroute: (endpoint: Endpoint, transport: 'udp' | 'tcp') => Endpoint;
  readonly expectCa: readonly string[];
  readonly psk: Psk | null;
  /** `Basic …` for the proxy, when its URL carried credentials. Never printed, never in a report. */
  readonly proxyAuthorization?: string;
  /** How long a TCP connection may take to open, of the time that the whole probe has; the engine decides. */
  readonly connectTimeoutMs?: number;
  /** The best round trip known so far, for retransmission timers; null before the first answer. */
  readonly rttMs: number | null;
}

/**
 * Makes one measurement. Resolves even when the network fails (the failure is in the observation), and when the signal
 * aborts: then with what was seen so far and `generic_timeout_error`. Rejects only on a bug.
 */
export type ProbeRunner<K extends ProbeKind> = (
  probe: ObservationOf<K>['probe'],
  context: ProbeContext,
  signal: AbortSignal,
) => Promise<ObservationOf<K>>;

/** One runner for each kind: what the engine measures with. Tests replace it by an object literal. */
export type ProbeRegistry = { readonly [K in ProbeKind]: ProbeRunner<K> };
