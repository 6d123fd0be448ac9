// No planted secret in any output: the real pipeline, from the command line to every format, with secrets in all places
// where a user may have them, and a proxy that shows in its answer what it was sent.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { preflight } from '../../src/agent.ts';
import { run } from '../../src/cli.ts';
import type { Terminal } from '../../src/commands/terminal.ts';
import { startWorld, type World } from '../../src/demo/world.ts';
import { proxy as proxyFact } from '../../src/facts/proxy.ts';
import type { Report } from '../../src/model/report.ts';
import { parseProxyUrl } from '../../src/parse/proxy-url.ts';
import { PROBES } from '../../src/probes/index.ts';
import { FORMATS, render } from '../../src/render/index.ts';
import { progressLine, progressOf } from '../../src/render/progress.ts';

const USER = 'agent-7';
const PASSWORD = 'Gr4nite:Otter@91';
const KEY_HEX = '5ec2e7c0ffee4a11d00dfeed0badcafe';
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJwbGFudGVkIn0.c2lnbmF0dXJlLXBsYW50ZWQ';
const HEX_TOKEN = '9d3f6a1bc40e47d2a8855e0c1f7b2e64';
const BASIC = Buffer.from(`${USER}:${PASSWORD}`).toString('base64');
const NOT_HEX = 'correct-horse-battery-0x2b';

/** Every form in which one of them could get out. */
const SECRETS: Readonly<Record<string, string>> = {
  'the proxy password': PASSWORD,
  'the proxy password in URL form': encodeURIComponent(PASSWORD),
  'the Proxy-Authorization value': BASIC,
  'the pre-shared key': KEY_HEX,
  'a token': JWT,
  'the middle of a token': JWT.split('.')[1] ?? '',
  'a hexadecimal token': HEX_TOKEN,
  'a mistyped key': NOT_HEX,
};

let world: World;
let proxy: Server;
let proxyUrl: string;
let directory: string;
const sockets = new Set<Socket>();
/** What the proxy was really sent: else the test would prove nothing. */
const asked: string[] = [];
/** Refuses and shows everything, or lets through. */
let mode: 'refuse' | 'tunnel' = 'tunnel';

beforeAll(async () => {
  world = await startWorld();
  directory = mkdtempSync(join(tmpdir(), 'net-preflight-secrets-'));
  proxy = createServer(serve);
  await new Promise<void>((ready) => proxy.listen(0, '127.0.0.1', ready));
  const { port } = proxy.address() as AddressInfo;
  proxyUrl = `http://${USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}`;
});

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise((closed) => proxy.close(closed));
  await world.close();
  rmSync(directory, { recursive: true, force: true });
});

function serve(socket: Socket): void {
  sockets.add(socket);
  socket.on('error', () => {});
  socket.once('data', (data) => {
    const request = data.toString('latin1');
    asked.push(request);
    if (mode === 'refuse') {
      const page = `<h1>Access denied</h1> You sent: ${request} for ${USER}:${PASSWORD}`;
      const head = `HTTP/1.1 407 No ${BASIC}\r\nServer: ${proxyUrl}\r\nVia: Basic ${BASIC}\r\nProxy-Authenticate: Basic realm="${USER}:${PASSWORD}@"`;
      socket.end(`${head}\r\nContent-Length: ${page.length}\r\n\r\n${page}`);
      return;
    }
    const place = world.settings.connectTo['203.0.113.10:443/tcp'];
    const onward = connect(place?.port ?? 0, place?.address);
    sockets.add(onward);
    onward.on('error', () => socket.destroy());
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    socket.pipe(onward).pipe(socket);
  });
}

const environment = () => ({
  https_proxy: proxyUrl,
  HTTPS_PROXY: `http://other:${encodeURIComponent(PASSWORD)}@127.0.0.1:1`,
  no_proxy: 'localhost',
  NPA_API_TOKEN: JWT,
  NETSKOPE_API_TOKEN: HEX_TOKEN,
  PREFLIGHT_KEY: KEY_HEX,
  PREFLIGHT_BAD_KEY: NOT_HEX,
});

function expectNoSecret(text: string, where: string): void {
  for (const [name, secret] of Object.entries(SECRETS)) {
    const at = text.indexOf(secret);
    const around = at < 0 ? '' : text.slice(Math.max(0, at - 80), at + 80);
    expect(at, `${name} is in ${where}, because it was not redacted before it left: …${around}…`).toBe(-1);
  }
}

describe.each(['tunnel', 'refuse'] as const)('behind a proxy with a password (%s)', (chosen) => {
  let report: Report;
  const progress: string[] = [];

  beforeAll(async () => {
    mode = chosen;
    asked.length = 0;
    const parsed = parseProxyUrl(proxyUrl);
    const reachable = parsed ? { [`127.0.0.1:${parsed.endpoint.port}/tcp`]: parsed.endpoint } : {};
    const connectTo = { ...world.settings.connectTo, ...reachable };
    report = await preflight(
      {
        settings: { ...world.settings, connectTo, psk: { identity: 'npa-0', keyHex: KEY_HEX } },
        facts: { ...world.facts, proxy: proxyFact(environment()) },
        probes: { ...PROBES, ...world.probes },
        kind: 'demo',
        ...(parsed?.authorization ? { proxyAuthorization: parsed.authorization } : {}),
      },
      (state) => progress.push(progressLine(progressOf(state), { color: false, width: 200 })),
      new AbortController().signal,
    );
  });

  it('used the secrets', () => {
    expect(asked.join('\n')).toContain(BASIC);
    expect(report.observations.some(({ probe }) => probe.kind === 'dtls-psk')).toBe(true);
  });

  it.each(FORMATS.map(({ id }) => id))('tells none in %s', async (id) => {
    for (const options of [
      { color: false, width: 120 },
      { color: true, width: 60, ascii: true },
    ]) {
      const text = await render(id, report, options);
      expect(text.length).toBeGreaterThan(0);
      expectNoSecret(text, `the ${id} output`);
    }
  });

  it('tells none in the progress line', () => {
    expect(progress.length).toBeGreaterThan(2);
    expectNoSecret(progress.join('\n'), 'the progress line');
  });
});

describe('from the command line', () => {
  async function commandLine(args: readonly string[]): Promise<{ text: string; exitCode: number }> {
    const parts: string[] = [];
    const write = (part: string) => void parts.push(part);
    const terminal: Terminal = {
      stdout: write,
      stderr: write,
      options: { color: false, width: 120 },
      progress: true,
    };
    const exitCode = await run(args, environment(), terminal);
    return { exitCode, text: parts.join('') };
  }

  function configFile(): string {
    const path = join(directory, 'preflight.yaml');
    const ca = join(directory, 'ca.pem');
    writeFileSync(ca, world.settings.expectCa.join('\n'));
    const { connectTo, controls, targets } = world.settings;
    // Everything that this file names has a place of its own, so the catch-alls are not needed, and a file may not have them.
    const named = Object.entries(connectTo).filter(([key]) => !key.startsWith('*'));
    const places = named.map(([key, to]) => [key, `${to.address}:${to.port}`]);
    const proxyPlace = parseProxyUrl(proxyUrl)?.endpoint;
    const own = proxyPlace ? [[`127.0.0.1:${proxyPlace.port}/tcp`, `127.0.0.1:${proxyPlace.port}`]] : [];
    const spec = {
      profile: 'none',
      resolvers: ['10.96.0.10'],
      systemLookup: false,
      targets: targets.map(({ host, port, protocol, role }) => ({ host, port, protocol, role })),
      // In a file an address where nobody can be is text; the settings hold an endpoint.
      controls: { ...controls, nobody: (controls.nobody ?? []).map(({ address }) => address) },
      expectCa: [ca],
      psk: { identity: 'npa-0', keyEnv: 'PREFLIGHT_KEY' },
      connectTo: Object.fromEntries([...places, ...own]),
    };
    writeFileSync(path, JSON.stringify({ apiVersion: 'net-preflight.dev/v1alpha1', kind: 'PreflightConfig', spec }));
    return path;
  }

  it.each(['tunnel', 'refuse'] as const)('a gate tells none, in its termination log neither (%s)', async (chosen) => {
    mode = chosen;
    asked.length = 0;
    const log = join(directory, 'termination-log');
    const { text } = await commandLine(['gate', '--config', configFile(), '--wait', '0s', '--termination-log', log]);
    expect(asked.join('\n'), text).toContain(BASIC);
    expectNoSecret(text, 'what the gate prints');
    const message = readFileSync(log, 'utf8');
    expect(JSON.parse(message)).toHaveProperty('verdict');
    expectNoSecret(message, 'the termination message');
  });

  it('the configuration in force is shown without them', async () => {
    const { text, exitCode } = await commandLine(['config', 'view', '--config', configFile()]);
    expect(exitCode, text).toBe(0);
    expect(text).toContain('PREFLIGHT_KEY');
    expectNoSecret(text, 'config view');
  });

  const badKeyFile = () => {
    const path = join(directory, 'key');
    writeFileSync(path, `${NOT_HEX}\n`);
    return path;
  };
  const brokenFile = () => {
    const path = join(directory, 'broken.yaml');
    const spec = `spec:\n  tenant: acme\n  psk:\n    identity: x\n    keyHex: ${KEY_HEX}\n    key: "${NOT_HEX}"\n  apiToken: ${JWT}\n`;
    writeFileSync(path, `apiVersion: net-preflight.dev/v1alpha1\nkind: PreflightConfig\n${spec}`);
    return path;
  };
  const mistakes: readonly (readonly [string, () => readonly string[]])[] = [
    [
      'a tenant with credentials',
      () => ['--tenant', `https://${USER}:${encodeURIComponent(PASSWORD)}@acme.goskope.com`],
    ],
    [
      'a target with credentials',
      () => ['--target', `https://${USER}:${encodeURIComponent(PASSWORD)}@acme.goskope.com`],
    ],
    [
      'a stitcher with credentials',
      () => ['--tenant', 'acme', '--stitcher', `dtls://${USER}:${encodeURIComponent(PASSWORD)}@gw.example`],
    ],
    ['a key file that holds no key', () => ['--tenant', 'acme', '--psk-identity', 'x', '--psk-key-file', badKeyFile()]],
    [
      'a key variable that holds no key',
      () => ['--tenant', 'acme', '--psk-identity', 'x', '--psk-key-env', 'PREFLIGHT_BAD_KEY'],
    ],
    ['keys in a file that does not take them', () => ['--config', brokenFile()]],
    ['a flag that nobody knows', () => ['--tenant', 'acme', `--proxy-password=${PASSWORD}`, `--api-token=${JWT}`]],
  ];

  it.each(mistakes)('a mistake is told without them: %s', async (_name, args) => {
    const { text, exitCode } = await commandLine(['check', ...args()]);
    expect(exitCode, text).toBe(2);
    expectNoSecret(text, 'the mistakes');
  });
});
