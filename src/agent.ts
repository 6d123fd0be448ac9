// The composition root: which checks, probes, facts and clock a run is made of.

import { CHECKS } from './checks/index.ts';
import { systemClock } from './engine/clock.ts';
import { run } from './engine/run.ts';
import type { Progress } from './engine/schedule.ts';
import { readFacts } from './facts/index.ts';
import type { Facts } from './model/fact.ts';
import type { ProbeRegistry } from './model/probe-context.ts';
import type { Report } from './model/report.ts';
import type { Settings } from './model/settings.ts';
import { parseProxyUrl } from './parse/proxy-url.ts';
import { PROBES } from './probes/index.ts';
import { VERSION } from './version.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A world to look at: this machine, or the embedded one. */
export interface World {
  readonly settings: Settings;
  readonly facts: Facts;
  readonly probes: ProbeRegistry;
  readonly kind: 'live' | 'demo';
  readonly proxyAuthorization?: string;
}

/** This machine, as this process sees it. */
export function liveWorld(settings: Settings, env: Environment, root = '/'): World {
  // As the fact reads them: an empty variable is none.
  const proxy = parseProxyUrl(env.https_proxy || env.HTTPS_PROXY || env.all_proxy || env.ALL_PROXY || '');
  return {
    settings,
    facts: readFacts({ root, env }),
    probes: PROBES,
    kind: 'live',
    ...(proxy?.authorization ? { proxyAuthorization: proxy.authorization } : {}),
  };
}

/** One run in a world. The signal's reason (`SIGINT`, `SIGTERM`) goes into the report. */
export function preflight(
  world: World,
  onProgress: ((progress: Progress) => void) | null,
  stop: AbortSignal,
): Promise<Report> {
  const { kind, ...parts } = world;
  return run(
    {
      ...parts,
      checks: CHECKS,
      clock: systemClock,
      version: VERSION,
      world: kind,
      ...(onProgress ? { onProgress } : {}),
    },
    stop,
  );
}
