// Asks on until nothing is outstanding: plans, measures, and plans again with what came back. There are no rounds.

import type { Check, View } from '../model/check.ts';
import type { Facts } from '../model/fact.ts';
import type { Observation, ObservationOf } from '../model/observation.ts';
import type { Probe, ProbeKind } from '../model/probe.ts';
import type { ProbeContext, ProbeRegistry, ProbeRunner } from '../model/probe-context.ts';
import type { Settings } from '../model/settings.ts';
import type { Clock } from './clock.ts';
import { CONNECT_TIMEOUT_MS, DEADLINE_MS, MAX_PROBES, MAX_UNDER_WAY, suspectAfterMs, TICK_MS } from './deadlines.ts';

export interface Progress {
  readonly done: number;
  readonly underWay: readonly Probe[];
  readonly elapsedMs: number;
}

export interface Schedule {
  readonly settings: Settings;
  readonly facts: Facts;
  readonly checks: readonly Check[];
  readonly probes: ProbeRegistry;
  readonly clock: Clock;
  readonly proxyAuthorization?: string;
  readonly onProgress?: (progress: Progress) => void;
}

interface UnderWay {
  readonly probe: Probe;
  readonly startedMs: number;
  readonly suspectAfterMs: number;
  readonly controller: AbortController;
}

/** The view at the end: all that was seen. What a stopped run had under way is left out: it is unknown, not silent. */
export function measure(schedule: Schedule, stop: AbortSignal): Promise<View> {
  const { settings, facts, checks, probes, clock } = schedule;
  const startedAt = clock.now();
  const now = () => clock.now() - startedAt;
  const seen = new Map<string, Observation>();
  const byKind = new Map<ProbeKind, Observation[]>();
  const asked = new Set<string>();
  const underWay = new Map<string, UnderWay>();
  const waiting: { key: string; probe: Probe }[] = [];
  const rtt = roundTrips();

  const view: View = {
    facts,
    settings,
    get nowMs() {
      return now();
    },
    seen: <P extends Probe>(probe: P) => seen.get(keyOf(probe)) as ObservationOf<P['kind']> | undefined,
    all: <K extends ProbeKind>(kind: K) =>
      (byKind.get(kind) ?? []) as readonly Observation[] as readonly ObservationOf<K>[],
    waitingMs: (probe) => {
      const running = underWay.get(keyOf(probe));
      return running ? now() - running.startedMs : null;
    },
    suspect: (probe) => {
      const running = underWay.get(keyOf(probe));
      return running !== undefined && now() - running.startedMs >= running.suspectAfterMs;
    },
  };

  return new Promise((resolve, reject) => {
    let cancelTick = () => {};
    let ended = false;
    let asking = false;
    const end = () => {
      if (ended) return;
      ended = true;
      cancelTick();
      stop.removeEventListener('abort', onStop);
      resolve(view);
    };
    const onStop = () => {
      waiting.length = 0;
      for (const running of underWay.values()) running.controller.abort();
      end();
    };

    const start = (key: string, probe: Probe) => {
      const controller = new AbortController();
      const known = rtt.of(probe);
      const startedMs = now();
      underWay.set(key, { probe, startedMs, suspectAfterMs: suspectAfterMs(probe.kind, known), controller });
      const cancelDeadline = clock.after(DEADLINE_MS[probe.kind], () => controller.abort());
      const context: ProbeContext = {
        now,
        reroute: (endpoint, transport) => reroute(settings, endpoint, transport),
        expectCa: settings.expectCa,
        psk: settings.psk,
        rttMs: known,
        connectTimeoutMs: CONNECT_TIMEOUT_MS,
        ...(schedule.proxyAuthorization ? { proxyAuthorization: schedule.proxyAuthorization } : {}),
      };
      const runner = probes[probe.kind] as ProbeRunner<ProbeKind>;
      // A runner that throws is as much a bug as one that rejects.
      new Promise<Observation>((made) => made(runner(probe as never, context, controller.signal)))
        .then((observation) => {
          cancelDeadline();
          if (ended) return;
          underWay.delete(key);
          seen.set(key, observation);
          byKind.set(probe.kind, [...(byKind.get(probe.kind) ?? []), observation]);
          rtt.learn(observation);
          askSoon();
        })
        .catch((bug: unknown) => {
          cancelDeadline();
          fail(bug);
        });
    };
    const fail = (bug: unknown) => {
      if (ended) return;
      ended = true;
      cancelTick();
      stop.removeEventListener('abort', onStop);
      for (const running of underWay.values()) running.controller.abort();
      reject(bug);
    };

    const askOn = () => {
      if (ended) return;
      try {
        planAndStart();
      } catch (bug) {
        fail(bug);
      }
    };
    // Observations that arrive together are planned on together: planning costs more than most of them.
    const askSoon = () => {
      if (!clock.soon) return askOn();
      if (asking) return;
      asking = true;
      clock.soon(() => {
        asking = false;
        askOn();
      });
    };
    const planAndStart = () => {
      for (const check of checks) {
        for (const probe of check.plan(view)) {
          const key = keyOf(probe);
          if (asked.has(key)) continue;
          if (asked.size >= MAX_PROBES) throw new Error(`check ${check.id} plans without end`);
          asked.add(key);
          waiting.push({ key, probe });
        }
        for (const probe of check.enough?.(view) ?? []) underWay.get(keyOf(probe))?.controller.abort();
      }
      while (underWay.size < MAX_UNDER_WAY) {
        const next = waiting.shift();
        if (!next) break;
        start(next.key, next.probe);
      }
      schedule.onProgress?.({
        done: seen.size,
        underWay: [...underWay.values()].map((one) => one.probe),
        elapsedMs: now(),
      });
      if (underWay.size === 0 && waiting.length === 0) end();
    };

    const tick = () => {
      askOn();
      if (!ended) cancelTick = clock.after(TICK_MS, tick);
    };

    stop.addEventListener('abort', onStop, { once: true });
    if (stop.aborted) return onStop();
    tick();
  });
}

// Every plan asks for the same probes again, written in the same order: the sorting is done once for each way of writing.
const keys = new Map<string, string>();
const MAX_KEYS = 20_000;

/** Probes are equal when their data are: property order does not matter. */
export function keyOf(probe: Probe): string {
  const written = JSON.stringify(probe);
  let key = keys.get(written);
  if (key === undefined) {
    key = JSON.stringify(sorted(probe));
    if (keys.size >= MAX_KEYS) keys.clear();
    keys.set(written, key);
  }
  return key;
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, inner]) => [name, sorted(inner)]);
}

function reroute(settings: Settings, endpoint: { address: string; port: number }, transport: 'udp' | 'tcp') {
  const key = `${endpoint.address}:${endpoint.port}`;
  const { connectTo } = settings;
  // The demo's catch-all keeps everything that it does not know on the loopback.
  return connectTo[`${key}/${transport}`] ?? connectTo[key] ?? connectTo[`*/${transport}`] ?? endpoint;
}

// Known round trips: to each nameserver by its own answers, to everything else the slowest connect or DTLS exchange seen, so
// that a near control host does not make a far stitcher look late.
function roundTrips() {
  const servers = new Map<string, number>();
  let far: number | null = null;
  return {
    of: (probe: Probe): number | null => ('server' in probe ? (servers.get(probe.server.address) ?? null) : far),
    learn: (observation: Observation) => {
      if ('rcode' in observation && observation.rttMs !== null) {
        const known = servers.get(observation.probe.server.address) ?? 0;
        servers.set(observation.probe.server.address, Math.max(known, observation.rttMs));
        return;
      }
      const sample =
        'connectMs' in observation ? observation.connectMs : 'rttMs' in observation ? observation.rttMs : null;
      if (sample !== null) far = Math.max(far ?? 0, sample);
    },
  };
}
