// A View as a check sees it, from object literals: facts, settings, observations, and what is still under way.

import { keyOf } from '../../src/engine/schedule.ts';
import type { View } from '../../src/model/check.ts';
import type { Facts } from '../../src/model/fact.ts';
import type { Observation, ObservationOf } from '../../src/model/observation.ts';
import type { Probe, ProbeKind } from '../../src/model/probe.ts';
import type { Settings } from '../../src/model/settings.ts';
import type { Target } from '../../src/model/target.ts';
import { HEALTHY_FACTS } from './reports/build.ts';

export const RESOLVER = '10.96.0.10';
export const TENANT = 'acme.goskope.com';
export const TENANT_ADDRESSES = ['198.51.100.10', '198.51.100.11'];
export const LONDON = 'gateway-lon1.gw.npa.goskope.com';
export const FRANKFURT = 'gateway-fra1.gw.npa.goskope.com';
export const GATEWAY_ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  [LONDON]: ['198.51.100.21', '198.51.100.22'],
  [FRANKFURT]: ['198.51.100.23'],
};
export const API_SERVER = '10.96.0.1';
export const EGRESS = '203.0.113.77';

export function tenantTarget(over: Partial<Target> = {}): Target {
  return {
    host: TENANT,
    port: 443,
    protocol: 'https',
    role: 'tenant',
    requirement: 'required',
    addressPolicy: 'any',
    path: '/api/v2/',
    ...over,
  };
}

export function stitcherTarget(host: string, over: Partial<Target> = {}): Target {
  return {
    host,
    port: 443,
    protocol: 'dtls',
    role: 'stitcher',
    requirement: 'required',
    addressPolicy: 'any',
    ...over,
  };
}

export function tcpTarget(host: string, over: Partial<Target> = {}): Target {
  return {
    host,
    port: 443,
    protocol: 'tcp',
    role: 'stitcher',
    requirement: 'info',
    addressPolicy: 'any',
    ...over,
  };
}

/** One tenant, two stitchers, two independent controls of each kind. */
export function settingsWith(over: Partial<Settings> = {}): Settings {
  return {
    depth: 'standard',
    profile: 'netskope-publisher',
    targets: [tenantTarget(), stitcherTarget(LONDON), stitcherTarget(FRANKFURT)],
    resolvers: null,
    systemLookup: false,
    clusterDomain: null,
    dnsSidecar: false,
    controls: {
      https: [
        { host: 'web-one.example', address: '203.0.113.200', port: 443 },
        { host: 'web-two.example', address: '203.0.113.201', port: 443 },
      ],
      stun: [
        { host: 'stun-one.example', address: '203.0.113.210', port: 3478 },
        { host: 'stun-two.example', address: '203.0.113.211', port: 3478 },
      ],
      quic: [
        { host: 'quic-one.example', address: '203.0.113.220', port: 443 },
        { host: 'quic-two.example', address: '203.0.113.221', port: 443 },
      ],
    },
    expectCa: [],
    psk: null,
    waivers: [],
    timeoutMs: 45_000,
    failOn: 'fail',
    onInconclusive: 'block',
    connectTo: {},
    ...over,
  };
}

export const NO_CONTROLS: Settings['controls'] = { https: [], stun: [], quic: [] };

export function factsWith(over: Partial<Facts> = {}): Facts {
  return { ...HEALTHY_FACTS, ...over };
}

/** resolv.conf with these nameservers; the search list of a pod unless another is given. */
export function resolvConfWith(
  nameservers: readonly string[],
  search: readonly string[] = ['npa.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
): Facts['resolvConf'] {
  return {
    known: true,
    value: { path: '/etc/resolv.conf', nameservers, search, ndots: 5, timeoutSeconds: 5, attempts: 2, options: [] },
  };
}

/** The proxy variables of a pod that goes through a proxy. */
export function proxied(httpsProxy: string, noProxy: string | null = null): Facts['proxy'] {
  return { known: true, value: { httpProxy: null, httpsProxy, noProxy, allProxy: null, conflicts: [] } };
}

export interface ViewParts {
  readonly facts?: Partial<Facts>;
  readonly settings?: Partial<Settings>;
  readonly observations?: readonly Observation[];
  /** Under way: for how long, and whether that is already suspicious. */
  readonly waiting?: readonly { readonly probe: Probe; readonly ms: number; readonly suspect?: boolean }[];
  readonly nowMs?: number;
}

export function viewOf(parts: ViewParts = {}): View {
  const observations = parts.observations ?? [];
  const seen = new Map(observations.map((one) => [keyOf(one.probe), one]));
  const waiting = new Map((parts.waiting ?? []).map((one) => [keyOf(one.probe), one]));
  return {
    facts: factsWith(parts.facts),
    settings: settingsWith(parts.settings),
    nowMs: parts.nowMs ?? 1_000,
    seen: <P extends Probe>(probe: P) => seen.get(keyOf(probe)) as ObservationOf<P['kind']> | undefined,
    all: <K extends ProbeKind>(kind: K) =>
      observations.filter((one) => one.probe.kind === kind) as readonly Observation[] as readonly ObservationOf<K>[],
    waitingMs: (probe) => waiting.get(keyOf(probe))?.ms ?? null,
    suspect: (probe) => waiting.get(keyOf(probe))?.suspect ?? false,
  };
}
