// check: one run, for a person.

import { liveWorld, preflight, type World } from '../agent.ts';
import type { Loaded } from '../config/load.ts';
import { checkOutputs, type Output, parseOutputs, writeOutputs } from '../deliver/outputs.ts';
import type { Report } from '../model/report.ts';
import { prepare } from '../render/index.ts';
import { type CommandInput, loadSettings } from './load.ts';
import { progressBar } from './progress.ts';
import { stopOnSignals } from './stop.ts';
import type { Terminal } from './terminal.ts';

export async function check(input: CommandInput, out: Terminal): Promise<number> {
  const loaded = await loadSettings(input, out);
  const outputs = outputsOf(loaded.outputs);
  await checkOutputs(outputs);
  return runAndPrint(liveWorld(loaded.settings, input.env), outputs, out);
}

/** A table on stdout when nothing else is asked for. */
export function outputsOf(asked: Loaded['outputs']): readonly Output[] {
  return parseOutputs(asked.map(({ format, path }) => (path === null ? format : `${format}=${path}`)));
}

export async function runAndPrint(world: World, outputs: readonly Output[], out: Terminal): Promise<number> {
  const stop = stopOnSignals();
  const bar = progressBar(out);
  try {
    const running = preflight(world, bar.update, stop.signal);
    for (const { format } of outputs) prepare(format);
    const report = await running;
    bar.clear();
    await print(report, outputs, out);
    return stop.exitCode() ?? report.exitCode;
  } finally {
    bar.clear();
    stop.release();
  }
}

export async function print(report: Report, outputs: readonly Output[], out: Terminal): Promise<void> {
  const stdout = {
    write: (text: string, done: (error?: Error | null) => void) => {
      Promise.resolve(out.stdout(text)).then(() => done(), done);
    },
  };
  await writeOutputs(outputs, report, out.options, stdout);
}
