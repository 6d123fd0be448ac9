// gate: before the Publisher starts. Waits inside one run for what can heal; the exit code and one line say the rest.

import { liveWorld, preflight } from '../agent.ts';
import { checkOutputs, type Output } from '../deliver/outputs.ts';
import { writeTerminationLog } from '../deliver/termination-log.ts';
import { systemClock } from '../engine/clock.ts';
import { gate as wait } from '../engine/gate.ts';
import type { Report } from '../model/report.ts';
import { renderTermination } from '../render/termination.ts';
import { outputsOf, print } from './check.ts';
import { type CommandInput, loadSettings } from './load.ts';
import { stopOnSignals } from './stop.ts';
import type { Terminal } from './terminal.ts';

export async function gate(input: CommandInput, out: Terminal): Promise<number> {
  const loaded = await loadSettings({ ...input, defaultDepth: 'quick', defaultPhase: 'init' }, out);
  const outputs: readonly Output[] = outputsOf(loaded.outputs);
  await checkOutputs(outputs);
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
    const say = (line: string) => out.stderr(`note: ${line}\n`);
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

function roundLine(report: Report, number: number, nextInMs: number | null): string {
  const next = nextInMs === null ? '' : `; again in ${Math.round(nextInMs / 100) / 10} s`;
  const cause = report.rootCauses[0]?.fault;
  return `round ${number}: ${report.verdict}${cause ? ` (${cause})` : ''}, ${report.headline}${next}\n`;
}
