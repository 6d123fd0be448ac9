// Makes this machine able to run the lab: Debian packages, without starting their daemons, and the Go tools of test/tools.
// `npm run lab:setup` asks for it; `npm test` calls it only under CI=true.

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { mustRun, runCommand } from './processes.ts';
import { findProgram, goToolchain, PROGRAMS, TOOLS, toolBinary, toolCache } from './requirements.ts';

/** Beside what the lab's own programs come from: what the image's and the manifests' tests use. */
const FURTHER_PACKAGES = ['buildah', 'podman', 'runc', 'mmdebstrap', 'procps'];
const FURTHER_PROGRAMS: Readonly<Record<string, string>> = {
  buildah: 'buildah',
  podman: 'podman',
  runc: 'runc',
  mmdebstrap: 'mmdebstrap',
  ps: 'procps',
};

const POLICY = '/usr/sbin/policy-rc.d';
/** invoke-rc.d(8): 101 means "action forbidden by policy". */
const REFUSE_DAEMONS = '#!/bin/sh\nexit 101\n';
const APT_LIMIT_MS = 20 * 60_000;

const say = (text: string): void => void process.stdout.write(`lab:setup: ${text}\n`);

export async function setup(): Promise<void> {
  await installPackages();
  await buildTools();
}

async function installPackages(): Promise<void> {
  const wanted = { ...PROGRAMS, ...FURTHER_PROGRAMS };
  const absent = Object.keys(wanted).filter((program) => findProgram(program) === null);
  if (absent.length === 0) return say('all programs are here');
  if (process.getuid?.() !== 0) return say(`not root: cannot install what provides ${absent.join(', ')}`);
  if (findProgram('apt-get') === null) return say(`no apt-get: install what provides ${absent.join(', ')} by hand`);
  const packages = [
    ...new Set([
      ...absent.flatMap((program) => wanted[program] ?? []),
      ...FURTHER_PACKAGES.filter(() => absent.length > 0),
    ]),
  ];
  say(`installing ${packages.join(' ')}`);
  await withoutDaemons(async () => {
    const env = { ...stringEnv(), DEBIAN_FRONTEND: 'noninteractive' };
    await mustRun('apt-get', ['update', '-q'], { env, timeoutMs: APT_LIMIT_MS });
    // One at a time when all at once fails, so that one missing package does not cost the others.
    const all = await runCommand('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], {
      env,
      timeoutMs: APT_LIMIT_MS,
    });
    if (all.code === 0) return;
    for (const one of packages) {
      const result = await runCommand('apt-get', ['install', '-y', '-q', '--no-install-recommends', one], {
        env,
        timeoutMs: APT_LIMIT_MS,
      });
      if (result.code !== 0) say(`${one} could not be installed: ${result.stderr.trim().split('\n').at(-1) ?? ''}`);
    }
  });
}

/** Installs a policy that refuses to start daemons, and puts back what was there, even after a failure. */
async function withoutDaemons(work: () => Promise<void>): Promise<void> {
  const kept = `${POLICY}.net-preflight-kept`;
  // A kept file means that an earlier run was killed here: the one in place is ours, the kept one is theirs.
  if (existsSync(POLICY) && !existsSync(kept)) renameSync(POLICY, kept);
  writeFileSync(POLICY, REFUSE_DAEMONS, { mode: 0o755 });
  try {
    await work();
  } finally {
    rmSync(POLICY, { force: true });
    if (existsSync(kept)) renameSync(kept, POLICY);
  }
}

/** Builds each tool once per version, into the user's cache. */
async function buildTools(): Promise<void> {
  const go = goToolchain();
  for (const tool of TOOLS) {
    const binary = toolBinary(tool);
    if (existsSync(binary)) {
      say(`${tool.name} is here: ${binary}`);
      continue;
    }
    if (go === null) {
      say(`no Go toolchain: ${tool.name} cannot be built`);
      continue;
    }
    say(`building ${tool.name} (some minutes)`);
    mkdirSync(toolCache(), { recursive: true });
    const source = resolve(import.meta.dirname, '../tools', tool.name);
    // Built beside its place and moved there whole: a build that was cut off is not mistaken for a tool.
    const unfinished = join(toolCache(), `.${tool.name}-${process.pid}`);
    const env = { ...stringEnv(), CGO_ENABLED: '0', GOFLAGS: '-mod=readonly' };
    // -mod=readonly refuses modules that go.sum does not vouch for; verify compares what is in the module cache.
    await mustRun(go, ['mod', 'download'], { cwd: source, env });
    await mustRun(go, ['mod', 'verify'], { cwd: source, env });
    await mustRun(go, ['build', '-trimpath', '-ldflags', '-s -w', '-o', unfinished, tool.module], { cwd: source, env });
    renameSync(unfinished, binary);
    removeOlder(tool.name, binary);
  }
}

function removeOlder(tool: string, binary: string): void {
  for (const name of readdirSync(toolCache())) {
    const path = join(toolCache(), name);
    if (name.startsWith(`${tool}-`) && path !== binary) rmSync(path, { force: true });
  }
}

function stringEnv(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

if (process.argv[1] === import.meta.filename) await setup();
