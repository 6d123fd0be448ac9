// A probe registry that answers by script: at once, after some fake time, or only when it is told to stop.

import { DEADLINE_MS } from '../../src/engine/deadlines.ts';
import type { Observation, ObservationOf } from '../../src/model/observation.ts';
import type { Probe, ProbeKind } from '../../src/model/probe.ts';
import type { ProbeContext, ProbeRegistry, ProbeRunner } from '../../src/model/probe-context.ts';
import type { FakeClock } from './fake-clock.ts';
import { dnsSeen, dtlsSeen, failed, httpsSeen, quicSeen, SILENT, stunSeen, tcpSeen } from './observed.ts';
import { healthy } from './small-world.ts';

/** `never`: silent until stopped. A number: answered well after so many ms. An Error: the runner itself is broken. */
export type Script = (probe: Probe) => 'never' | number | Observation | Error | undefined;

export interface Scripted {
  readonly registry: ProbeRegistry;
  /** What was asked, in order. */
  readonly asked: Probe[];
  /** What was told to stop before it had an answer, and when. */
  readonly stopped: { readonly probe: Probe; readonly atMs: number }[];
  readonly contexts: ProbeContext[];
}

const KINDS = Object.keys(DEADLINE_MS) as ProbeKind[];

export function scripted(clock: FakeClock, script: Script = () => undefined): Scripted {
  const asked: Probe[] = [];
  const stopped: { probe: Probe; atMs: number }[] = [];
  const contexts: ProbeContext[] = [];
  const runner = async (probe: Probe, context: ProbeContext, signal: AbortSignal): Promise<Observation> => {
    asked.push(probe);
    contexts.push(context);
    const startedMs = context.now();
    const says = script(probe) ?? 0;
    if (says instanceof Error) throw says;
    const dated = (one: Observation): Observation => ({ ...one, startedMs, durationMs: context.now() - startedMs });
    if (typeof says === 'object') return { ...says, startedMs };
    if (says === 0) return dated(healthy(probe));
    return new Promise((resolve) => {
      const cancel = says === 'never' ? () => {} : clock.after(says, () => resolve(dated(healthy(probe))));
      signal.addEventListener('abort', () => {
        cancel();
        stopped.push({ probe, atMs: clock.now() });
        resolve(dated(silent(probe)));
      });
    });
  };
  const entries = KINDS.map((kind) => [kind, runner as unknown as ProbeRunner<typeof kind>]);
  return { registry: Object.fromEntries(entries) as ProbeRegistry, asked, stopped, contexts };
}

/** What a probe reports when its time is up. */
export function silent(probe: Probe): Observation {
  const timeout = failed('generic_timeout_error', 'connect');
  switch (probe.kind) {
    case 'dns':
      return dnsSeen(probe, SILENT);
    case 'tcp':
      return tcpSeen(probe, timeout);
    case 'https':
      return httpsSeen(probe, { failure: timeout });
    case 'dtls':
      return dtlsSeen(probe, 'no-answer', { answered: probe.variant === 'sameTuple' ? [false, false, false] : [] });
    case 'stun':
      return stunSeen(probe, SILENT);
    case 'quic':
      return quicSeen(probe, SILENT);
    case 'dtls-psk':
      return { ...(healthy(probe) as ObservationOf<'dtls-psk'>), failure: SILENT, connected: false };
    default:
      return { ...healthy(probe), failure: SILENT } as Observation;
  }
}
