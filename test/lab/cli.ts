// Running net-preflight itself inside the pod: which file is run, with which config, in which environment.

import { cpSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { stringify } from 'yaml';
import type { Report } from '../../src/model/report.ts';
import { CLUSTER, CONTROLS, STITCHERS, TENANT } from './layout.ts';
import { mustRun, runCommand } from './processes.ts';
import type { Site } from './servers/site.ts';

const root = resolve(import.meta.dirname, '../..');

export interface RunOptions {
  /** Appended to the command line. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Put before the program inside the namespace, such as `setpriv …`. */
  readonly wrapper?: readonly string[];
  /** Instead of the built CLI: interpreter and file. */
  readonly program?: readonly string[];
  readonly timeoutMs?: number;
}

export interface RunResult {
  readonly exitCode: number | null;
  /** stdout as JSON, or null when it is none. */
  readonly report: Report | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Wall time of the process, namespace entry included. */
  readonly ms: number;
}

const RUN_LIMIT_MS = 90_000;

export function writeConfig(site: Site): string {
  const path = join(site.directory, 'preflight.yaml');
  const config = {
    apiVersion: 'net-preflight.dev/v1alpha1',
    kind: 'PreflightConfig',
    spec: {
      tenant: TENANT.name,
      stitchers: STITCHERS.map((stitcher) => stitcher.host),
      expectCa: [site.certificates.root],
      controls: { https: CONTROLS.https, stun: CONTROLS.stun, quic: CONTROLS.quic, nobody: CONTROLS.nobody },
    },
  };
  writeFileSync(path, stringify(config), { mode: 0o644 });
  return path;
}

const REPORTING = new Set(['check', 'gate', 'report']);

/** Adds the lab's config and `-o json` to a reporting command, unless the caller chose otherwise. */
export function commandLine(args: readonly string[], configPath: string): string[] {
  if (!REPORTING.has(args[0] ?? '')) return [...args];
  const has = (...flags: string[]): boolean =>
    args.some((arg) => flags.some((flag) => arg === flag || arg.startsWith(`${flag}=`)));
  return [
    ...args,
    ...(has('--config') ? [] : ['--config', configPath]),
    ...(has('-o', '--output') ? [] : ['-o', 'json']),
  ];
}

/** The environment of a pod, and nothing of this machine's: trust, proxies and Node options would leak in. */
const POD_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/',
  LANG: 'C.UTF-8',
  HOSTNAME: 'npa-0',
  KUBERNETES_SERVICE_HOST: CLUSTER.apiService,
  KUBERNETES_SERVICE_PORT: '443',
  POD_NAME: 'npa-0',
  POD_NAMESPACE: 'npa',
  NODE_NAME: 'node-3',
};

export async function runCli(site: Site, args: readonly string[], options: RunOptions): Promise<RunResult> {
  const program = options.program ?? (await cliProgram(site));
  const started = performance.now();
  const result = await runCommand(
    'ip',
    ['netns', 'exec', site.namespaces.pod, ...(options.wrapper ?? []), ...program, ...args, ...(options.args ?? [])],
    { env: { ...POD_ENVIRONMENT, ...options.env }, timeoutMs: options.timeoutMs ?? RUN_LIMIT_MS, cwd: '/' },
  );
  const ms = Math.round(performance.now() - started);
  return {
    exitCode: result.code,
    report: parseReport(result.stdout),
    stdout: result.stdout,
    stderr: result.stderr,
    ms,
  };
}

function parseReport(stdout: string): Report | null {
  try {
    return JSON.parse(stdout) as Report;
  } catch {
    return null;
  }
}

const programs = new Map<string, Promise<string[]>>();

/** Interpreter and file. The bundle is copied into the run's directory, so that another build in this tree does not pull it away. */
export function cliProgram(site: Site): Promise<string[]> {
  const known = programs.get(site.directory) ?? prepareCli(site);
  programs.set(site.directory, known);
  return known;
}

async function prepareCli(site: Site): Promise<string[]> {
  const node = join(root, 'node_modules/.bin/node');
  const dist = join(root, 'dist');
  await bundle(node);
  const copy = join(site.directory, 'dist');
  cpSync(dist, copy, { recursive: true });
  // The copy stands alone, without the package.json that says so.
  writeFileSync(join(site.directory, 'package.json'), '{"type":"module"}\n');
  return [node, join(copy, 'net-preflight.js')];
}

let building: Promise<unknown> | null = null;

/** Builds once per process; `npm test` has built already and says so by variable. */
async function bundle(node: string): Promise<void> {
  if (process.env.NET_PREFLIGHT_TEST_BUILT === '1') return;
  building ??= mustRun(node, ['build.ts', '--quiet'], { cwd: root });
  await building;
}

/** The root causes in short: the fault's id, or what was said where there is none. */
export function named(result: RunResult): string[] {
  return (result.report?.rootCauses ?? []).map((finding) => finding.fault ?? `${finding.check}: ${finding.summary}`);
}
