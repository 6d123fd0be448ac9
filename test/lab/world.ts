// The lab: a pod's network with real servers behind it, in network namespaces. Faults are injected one at a time and healed.
//
//   const lab = await up();
//   await lab.inject('udp443-drop');
//   const { exitCode, report } = await lab.run(['check']);
//   await lab.heal();
//   await lab.down();

import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificates } from './certificates.ts';
import { commandLine, type RunOptions, type RunResult, runCli, writeConfig } from './cli.ts';
import { faultById } from './faults/index.ts';
import { addFaultRules, type FaultChain, flushFaultChains, makeHosts, namespaceNames } from './hosts.ts';
import { CLUSTER, type Host, RESOLV_CONF, TENANT } from './layout.ts';
import {
  type CommandOptions,
  type CommandResult,
  runCommand,
  type Server,
  type ServerPlan,
  startServer,
  untilTrue,
} from './processes.ts';
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

/** What a fault or a trap may do to the world. Everything it does is undone by heal. */
export interface World {
  readonly site: Site;
  /** Adds rules to a fault chain of a host. */
  filter(host: Host, chain: FaultChain, rules: readonly string[]): Promise<void>;
  /** Runs a command inside a host; throws unless it exits 0. */
  command(host: Host, command: string, args: readonly string[], options?: CommandOptions): Promise<string>;
  resolvConf(text: string): void;
  /** Starts a server that heal stops. */
  start(plan: ServerPlan): Promise<Server>;
  /** What heal does, last in first out. */
  onHeal(undo: () => Promise<void> | void): void;
  /** How the pod's program is run while this lasts. */
  runWith(options: RunOptions): void;
  /** The single-client DTLS servers will be left in mid-handshake: heal starts them anew. */
  disturbsDtlsPools(): void;
}

export interface Lab {
  readonly suffix: string;
  readonly directory: string;
  readonly site: Site;
  /** The config file that `run` passes. */
  readonly configPath: string;
  inject(faultId: string): Promise<void>;
  /** Turns on a healthy oddity of the catalogue's section 3. `variant` where there are several. */
  trap(number: number, variant?: string): Promise<void>;
  /** Lengthens the way between the pod and its node. */
  wire(options: WireOptions): Promise<void>;
  heal(): Promise<void>;
  /** Runs net-preflight inside the pod, with the lab's config and `-o json` unless the arguments say otherwise. */
  run(args: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Any command inside a host. */
  exec(host: Host, command: string, args: readonly string[], options?: CommandOptions): Promise<CommandResult>;
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
    const exec: Lab['exec'] = (host, command, args, options) =>
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
        await faultById(id).inject(disturbance.world);
        await disturbance.forgetFlows();
      },
      trap: async (number, variant) => {
        const trap = trapByNumber(number);
        await trap.apply(disturbance.world, variant ?? trap.variants[0] ?? '');
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

function mergeOptions(first: RunOptions, second: RunOptions): RunOptions {
  return {
    ...first,
    ...second,
    env: { ...first.env, ...second.env },
    args: [...(first.args ?? []), ...(second.args ?? [])],
    wrapper: [...(first.wrapper ?? []), ...(second.wrapper ?? [])],
  };
}

function disturbances(
  site: Site,
  exec: Lab['exec'],
  start: (plan: ServerPlan) => Server,
  servers: Server[],
  restartPools: () => Promise<void>,
): { world: World; heal: () => Promise<void>; forgetFlows: () => Promise<void>; runOptions: () => RunOptions } {
  let undos: (() => Promise<void> | void)[] = [];
  let filtered = new Set<Host>();
  let poolsDisturbed = false;
  let runOptions: RunOptions = {};
  const resolvConfPath = join('/etc/netns', site.namespaces.pod, 'resolv.conf');
  const command: World['command'] = async (host, program, args, options) => {
    const result = await exec(host, program, args, options);
    if (result.code !== 0) throw new Error(`lab: ${host}: ${program} ${args.join(' ')}: ${result.stderr.trim()}`);
    return result.stdout;
  };
  const world: World = {
    site,
    command,
    filter: async (host, chain, rules) => {
      filtered.add(host);
      await addFaultRules(site.namespaces[host], chain, rules);
    },
    resolvConf: (text) => {
      writeFileSync(resolvConfPath, text);
      undos.push(() => writeFileSync(resolvConfPath, RESOLV_CONF));
    },
    start: async (plan) => {
      const server = start(plan);
      servers.push(server);
      undos.push(async () => {
        await server.stop();
        servers.splice(servers.indexOf(server), 1);
      });
      await server.ready();
      return server;
    },
    onHeal: (undo) => {
      undos.push(undo);
    },
    runWith: (options) => {
      runOptions = mergeOptions(runOptions, options);
    },
    disturbsDtlsPools: () => {
      poolsDisturbed = true;
    },
  };
  // A flow that was passed, refused or redirected must not live on in a connection table.
  const forgetFlows = async (): Promise<void> => {
    await Promise.all((['gw', 'inet'] as const).map((host) => exec(host, 'conntrack', ['-F'])));
  };
  const heal = async (): Promise<void> => {
    runOptions = {};
    await Promise.all([...filtered].map((host) => flushFaultChains(site.namespaces[host])));
    filtered = new Set();
    for (const undo of undos.toReversed()) await undo();
    undos = [];
    if (poolsDisturbed) await restartPools();
    poolsDisturbed = false;
    await forgetFlows();
  };
  return { world, heal, forgetFlows, runOptions: () => runOptions };
}
