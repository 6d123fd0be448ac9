// gate: before the Publisher starts. Waits inside one run for what can heal; the exit code and one line say the rest.

import { liveWorld, preflight } from '../agent.ts';
import { checkOutputs } from '../deliver/outputs.ts';
import { writeTerminationLog } from '../deliver/termination-log.ts';
import { systemClock } from '../engine/clock.ts';
import { gate as wait } from '../engine/gate.ts';
import { ConfigError } from '../model/errors.ts';
import type { Report } from '../model/report.ts';
import { renderTermination, terminationOfMistakes } from '../render/termination.ts';
import { outputsOf, print } from './check.ts';
import { type CommandInput, loadSettings } from './load.ts';
import { stopOnSignals } from './stop.ts';
import type { Terminal } from './terminal.ts';

export async function gate(input: CommandInput, out: Terminal): Promise<number> {
  const say = (line: string) => out.stderr(`note: ${line}\n`);
  const { loaded, outputs } = await prepare(input, out).catch((error: unknown) => {
    // A gate that never began says so where the pod's events show it.
    const given = input.flags.terminationLog ?? input.env.NET_PREFLIGHT_TERMINATION_LOG;
    const path = typeof given === 'string' ? given : null;
    if (error instanceof ConfigError) writeTerminationLog(terminationOfMistakes(error.mistakes), { path, say });
    throw error;
  });
  const stop = stopOnSignals();
  try {
    const result = await wait(
      loaded.gate,
      // Facts are read anew in each round: a route or a hosts file may have come.
      (signal) => preflight(liveWorld(loaded.settings, input.env), null, signal),
      systemClock,
      (report, number, nextInMs) => out.stderr(roundLine(report, number, nextInMs)),
      stop.signal,
    );
    const exitCode = stop.exitCode() ?? result.exitCode;
    const report: Report = { ...result.report, exitCode };
    writeTerminationLog(renderTermination(report), { path: loaded.terminationLog, say });
    await print(report, outputs, out);
    if (result.ignored) {
      out.stderr(
        `warning: the gate is open only because of --failure-policy Ignore: ${report.verdict}, ${report.headline}\n`,
      );
    }
    return exitCode;
  } finally {
    stop.release();
  }
}

async function prepare(input: CommandInput, out: Terminal) {
  const loaded = await loadSettings({ ...input, defaultDepth: 'quick', defaultPhase: 'init' }, out);
  const outputs = outputsOf(loaded.outputs);
  await checkOutputs(outputs);
  return { loaded, outputs };
}

function roundLine(report: Report, number: number, nextInMs: number | null): string {
  const next = nextInMs === null ? '' : `; again in ${Math.round(nextInMs / 100) / 10} s`;
  const cause = report.rootCauses[0]?.fault;
  return `round ${number}: ${report.verdict}${cause ? ` (${cause})` : ''}, ${report.headline}${next}\n`;
}
