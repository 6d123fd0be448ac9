// Does the image, built from the Dockerfile and run as a restricted container, do a gate's work in a pod's network?

import { dirname } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { cliProgram } from './cli.ts';
import { buildImage, buildPrebuilt, IMAGE } from './image/build.ts';
import { CONFIG_PATH, type Ended, runContainer, startContainer } from './image/container.ts';
import { makePauseImage, playPod } from './image/pod.ts';
import { missingForImage } from './image/requirements.ts';
import { openStorage, type Storage } from './image/storage.ts';
import { CLUSTER, SEARCH } from './layout.ts';
import type { Missing } from './requirements.ts';
import { recordEvent } from './results.ts';
import { labSuite } from './suite.ts';
import type { Lab } from './world.ts';

const BUILD_LIMIT_MS = 600_000;
const MOST_BYTES = 1000;

const missing = missingForImage();
if (missing.length > 0) skipped(missing);
else labSuite('the image', imageTests);

function imageTests(lab: () => Lab): void {
  let storage: Storage;

  beforeAll(async () => {
    storage = await openStorage();
    const started = Date.now();
    const built = await buildImage(storage);
    const size = Number((await storage.podman(['image', 'inspect', '--format', '{{.Size}}', IMAGE])).stdout);
    process.stderr.write(
      `image: ${built ? 'built' : 'taken from the cache'} in ${Date.now() - started} ms, ${Math.round(size / 1e6)} MB uncompressed\n`,
    );
  }, BUILD_LIMIT_MS);
  afterEach(() => lab().heal());
  afterAll(() => storage?.remove());

  const gate = (args: readonly string[]) => ({ image: IMAGE, args: ['gate', '--config', CONFIG_PATH, ...args] });

  it('healthy: exit 0, and the termination message says so', async () => {
    const ended = await runContainer(storage, lab(), gate(['--wait', '0s', '-o', 'json']));
    expect(ended.exitCode, ended.stderr).toBe(0);
    expect(message(ended)).toMatchObject({ exit: 0, fault: null });
    const report = JSON.parse(ended.stdout) as Report;
    expect(report.verdict).toBe('Ready');
    expect(report.rootCauses).toEqual([]);
  });

  it("sees the pod's resolv.conf and name, and nothing that it could write", async () => {
    const ended = await runContainer(storage, lab(), gate(['--wait', '0s', '-o', 'json']));
    const { facts, vantage } = JSON.parse(ended.stdout) as Report;
    expect(facts.resolvConf).toMatchObject({
      known: true,
      value: { nameservers: [CLUSTER.dnsService], search: SEARCH },
    });
    expect(vantage).toMatchObject({ pod: 'npa-0', namespace: 'npa', node: 'node-3' });
    const inside = await runContainer(storage, lab(), {
      image: IMAGE,
      args: ['-e', INSIDE],
      flags: ['--entrypoint=/usr/local/bin/node'],
    });
    expect(inside.exitCode, inside.stderr).toBe(0);
    expect(JSON.parse(inside.stdout)).toEqual({
      uid: 65532,
      capabilities: '0000000000000000',
      noNewPrivileges: '1',
      writable: [],
      systemCertificates: true,
    });
  });

  it('udp443-drop: exit 3, and the termination message names it', async () => {
    await lab().inject('udp443-drop');
    const ended = await runContainer(storage, lab(), gate(['--wait', '0s']));
    expect(ended.exitCode, ended.stderr).toBe(3);
    expect(message(ended)).toMatchObject({ verdict: 'NotReady', exit: 3, fault: 'udp443-drop' });
    expect(ended.stdout).toContain('udp443-drop');
  });

  it('the network heals while the gate waits: exit 0', async () => {
    await lab().inject('udp443-drop');
    const container = startContainer(storage, lab(), gate(['--wait', '60s', '--period', '1s']));
    await container.said('round 1: NotReady (udp443-drop)');
    await lab().heal();
    const ended = await container.ended();
    expect(ended.exitCode, ended.stderr).toBe(0);
    expect(message(ended)).toMatchObject({ exit: 0, fault: null });
  });

  it.each([
    // The first signal comes in the pause after a round, the second in the midst of one: a round takes above 2 s here.
    { when: 'in a pause', period: '60s' },
    { when: 'in a round', period: '100ms' },
  ])('SIGTERM as PID 1 $when: exit 143 at once, with what was known', async ({ period }) => {
    await lab().inject('udp443-drop');
    const container = startContainer(storage, lab(), gate(['--wait', '90s', '--period', period]));
    await container.said('round 1: NotReady');
    await new Promise((resolve) => setTimeout(resolve, 300));
    const signalled = performance.now();
    await container.signal('SIGTERM');
    const ended = await container.ended();
    const ms = performance.now() - signalled;
    expect(ended.exitCode, ended.stderr).toBe(143);
    expect(ms).toBeLessThan(2_500);
    expect(message(ended)).toMatchObject({ exit: 143 });
  });

  it('as the init container of manifests/gate it holds the Publisher back until the network is good', async () => {
    await makePauseImage(storage);
    await lab().inject('udp443-drop');
    const held = await playPod(storage, lab());
    expect(held, held.log).toMatchObject({ exitCode: 3, appStarted: false });
    expect(held.log).toContain('udp443-drop');
    await lab().heal();
    const opened = await playPod(storage, lab());
    expect(opened, opened.log).toMatchObject({ exitCode: 0, appStarted: true });
  });

  it('no arguments, and the demo: refused with exit 2', async () => {
    for (const args of [[], ['demo']]) {
      const ended = await runContainer(storage, lab(), { image: IMAGE, args });
      expect(ended.exitCode, ended.stderr).toBe(2);
      expect(ended.stderr).toContain('does not ship');
      expect(ended.stderr).not.toContain('    at ');
    }
  });

  it('holds what it says: a numeric user, an entry point without a shell, labels', async () => {
    const { Config } = (
      JSON.parse((await storage.podman(['image', 'inspect', IMAGE])).stdout) as { Config: Record<string, unknown> }[]
    )[0] ?? { Config: {} };
    expect(Config).toMatchObject({ User: '65532:65532', Entrypoint: ['/usr/local/bin/net-preflight'] });
    expect(Config.Cmd ?? []).toEqual([]);
    expect(Config.Labels).toMatchObject({
      'org.opencontainers.image.title': 'net-preflight',
      'org.opencontainers.image.licenses': 'Apache-2.0',
    });
    const shell = await runContainer(storage, lab(), { image: IMAGE, args: [], flags: ['--entrypoint=/bin/sh'] });
    expect(shell.exitCode).toBe(127);
  });

  it(
    'the target for a finished bundle needs no network',
    async () => {
      const [, bundle = ''] = await cliProgram(lab().site);
      const tag = 'localhost/net-preflight:prebuilt';
      await buildPrebuilt(storage, dirname(bundle), tag);
      const ended = await runContainer(storage, lab(), { image: tag, args: ['--version'] });
      expect(ended).toMatchObject({ exitCode: 0, stderr: '' });
    },
    BUILD_LIMIT_MS,
  );
}

/** As labSuite does it: loud, and a failure in CI unless this machine cannot have what is missing. */
function skipped(missing: readonly Missing[]): void {
  const why = missing.map((one) => `${one.what} (${one.why})`).join('; ');
  const unobtainable = missing.some((one) => one.unobtainable);
  recordEvent({ kind: 'skip', what: 'lab: the image', why, unobtainable });
  describe('the image', () => {
    if (process.env.CI === 'true' && !unobtainable) it('has what it needs', () => expect.fail(`missing: ${why}`));
    else it.skip(`needs ${why}`, () => {});
  });
}

/** One object, one line, ASCII, and small enough to come through a kubelet whole. */
function message(ended: Ended): unknown {
  const { termination } = ended;
  expect(Buffer.byteLength(termination)).toBeLessThanOrEqual(MOST_BYTES);
  expect(termination).toMatch(/^[\x20-\x7e]+\n?$/);
  return JSON.parse(termination);
}

// Runs in the container. /dev/shm is podman's own and of memory; a kubelet's containers have it too.
const INSIDE = `
const fs = require('node:fs');
const status = fs.readFileSync('/proc/self/status', 'utf8');
const of = (name) => new RegExp('^' + name + ':\\\\s*(\\\\S+)', 'm').exec(status)[1];
const writable = ['/', '/tmp', '/run', '/etc', '/var', '/config', '/usr/local/lib/net-preflight/dist'].filter((directory) => {
  try {
    fs.writeFileSync(directory + '/probe', '');
    return true;
  } catch {
    return false;
  }
});
console.log(JSON.stringify({
  uid: process.getuid(),
  capabilities: of('CapBnd'),
  noNewPrivileges: of('NoNewPrivs'),
  writable,
  systemCertificates: require('node:tls').getCACertificates('system').length > 50,
}));
`;
