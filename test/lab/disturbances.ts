// What faults and traps do to a world, and how all of it is undone.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunOptions } from './cli.ts';
import { addFaultRules, type FaultChain, flushFaultChains } from './hosts.ts';
import { type Host, RESOLV_CONF } from './layout.ts';
import type { CommandOptions, CommandResult, Server, ServerPlan } from './processes.ts';
import type { Site } from './servers/site.ts';

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

/** Runs a command inside a host; a non-zero exit is a result. */
export type Exec = (
  host: Host,
  command: string,
  args: readonly string[],
  options?: CommandOptions,
) => Promise<CommandResult>;

export function mergeOptions(first: RunOptions, second: RunOptions): RunOptions {
  return {
    ...first,
    ...second,
    env: { ...first.env, ...second.env },
    args: [...(first.args ?? []), ...(second.args ?? [])],
    wrapper: [...(first.wrapper ?? []), ...(second.wrapper ?? [])],
  };
}

export function disturbances(
  site: Site,
  exec: Exec,
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
