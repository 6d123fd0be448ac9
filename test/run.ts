// What `npm test` runs: the unit, fuzz, loopback and lab tests, then one summary of what ran, what was skipped and why.
// `node test/run.ts unit loopback` runs only those. Under CI=true it installs what the lab needs first, and a skip is a failure
// unless this machine cannot have the part at all.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { RESULTS_VARIABLE, readEvents } from './lab/results.ts';
import { setup } from './lab/setup.ts';
import { noReport, type ProjectResult, readProject } from './summary/project.ts';
import { summarize } from './summary/text.ts';

const PROJECTS = ['unit', 'fuzz', 'loopback', 'lab'];
const root = resolve(import.meta.dirname, '..');
const isCi = process.env.CI === 'true';

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !PROJECTS.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`test/run.ts: no project ${unknown.join(', ')}; there are ${PROJECTS.join(', ')}\n`);
  process.exit(2);
}
const projects = PROJECTS.filter((name) => asked.length === 0 || asked.includes(name));

const directory = mkdtempSync(join(tmpdir(), 'net-preflight-test-'));
const eventsPath = join(directory, 'lab.jsonl');
try {
  if (isCi) await setup();
  const built = await run(['build.ts', '--quiet'], {});
  if (built !== 0) throw new Error('the build failed');
  const results: ProjectResult[] = [];
  for (const project of projects) results.push(await runProject(project));
  const summary = summarize({
    results,
    notRun: PROJECTS.filter((name) => !projects.includes(name)),
    events: readEvents(eventsPath),
    isCi,
  });
  process.stdout.write(`\n${summary.text}\n`);
  process.exitCode = summary.exitCode;
} finally {
  rmSync(directory, { recursive: true, force: true });
}

async function runProject(project: string): Promise<ProjectResult> {
  const report = join(directory, `${project}.json`);
  const started = Date.now();
  const code = await run(
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--project',
      project,
      '--passWithNoTests',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    { [RESULTS_VARIABLE]: eventsPath, NET_PREFLIGHT_TEST_BUILT: '1' },
  );
  const seconds = Math.round((Date.now() - started) / 1000);
  return readProject(project, report, code ?? 1, seconds) ?? noReport(project, seconds);
}

/** Runs a program of this tree under this very interpreter, its output streaming through. */
function run(args: readonly string[], env: Readonly<Record<string, string>>): Promise<number | null> {
  return new Promise((ended, failed) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
    });
    child.once('error', failed);
    child.once('exit', (code) => ended(code));
  });
}
