// Runs the image in the pod's network namespace the way a kubelet runs a restricted container: not root, no capabilities,
// a root filesystem that cannot be written, and a termination log of its own.

import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { CLUSTER } from '../layout.ts';
import { untilTrue } from '../processes.ts';
import type { Lab } from '../world.ts';
import type { Storage } from './storage.ts';

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What a kubelet would show as the container's termination message. */
  readonly termination: string;
  /** Wall time, podman's own share included. */
  readonly ms: number;
}

export interface Container {
  /** Resolves once stderr holds the text. */
  said(text: string): Promise<void>;
  signal(name: 'SIGTERM' | 'SIGINT'): Promise<void>;
  ended(): Promise<Ended>;
}

export interface ContainerOptions {
  readonly image: string;
  readonly args: readonly string[];
  /** Further flags for `podman run`. */
  readonly flags?: readonly string[];
}

const HARDENED = [
  '--read-only',
  '--read-only-tmpfs=false',
  '--cap-drop=ALL',
  '--user=65532:65532',
  '--security-opt=no-new-privileges',
];
const PAST_ALL_WAITING_MS = 110_000;

/** The lab's config inside the container, to be given as --config. */
export const CONFIG_PATH = '/config/preflight.yaml';

export function startContainer(storage: Storage, lab: Lab, options: ContainerOptions): Container {
  const name = `npf-${lab.suffix}-${randomBytes(3).toString('hex')}`;
  const log = join(storage.directory, `${name}.termination`);
  writeFileSync(log, '');
  chmodSync(log, 0o666);
  const namespace = lab.site.namespaces.pod;
  const mount = (from: string, to: string) => `--volume=${from}:${to}:ro`;
  const args = [
    ...storage.flags,
    'run',
    '--rm',
    `--name=${name}`,
    ...HARDENED,
    // podman takes /etc/netns/NAME/resolv.conf for such a namespace; hosts it would write itself.
    `--network=ns:/run/netns/${namespace}`,
    '--hostname=npa-0',
    mount(join('/etc/netns', namespace, 'hosts'), '/etc/hosts'),
    mount(lab.configPath, CONFIG_PATH),
    mount(lab.site.certificates.root, lab.site.certificates.root),
    `--volume=${log}:/dev/termination-log`,
    `--env=KUBERNETES_SERVICE_HOST=${CLUSTER.apiService}`,
    '--env=KUBERNETES_SERVICE_PORT=443',
    '--env=POD_NAME=npa-0',
    '--env=POD_NAMESPACE=npa',
    '--env=NODE_NAME=node-3',
    ...(options.flags ?? []),
    options.image,
    ...options.args,
  ];
  const started = performance.now();
  const child = spawn('podman', args, { env: storage.env, stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = { stdout: '', stderr: '' };
  collect(child, texts);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) =>
      resolve({
        exitCode,
        ...texts,
        termination: readFileSync(log, 'utf8'),
        ms: Math.round(performance.now() - started),
      }),
    );
  });
  ended.catch(() => {});
  const deadline = setTimeout(() => child.kill('SIGKILL'), PAST_ALL_WAITING_MS);
  ended.finally(() => clearTimeout(deadline)).catch(() => {});
  return {
    said: (text) =>
      untilTrue(`"${text}" from the container (it said: ${texts.stderr.slice(-500)})`, async () => {
        if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${texts.stderr.slice(-2000)}`);
        return texts.stderr.includes(text);
      }),
    signal: async (signalName) => {
      const result = await storage.podman(['kill', `--signal=${signalName}`, name]);
      if (result.code !== 0) throw new Error(`podman kill: ${result.stderr}`);
    },
    ended: () => ended,
  };
}

export function runContainer(storage: Storage, lab: Lab, options: ContainerOptions): Promise<Ended> {
  return startContainer(storage, lab, options).ended();
}

function collect(child: ChildProcess, texts: { stdout: string; stderr: string }): void {
  for (const name of ['stdout', 'stderr'] as const) {
    const stream = child[name];
    stream?.setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
}
