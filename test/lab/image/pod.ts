// Runs the gate of manifests/gate as an init container with `podman kube play`, which holds back the other containers as a
// kubelet does. What a kubelet adds is added here: the downward API's values, resolv.conf and hosts.

import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import { CLUSTER } from '../layout.ts';
import { runCommand } from '../processes.ts';
import type { Lab } from '../world.ts';
import { bud, IMAGE } from './build.ts';
import { PAUSE_IMAGE, type Storage } from './storage.ts';

const PATCH = resolve(import.meta.dirname, '../../../manifests/gate/daemonset.yaml');
const POD = 'npa-0';
const PLAY_LIMIT_MS = 60_000;

export interface Played {
  /** Of the init container. */
  readonly exitCode: number;
  readonly log: string;
  readonly appStarted: boolean;
}

interface Container {
  readonly name: string;
  readonly [key: string]: unknown;
}

interface Template {
  readonly initContainers: readonly Container[];
  readonly volumes: readonly unknown[];
}

/** The pod's first process, which podman wants to exist: Node, idle. */
export async function makePauseImage(storage: Storage): Promise<void> {
  const file = join(storage.directory, 'Pause');
  const idle = "process.once('SIGTERM', () => process.exit()); setInterval(() => {}, 1e9)";
  writeFileSync(file, `FROM ${IMAGE}\nENTRYPOINT ${JSON.stringify(['/usr/local/bin/node', '-e', idle])}\n`);
  await bud(storage, { context: storage.directory, tag: PAUSE_IMAGE, flags: ['--file', file], offline: true });
}

/** Plays the pod, waits until it is decided, and takes it down. */
export async function playPod(storage: Storage, lab: Lab): Promise<Played> {
  const file = join(storage.directory, 'pod.yaml');
  writeFileSync(file, `${stringify(configMap(lab))}---\n${stringify(pod(lab))}`);
  const namespace = `--net=/run/netns/${lab.site.namespaces.pod}`;
  const play = ['kube', 'play', '--network', 'host', file];
  const result = await runCommand('nsenter', [namespace, 'podman', ...storage.flags, ...play], {
    env: storage.env,
    timeoutMs: PLAY_LIMIT_MS,
  });
  try {
    const exit = await storage.podman(['inspect', `${POD}-net-preflight`, '--format', '{{.State.ExitCode}}']);
    if (exit.code !== 0) throw new Error(`podman kube play: ${result.stderr.slice(-2000)}`);
    const log = await storage.podman(['logs', `${POD}-net-preflight`]);
    await storage.podman(['wait', '--condition=created', '--condition=exited', `${POD}-publisher`]);
    const app = await storage.podman(['logs', `${POD}-publisher`]);
    return { exitCode: Number(exit.stdout), log: log.stdout + log.stderr, appStarted: app.stdout.includes('started') };
  } finally {
    await storage.podman(['kube', 'down', file]);
  }
}

function configMap(lab: Lab): unknown {
  const config = parse(readFileSync(lab.configPath, 'utf8')) as { spec: Record<string, unknown> };
  const expectCa = [readFileSync(lab.site.certificates.root, 'utf8')];
  const spec = { ...config.spec, expectCa, gate: { wait: '0s' } };
  const data = { 'preflight.yaml': stringify({ ...config, spec }) };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'net-preflight-config' }, data };
}

function pod(lab: Lab): unknown {
  const patch = parse(readFileSync(PATCH, 'utf8')) as { spec: { template: { spec: Template } } };
  const { initContainers, volumes } = patch.spec.template.spec;
  const env = Object.entries({
    POD_NAME: POD,
    POD_NAMESPACE: 'npa',
    NODE_NAME: 'node-3',
    KUBERNETES_SERVICE_HOST: CLUSTER.apiService,
    KUBERNETES_SERVICE_PORT: '443',
  }).map(([name, value]) => ({ name, value }));
  const files = ['resolv.conf', 'hosts'].map((file) => ({ file, name: file.replace('.', '-') }));
  const mounts = files.map(({ name, file }) => ({ name, mountPath: `/etc/${file}`, readOnly: true }));
  const gates = initContainers.map((container) => ({
    ...container,
    image: IMAGE,
    env,
    volumeMounts: [...(container.volumeMounts as readonly unknown[]), ...mounts],
  }));
  const command = ['/usr/local/bin/node', '-e', "console.log('started')"];
  const hostPaths = files.map(({ name, file }) => ({
    name,
    hostPath: { path: join('/etc/netns', lab.site.namespaces.pod, file), type: 'File' },
  }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    // podman removes an init container that has succeeded, unless it is of this type.
    metadata: { name: POD, annotations: { 'io.podman.annotations.init.container.type': 'always' } },
    spec: {
      restartPolicy: 'Never',
      initContainers: gates,
      containers: [{ name: 'publisher', image: IMAGE, command }],
      volumes: [...volumes, ...hostPaths],
    },
  };
}
