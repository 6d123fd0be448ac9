// The command line as a person and a script meet it, through `run` with a terminal that remembers.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHECKS } from '../src/checks/index.ts';
import { run } from '../src/cli.ts';
import { COMMANDS } from '../src/commands/command-table.ts';
import { DEMO_FAULTS } from '../src/demo/faults.ts';
import { run as measure } from '../src/engine/run.ts';
import { VERSION } from '../src/version.ts';
import { capture } from './commands/capture.ts';
import { fakeClock } from './support/fake-clock.ts';
import { SINGLE_FAULTS } from './support/scenarios.ts';
import { scripted } from './support/scripted-probes.ts';
import { answerOf, type World } from './support/small-world.ts';
import { factsWith, settingsWith } from './support/view.ts';

async function cli(...argv: string[]) {
  return cliWith({}, ...argv);
}

async function cliWith(env: Record<string, string>, ...argv: string[]) {
  const { out, stdout, stderr } = capture();
  const exitCode = await run(argv, env, out);
  return { exitCode, stdout: stdout(), stderr: stderr() };
}

/** Told in words on stderr, nothing on stdout, exit 2, no stack trace. */
function expectMistake(result: Awaited<ReturnType<typeof cli>>, ...words: readonly (string | RegExp)[]): void {
  expect(result.exitCode).toBe(2);
  expect(result.stdout).toBe('');
  expect(result.stderr).not.toMatch(/\n\s+at |internal error|\.ts:\d/);
  for (const word of words) expect(result.stderr).toMatch(word);
}

describe('mistakes', () => {
  it('an unknown flag, with the one that was meant', async () => {
    expectMistake(await cli('check', '--tennant', 'acme'), /unknown flag --tennant; did you mean --tenant\?/);
    expectMistake(await cli('gate', '--sucess-threshold=2'), /did you mean --success-threshold\?/);
    expectMistake(await cli('demo', '--falt', 'udp443-drop'), /did you mean --fault\?/);
    expectMistake(await cli('check', '--zzzzzzzz'), /unknown flag --zzzzzzzz/);
  });

  it('an unknown command, with the one that was meant', async () => {
    expectMistake(await cli('chekc'), /chekc/, /check/);
    expectMistake(await cli('--tenant', 'acme'), /--tenant/);
  });

  it('several at once are told at once', async () => {
    const result = await cli(
      'check',
      '--tenant',
      'https://acme.goskope.com/x',
      '--stitcher',
      'gateway-*.gw.npa.goskope.com',
      '--timeout',
      'soon',
      '--resolver',
      '10.0.0.300',
      '--depth',
      'bottomless',
      '--bogus',
    );
    expectMistake(result, /--bogus/, /tenant/, /gateway-\*/, /soon/, /10\.0\.0\.300/, /bottomless/);
    expect(result.stderr.trim().split('\n').length).toBeGreaterThanOrEqual(6);
  });

  it('mistakes of flags and of a file together', async () => {
    const path = join(directory, 'bad.yaml');
    writeFileSync(path, 'kind: PreflightConfig\napiVersion: net-preflight.dev/v1alpha1\nspec:\n  tennant: acme\n');
    expectMistake(await cli('check', '-f', path, '--timeout', 'never'), /tennant/, /never/);
  });

  it('nothing to check', async () => {
    expectMistake(await cli('check'), /tenant/);
    expectMistake(await cli('gate'), /tenant/);
    expectMistake(await cli('report'), /tenant/);
  });

  it('a fault that the demo cannot have, a report that is none, a file that is not there', async () => {
    expectMistake(await cli('demo', '--fault', 'nonsense'), /nonsense/);
    const path = join(directory, 'not.json');
    writeFileSync(path, '{"kind":"Pod"}');
    expectMistake(await cli('replay', path), /PreflightReport/);
    writeFileSync(path, 'not json\u001b[31m');
    const result = await cli('replay', path);
    expectMistake(result, /JSON/);
    expect(result.stderr).not.toContain('\u001b');
    expectMistake(await cli('replay', join(directory, 'gone.json')), /gone\.json/);
    expectMistake(await cli('replay'), /REPORT/i);
  });

  it('what was typed is shown without its control characters', async () => {
    const result = await cli('check', '--\u001b[31mred\u0007', 'x');
    expect(result.exitCode).toBe(2);
    expect(result.stderr).not.toMatch(/[\u001b\u0007]/);
  });

  it('a very long flag is cut', async () => {
    const result = await cli('check', `--${'x'.repeat(5_000)}`);
    expectMistake(result);
    expect(result.stderr.length).toBeLessThan(1_000);
  });
});

describe('words about itself', () => {
  it('--version', async () => {
    for (const flag of ['--version', '-V'])
      expect(await cli(flag)).toMatchObject({ exitCode: 0, stdout: `${VERSION}\n` });
  });

  it('--help names every command', async () => {
    const { exitCode, stdout, stderr } = await cli('--help');
    expect([exitCode, stderr]).toEqual([0, '']);
    for (const { name } of COMMANDS) expect(stdout).toContain(name.split(' ')[0]);
    expect(stdout).toMatch(/Exit codes/);
  });

  it.each(COMMANDS.map(({ name }) => name))('%s --help', async (name) => {
    const { exitCode, stdout, stderr } = await cli(...name.split(' '), '--help');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`Usage: net-preflight ${name}`);
    expect(stdout).not.toMatch(/undefined|\[object/);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
  });

  it('check --help shows its flags', async () => {
    const { stdout } = await cli('check', '--help');
    for (const flag of ['--tenant', '--stitcher', '--output', '--timeout', '--expect-ca'])
      expect(stdout).toContain(flag);
  });
});

describe('demo --list', () => {
  it('names what the demo can have', async () => {
    const { exitCode, stdout } = await cli('demo', '--list');
    expect(exitCode).toBe(0);
    for (const { id } of DEMO_FAULTS) expect(stdout).toContain(id);
  });
});

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'cli-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('replay', () => {
  async function stored(name: string, world: World): Promise<string> {
    const clock = fakeClock();
    const { registry } = scripted(clock, (probe) => answerOf(world, probe));
    const parts = { settings: settingsWith(world.settings), facts: factsWith(world.facts), checks: CHECKS };
    const report = await clock.settle(
      measure({ ...parts, probes: registry, clock, version: VERSION, world: 'live' }, new AbortController().signal),
    );
    const path = join(directory, `${name}.json`);
    writeFileSync(path, JSON.stringify(report));
    return path;
  }

  it('a healthy report: Ready, exit 0', async () => {
    const result = await cli('replay', await stored('healthy', {}));
    expect(result.exitCode).toBe(0);
    expect(result.stdout).toMatch(/ready/i);
  });

  it.each(['udp443-drop', 'tls-hostname-mismatch', 'dns-egress-policy-deny'])(
    '%s: exit 3, and the words',
    async (fault) => {
      const path = await stored(fault, SINGLE_FAULTS[fault] ?? {});
      const table = await cli('replay', path);
      expect(table.exitCode).toBe(3);
      expect(table.stdout).toContain(fault);
      expect(table.stdout).not.toMatch(/[\u001b\r]/);
      const json = await cli('replay', path, '-o', 'json');
      const report = JSON.parse(json.stdout);
      expect(report.rootCauses.map((one: { fault: string }) => one.fault)).toEqual([fault]);
      expect([report.verdict, report.exitCode]).toEqual(['NotReady', 3]);
    },
  );

  it('a warning alone: exit 0', async () => {
    const result = await cli('replay', await stored('warning', SINGLE_FAULTS['dtls-stitcher-silent'] ?? {}));
    expect(result.exitCode).toBe(0);
    expect(result.stdout).toContain('dtls-stitcher-silent');
  });
});

it('without any word it says that this is the demo, and which words would not be', async () => {
  // Only as far as the first mistake: the demo itself has a test of its own.
  const { exitCode, stderr } = await cliWith({ NET_PREFLIGHT_OUTPUT: 'nonsense' });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('embedded demo world');
  const configured = await cliWith({ NET_PREFLIGHT_TENANT: 'https://x/', NET_PREFLIGHT_OUTPUT: 'nonsense' });
  expect(configured.stderr).not.toContain('demo');
});
