// Builds the real Dockerfile without a container registry: its two base images are made here, from Debian's packages and
// the Node that npm delivers.

import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { mustRun, runCommand } from '../processes.ts';
import { cached, hashOf } from './cache.ts';
import { NODE_BINARY, npmDirectory } from './requirements.ts';
import type { Storage } from './storage.ts';

const root = resolve(import.meta.dirname, '../../..');

export const IMAGE = 'localhost/net-preflight:lab';
const BASE = 'localhost/net-preflight-base:lab';
const BUILDER = 'localhost/net-preflight-builder:lab';
const SUITE = 'bookworm';

/** What the Dockerfile copies, and what decides about it. */
const INPUTS = [
  'Dockerfile',
  '.dockerignore',
  '.npmrc',
  'LICENSE',
  'package.json',
  'package-lock.json',
  'build.ts',
  'src',
];

// No registry is asked, and a step runs in a chroot, in the network of buildah itself.
const LOCALLY = ['--isolation', 'chroot', '--network', 'host', '--pull-never'];

const BUNDLE = '/etc/ssl/certs/ca-certificates.crt';
// Packages unpacked but not configured: no shell, no package manager. The bundle is what ca-certificates would have made.
const BASE_ROOT = [
  '--variant=extract',
  '--include=libc6,libstdc++6,libgcc-s1,ca-certificates,netbase,tzdata',
  `--extract-hook=cat "$1"/usr/share/ca-certificates/mozilla/*.crt > "$1${BUNDLE}"`,
  '--extract-hook=cd "$1" && rm -rf usr/bin usr/sbin bin sbin usr/share/man usr/share/doc usr/share/zoneinfo/right usr/share/zoneinfo/posix',
];
const BUILDER_ROOT = ['--variant=essential', '--include=libstdc++6,ca-certificates'];

/** Builds the image unless the cache has it. Returns whether it was built. */
export async function buildImage(storage: Storage): Promise<boolean> {
  const hash = hashOf([...BASE_ROOT, ...BUILDER_ROOT, SUITE, readNodeVersion()], root, INPUTS);
  return cached(storage, 'image', hash, IMAGE, async () => {
    await makeBases(storage);
    await bud(storage, { context: root, tag: IMAGE, flags: await registryAccess(storage), offline: false });
  });
}

/** Builds the target that packs a finished dist/, without any network. */
export async function buildPrebuilt(storage: Storage, dist: string, tag: string): Promise<void> {
  await makeBases(storage);
  const context = join(storage.directory, 'prebuilt');
  for (const path of ['Dockerfile', '.dockerignore', 'LICENSE', 'package.json'])
    cpSync(join(root, path), join(context, path));
  cpSync(dist, join(context, 'dist'), { recursive: true });
  await bud(storage, { context, tag, flags: ['--target', 'prebuilt'], offline: true });
}

export interface Bud {
  readonly context: string;
  readonly tag: string;
  readonly flags: readonly string[];
  readonly offline: boolean;
}

export async function bud(storage: Storage, { context, tag, flags, offline }: Bud): Promise<void> {
  const bases = ['--build-arg', `BUILD_IMAGE=${BUILDER}`, '--build-arg', `BASE_IMAGE=${BASE}`];
  await storage.buildah(['bud', ...LOCALLY, '--timestamp', '0', ...bases, ...flags, '--tag', tag, context], {
    offline,
  });
}

async function makeBases(storage: Storage): Promise<void> {
  const npm = npmDirectory();
  if (npm === null) throw new Error('no npm');
  const base = hashOf([...BASE_ROOT, SUITE], root, []);
  await cached(storage, 'base', base, BASE, () =>
    fromDebian(storage, BASE, BASE_ROOT, () => 'ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt\n'),
  );
  const npmVersion = readFileSync(join(npm, 'package.json'), 'utf8');
  const builder = hashOf([...BUILDER_ROOT, SUITE, readNodeVersion(), npmVersion], root, []);
  await cached(storage, 'builder', builder, BUILDER, () =>
    fromDebian(storage, BUILDER, BUILDER_ROOT, (context) => {
      cpSync(NODE_BINARY, join(context, 'node'));
      cpSync(npm, join(context, 'npm'), { recursive: true });
      return `COPY node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
`;
    }),
  );
}

async function fromDebian(
  storage: Storage,
  tag: string,
  flags: readonly string[],
  more: (context: string) => string,
): Promise<void> {
  const context = join(storage.directory, tag.replaceAll(/[^a-z]/g, '-'));
  mkdirSync(context, { recursive: true });
  await mustRun('mmdebstrap', ['--quiet', ...flags, SUITE, join(context, 'root.tar')], { env: storage.env });
  const path = 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n';
  writeFileSync(join(context, 'Dockerfile'), `FROM scratch\nADD root.tar /\n${more(context)}${path}`);
  await storage.buildah(['bud', ...LOCALLY, '--tag', tag, context]);
}

/** The build stage asks the registry that npm asks here, and trusts what this machine trusts. Both come in by mounts. */
async function registryAccess(storage: Storage): Promise<string[]> {
  const env = { ...storage.env, HOME: process.env.HOME ?? '/' };
  const registry = (await runCommand('npm', ['config', 'get', 'registry'], { cwd: root, env })).stdout.trim();
  const trusted = existsSync(BUNDLE) ? ['--volume', `${BUNDLE}:${BUNDLE}:ro`] : [];
  const npmrc = join(storage.directory, 'npmrc');
  writeFileSync(npmrc, `registry=${registry}\n${trusted.length > 0 ? `cafile=${BUNDLE}\n` : ''}`);
  return ['--volume', `${npmrc}:/root/.npmrc:ro`, ...trusted];
}

function readNodeVersion(): string {
  const text = readFileSync(join(root, 'node_modules/node/package.json'), 'utf8');
  return String((JSON.parse(text) as { version: string }).version);
}
