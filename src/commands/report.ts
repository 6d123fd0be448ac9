// report: one scheduled run. The last report is kept in a directory and compared with, when one is given.

import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { liveWorld, preflight } from '../agent.ts';
import { checkOutputs, type Output, writeWhole } from '../deliver/outputs.ts';
import { drift } from '../engine/drift.ts';
import { ConfigError } from '../model/errors.ts';
import { API_VERSION, type Report } from '../model/report.ts';
import { EXIT } from '../model/verdict.ts';
import { render } from '../render/index.ts';
import { outputsOf, print } from './check.ts';
import { type CommandInput, loadSettings } from './load.ts';
import { stopOnSignals } from './stop.ts';
import type { Terminal } from './terminal.ts';

const LAST = 'last.json';

export interface ReportOptions {
  /** Keeps last.json and metrics.prom here, and compares with the last one. */
  readonly directory?: string;
}

export async function report(options: ReportOptions, input: CommandInput, out: Terminal): Promise<number> {
  const loaded = await loadSettings(input, out);
  const outputs: readonly Output[] =
    loaded.outputs.length > 0 ? outputsOf(loaded.outputs) : [{ format: 'json', path: null }];
  await checkOutputs(outputs);
  const directory = options.directory;
  if (directory !== undefined) await prepare(directory);
  const stop = stopOnSignals();
  try {
    const made = await preflight(liveWorld(loaded.settings, input.env), null, stop.signal);
    if (directory !== undefined) await keep(directory, made, out);
    await print(made, outputs, out);
    // A report is news, not a gate: its exit code speaks only when asked to.
    const asked = input.flags.failOn !== undefined || input.env.NET_PREFLIGHT_FAIL_ON !== undefined;
    return stop.exitCode() ?? (asked ? made.exitCode : EXIT.ready);
  } finally {
    stop.release();
  }
}

async function prepare(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
  } catch (error) {
    throw new ConfigError([`--directory ${directory}: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

async function keep(directory: string, made: Report, out: Terminal): Promise<void> {
  const path = join(directory, LAST);
  const before = await last(path, out);
  if (before) {
    const changes = drift(before, made);
    if (changes.length === 0) out.stderr(`no change since ${before.metadata.startedAt}\n`);
    for (const change of changes) out.stderr(`changed since ${before.metadata.startedAt}: ${change}\n`);
  }
  // A run that was stopped early would make everything look gone.
  if (made.metadata.interrupted) return;
  await writeWhole(path, await render('json', made, out.options));
  await writeWhole(join(directory, 'metrics.prom'), await render('prometheus', made, out.options));
}

async function last(path: string, out: Terminal): Promise<Report | null> {
  try {
    const stored = JSON.parse(await readFile(path, 'utf8')) as Report;
    if (stored?.kind === 'PreflightReport' && stored.apiVersion === API_VERSION && Array.isArray(stored.rootCauses))
      return stored;
    out.stderr(`note: ${path} is not a report of this version; it will be replaced\n`);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (!missing) out.stderr(`note: ${path} cannot be read; it will be replaced\n`);
  }
  return null;
}
