// A small world that answers every probe at once: one tenant, two stitchers, controls. Troubles are laid over it, the first
// that has something to say about a probe decides.

import { CHECKS } from '../../src/checks/index.ts';
import { judge } from '../../src/engine/run.ts';
import { keyOf } from '../../src/engine/schedule.ts';
import type { Summary } from '../../src/engine/summarize.ts';
import type { Conclusion, View } from '../../src/model/check.ts';
import type { Facts } from '../../src/model/fact.ts';
import type { Observation } from '../../src/model/observation.ts';
import type { Probe } from '../../src/model/probe.ts';
import type { Settings } from '../../src/model/settings.ts';
import {
  burstSeen,
  dnsSeen,
  dtlsSeen,
  httpsSeen,
  quicSeen,
  sameTupleSeen,
  soa,
  stunSeen,
  tcpSeen,
} from './observed.ts';
import { GATEWAY_ADDRESSES, settingsWith, TENANT, TENANT_ADDRESSES, viewOf } from './view.ts';

export type Trouble = (probe: Probe) => Observation | undefined;

export interface World {
  readonly facts?: Partial<Facts>;
  readonly settings?: Partial<Settings>;
  readonly troubles?: readonly Trouble[];
  /** Milliseconds since the run began. */
  readonly nowMs?: number;
}

const ZONE: Readonly<Record<string, readonly string[]>> = {
  [`${TENANT}.`]: TENANT_ADDRESSES,
  ...Object.fromEntries(Object.entries(GATEWAY_ADDRESSES).map(([host, addresses]) => [`${host}.`, addresses])),
  'kubernetes.default.svc.cluster.local.': ['10.96.0.1'],
  'proxy.corp.example.': ['10.0.0.20'],
};

/** How the healthy world answers. */
export function healthy(probe: Probe): Observation {
  switch (probe.kind) {
    case 'dns': {
      // A label that nobody has: denied by the zone's own authority.
      if (probe.randomLabel !== undefined)
        return dnsSeen(probe, 'NXDOMAIN', { authority: [soa(probe.name.split('.').slice(-3).join('.'))] });
      if (probe.name === '.') return dnsSeen(probe, ['a.root-servers.net.']);
      const known = ZONE[probe.name];
      if (!known) return dnsSeen(probe, 'NXDOMAIN');
      return dnsSeen(probe, probe.type === 'A' ? known : []);
    }
    case 'dns-burst':
      return burstSeen(probe);
    case 'tcp':
      return tcpSeen(probe);
    case 'https':
      return httpsSeen(probe);
    case 'dtls':
      return probe.variant === 'sameTuple' ? sameTupleSeen(probe, [true, true, true]) : dtlsSeen(probe);
    case 'stun':
      return stunSeen(probe);
    case 'quic':
      return quicSeen(probe);
    case 'lookup':
      return {
        probe,
        startedMs: 5,
        durationMs: 3,
        attempts: 1,
        failure: null,
        addresses: ZONE[`${probe.host}.`] ?? [],
      };
    case 'neighbours':
      return {
        probe,
        startedMs: 5,
        durationMs: 0,
        attempts: 1,
        failure: null,
        neighbours: [{ address: '10.244.1.1', interface: 'eth0', resolved: true }],
      };
    case 'dtls-psk':
      return { probe, startedMs: 5, durationMs: 9, attempts: 1, failure: null, connected: true };
  }
}

/** Everything that the checks ask for, asked on until they are content. No time passes: silence ends at once. */
export function observationsOf(world: World = {}): Observation[] {
  const seen = new Map<string, Observation>();
  for (let rounds = 0; rounds < 20; rounds += 1) {
    const view = viewOf({ ...partsOf(world), observations: [...seen.values()] });
    const asked = CHECKS.flatMap((check) => check.plan(view)).filter((probe) => !seen.has(keyOf(probe)));
    if (asked.length === 0) return [...seen.values()];
    for (const probe of asked) seen.set(keyOf(probe), answerOf(world, probe));
  }
  throw new Error('the checks never stop asking');
}

export function answerOf(world: World, probe: Probe): Observation {
  for (const trouble of world.troubles ?? []) {
    const observation = trouble(probe);
    if (observation) return observation;
  }
  return healthy(probe);
}

export function look(world: World = {}): View {
  return viewOf({ ...partsOf(world), observations: observationsOf(world) });
}

/** What one check concludes in that world. */
export function diagnose(id: string, world: World = {}): readonly Conclusion[] {
  const check = CHECKS.find((one) => one.id === id);
  if (!check) throw new Error(`no check ${id}`);
  return check.diagnose(look(world));
}

/** The whole judgement. */
export function judged(world: World = {}, observations = observationsOf(world)): Summary {
  const settings = settingsWith(world.settings);
  const view = viewOf({ ...partsOf(world), observations });
  return judge(CHECKS, view, settings, new Date('2026-11-21T12:00:00Z'));
}

function partsOf({ facts, settings, nowMs }: World) {
  return { ...(facts ? { facts } : {}), ...(settings ? { settings } : {}), ...(nowMs ? { nowMs } : {}) };
}
