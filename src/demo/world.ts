// The embedded demo world: an imaginary pod, its cluster and its internet, all on 127.0.0.1. No packet leaves the loopback.

import { ConfigError } from '../model/errors.ts';
import type { Facts } from '../model/fact.ts';
import type { ProbeRegistry } from '../model/probe-context.ts';
import type { Settings } from '../model/settings.ts';
import type { ControlHost, Target } from '../model/target.ts';
import {
  GATEWAYS,
  NOBODY,
  POD_GATEWAY,
  QUIC_CONTROLS,
  type Resident,
  STUN_CONTROLS,
  TENANT,
  WEB_CONTROLS,
} from './addresses.ts';
import { demoFacts } from './facts.ts';
import { DEMO_FAULTS, planOf } from './faults.ts';
import { API_PATH } from './https-server.ts';
import { type Inhabited, inhabit, type Keep } from './inhabitants.ts';

export interface World {
  readonly settings: Settings;
  readonly facts: Facts;
  /** In place of probes that look at the machine instead of the network, and would see the real one. */
  readonly probes: Pick<ProbeRegistry, 'neighbours'>;
  /** Stops every server. */
  close(): Promise<void>;
}

/** Throws a ConfigError on a fault that the world cannot have, and when the package that makes certificates is missing. */
export async function startWorld(options: { readonly fault?: string } = {}): Promise<World> {
  const plan = planOf(options.fault);
  if (plan === undefined) {
    const ids = DEMO_FAULTS.map(({ id }) => id).join(', ');
    throw new ConfigError([`the demo cannot inject "${options.fault}"; it can inject: ${ids}`]);
  }
  const running: { close(): Promise<void> }[] = [];
  const keep: Keep = (server) => {
    running.push(server);
    return server;
  };
  const close = async (): Promise<void> => {
    await Promise.all(running.splice(0).map((server) => server.close()));
  };
  try {
    const inhabited = await inhabit(plan, keep);
    return { settings: settingsOf(inhabited), facts: demoFacts(plan.nameservers), probes: { neighbours }, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function settingsOf({ places, authority }: Inhabited): Settings {
  const gateways = GATEWAYS.map(
    ({ host }): Target => ({
      host,
      port: 443,
      protocol: 'dtls',
      role: 'stitcher',
      requirement: 'required',
      addressPolicy: 'any',
    }),
  );
  const tenant: Target = {
    host: TENANT.host,
    port: 443,
    protocol: 'https',
    role: 'tenant',
    requirement: 'required',
    addressPolicy: 'any',
    path: API_PATH,
  };
  return {
    depth: 'standard',
    profile: 'netskope-publisher',
    targets: [tenant, ...gateways],
    resolvers: null,
    systemLookup: false,
    clusterDomain: null,
    dnsSidecar: false,
    controls: {
      https: controlHosts(WEB_CONTROLS, 443),
      stun: controlHosts(STUN_CONTROLS, 3478),
      quic: controlHosts(QUIC_CONTROLS, 443),
      nobody: [{ address: NOBODY, port: 53 }],
    },
    expectCa: [authority],
    psk: null,
    waivers: [],
    timeoutMs: 60_000,
    failOn: 'fail',
    onInconclusive: 'block',
    connectTo: places,
  };
}

function controlHosts(residents: readonly Resident[], port: number): ControlHost[] {
  return residents.flatMap(({ host, addresses }) => addresses.map((address) => ({ host, address, port })));
}

/** The pod's first hop is always there. */
const neighbours: ProbeRegistry['neighbours'] = async (probe, context) => ({
  probe,
  startedMs: context.now(),
  durationMs: 0,
  attempts: 1,
  failure: null,
  neighbours: [{ address: POD_GATEWAY, interface: 'eth0', resolved: true }],
});
