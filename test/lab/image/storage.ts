// A place of our own for images and containers, so that nothing of this machine's is seen or touched. Removed at the end;
// what a crashed run left is removed at the next start, by the owner's pid and start time in the directory's name.

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommandOptions, type CommandResult, runCommand, startTicks } from '../processes.ts';

export interface Storage {
  readonly directory: string;
  /** What buildah and podman are given first. */
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** `offline`: in a network namespace of its own that has nothing in it. */
  buildah(args: readonly string[], options?: { readonly offline: boolean }): Promise<string>;
  podman(args: readonly string[], options?: CommandOptions): Promise<CommandResult>;
  remove(): Promise<void>;
}

export const PAUSE_IMAGE = 'localhost/net-preflight-pause:lab';
const PREFIX = 'npf-image-';
// A build downloads about 90 packages.
const LIMIT_MS = 600_000;

// crun fails where cgroup v1 and v2 are mixed, and the default limits are more than a container may have here.
const CONTAINERS_CONF = `[containers]
default_ulimits = ["nofile=20000:20000", "nproc=20000:20000"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "none"
lock_type = "file"
infra_image = "${PAUSE_IMAGE}"
`;

export async function openStorage(): Promise<Storage> {
  await removeLeftovers();
  const directory = join(tmpdir(), `${PREFIX}${process.pid}-${startTicks(process.pid) ?? '0'}`);
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  return storageIn(directory);
}

function storageIn(directory: string): Storage {
  const conf = join(directory, 'containers.conf');
  writeFileSync(conf, CONTAINERS_CONF);
  const flags = ['--root', join(directory, 'root'), '--runroot', join(directory, 'run')];
  const env = {
    ...proxyVariables(),
    PATH: process.env.PATH ?? '',
    HOME: directory,
    TMPDIR: directory,
    CONTAINERS_CONF: conf,
  };
  const podmanFlags = [...flags, '--tmpdir', join(directory, 'libpod')];
  const podman: Storage['podman'] = (args, options) =>
    runCommand('podman', [...podmanFlags, ...args], { env, timeoutMs: LIMIT_MS, ...options });
  return {
    directory,
    flags: podmanFlags,
    env,
    podman,
    buildah: async (args, options) => {
      const [program, ...rest] = options?.offline === true ? ['unshare', '--net', 'buildah'] : ['buildah'];
      const result = await runCommand(program, [...rest, ...flags, ...args], { env, timeoutMs: LIMIT_MS });
      if (result.code === 0) return result.stdout;
      throw new Error(`buildah ${args.join(' ')} ended with ${result.code}: ${result.stderr.slice(-2000)}`);
    },
    remove: async () => {
      await podman(['pod', 'rm', '--all', '--force', '--time', '0']);
      await podman(['rm', '--all', '--force', '--time', '0']);
      await unmountBelow(directory);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function removeLeftovers(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const [, pid, ticks] = new RegExp(`^${PREFIX}(\\d+)-(\\d+)$`).exec(name) ?? [];
    if (pid === undefined || startTicks(Number(pid)) === ticks) continue;
    await storageIn(join(tmpdir(), name)).remove();
  }
}

/** The overlay driver leaves its directory mounted on itself. Deepest first. */
async function unmountBelow(directory: string): Promise<void> {
  const points = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((point) => point.startsWith(`${directory}/`));
  for (const point of points.toReversed()) await runCommand('umount', [point]);
}

/** A machine that reaches registries through a proxy says so by these. */
function proxyVariables(): Record<string, string> {
  const names = ['http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
