// The lab: a pod's network with real servers behind it, in network namespaces. Faults are injected one at a time and healed.
//
//   const lab = await up();
//   await lab.inject('udp443-drop');
//   const { exitCode, report } = await lab.run(['check']);
//   await lab.heal();
//   await lab.down();

import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificates } from './certificates.ts';
import { commandLine, type RunOptions, type RunResult, runCli, writeConfig } from './cli.ts';
import { disturbances, type Exec, mergeOptions, type World } from './disturbances.ts';
import { faultById } from './faults/index.ts';
import { makeHosts, namespaceNames } from './hosts.ts';
import { CLUSTER, TENANT } from './layout.ts';
import { runCommand, type Server, type ServerPlan, startServer, untilTrue } from './processes.ts';
import { corednsBinary } from './requirements.ts';
import { privateDns, publicDns } from './servers/bind.ts';
import { clusterDns } from './servers/coredns.ts';
import { stunAndFirstStitcher } from './servers/coturn.ts';
import { gnutlsPool, opensslPool } from './servers/dtls-pools.ts';
import { clusterApi, publicWeb } from './servers/nginx.ts';
import { quicControl } from './servers/quic.ts';
import type { Site } from './servers/site.ts';
import { upstreamResolver } from './servers/unbound.ts';
import { newState, recordProcess, removeLeftovers, removeWorld, saveState } from './state.ts';
import { trapByNumber } from './traps.ts';
import { layWire, type WireOptions } from './wire.ts';

export interface Lab {
  readonly suffix: string;
  readonly directory: string;
  readonly site: Site;
  /** The config file that `run` passes. */
  readonly configPath: string;
  inject(faultId: string): Promise<void>;
  /** Turns on a healthy oddity of the catalogue's section 3. `variant` where there are several. */
  trap(number: number, variant?: string): Promise<void>;
  /** Anything else that is done to the world, until heal. */
  disturb(apply: (world: World) => Promise<void>): Promise<void>;
  /** Lengthens the way between the pod and its node. */
  wire(options: WireOptions): Promise<void>;
  heal(): Promise<void>;
  /** Runs net-preflight inside the pod, with the lab's config and `-o json` unless the arguments say otherwise. */
  run(args: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Any command inside a host; a non-zero exit is a result. */
  readonly exec: Exec;
  down(): Promise<void>;
}

export async function up(): Promise<Lab> {
  await removeLeftovers();
  const suffix = randomBytes(3).toString('hex');
  const state = newState(suffix);
  const directory = join(tmpdir(), `npf-${suffix}-files`);
  state.directories.push(directory);
  saveState(state);
  mkdirSync(directory, { recursive: true });
  // Servers that give up root must be able to reach their files.
  chmodSync(directory, 0o755);
  const names = namespaceNames(suffix);
  const servers: Server[] = [];
  const start = (plan: ServerPlan): Server => {
    const server = startServer(plan);
    recordProcess(state, server.pid);
    return server;
  };
  const down = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()));
    await removeWorld(state);
  };
  try {
    const [certificates] = await Promise.all([makeCertificates(directory), makeHosts(state, names, directory)]);
    const site: Site = { directory, namespaces: names, certificates };
    const plans = [
      publicDns(site),
      upstreamResolver(site),
      clusterDns(site, corednsBinary()),
      privateDns(site),
      publicWeb(site),
      clusterApi(site),
      stunAndFirstStitcher(site),
      quicControl(site),
    ];
    servers.push(...plans.map(start));
    const pools = new Map(
      [...opensslPool(site), ...gnutlsPool(site)].map((plan) => [plan.name, { plan, server: start(plan) }]),
    );
    servers.push(...[...pools.values()].map((member) => member.server));
    await Promise.all(servers.map((server) => server.ready()));
    const exec: Exec = (host, command, args, options) =>
      runCommand('ip', ['netns', 'exec', names[host], command, ...args], options);
    await untilTrue('an answer for the tenant at the cluster DNS', async () => {
      const answer = await exec('pod', 'dig', [
        '+short',
        '+tries=1',
        '+time=1',
        `@${CLUSTER.dnsService}`,
        `${TENANT.host}.`,
      ]);
      return answer.stdout.includes(TENANT.addresses[0] ?? '');
    });
    const configPath = writeConfig(site);
    const restartPools = async (): Promise<void> => {
      await Promise.all(
        [...pools.values()].map(async (member) => {
          await member.server.stop();
          servers.splice(servers.indexOf(member.server), 1);
          member.server = start(member.plan);
          servers.push(member.server);
          await member.server.ready();
        }),
      );
    };
    const disturbance = disturbances(site, exec, start, servers, restartPools);
    return {
      suffix,
      directory,
      site,
      configPath,
      exec,
      down,
      inject: async (id) => {
        const fault = faultById(id);
        await fault.inject(disturbance.world);
        await disturbance.forgetFlows();
        await fault.afterwards?.(disturbance.world);
      },
      trap: async (number, variant) => {
        const trap = trapByNumber(number);
        await trap.apply(disturbance.world, variant ?? trap.variants[0] ?? '');
        await disturbance.forgetFlows();
      },
      disturb: async (apply) => {
        await apply(disturbance.world);
        await disturbance.forgetFlows();
      },
      wire: (options) => layWire(disturbance.world, options),
      heal: disturbance.heal,
      run: (args, options) =>
        runCli(site, commandLine(args, configPath), mergeOptions(disturbance.runOptions(), options ?? {})),
    };
  } catch (error) {
    await down();
    throw error;
  }
}
