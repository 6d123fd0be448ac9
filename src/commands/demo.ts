// demo: the whole pipeline on an embedded world, healthy or with one fault. No tenant, no cluster, no packet off the loopback.

import { checkOutputs } from '../deliver/outputs.ts';
import { DEMO_FAULTS } from '../demo/faults.ts';
import { startWorld } from '../demo/world.ts';
import { ConfigError } from '../model/errors.ts';
import { PROBES } from '../probes/index.ts';
import { outputsOf, runAndPrint } from './check.ts';
import { type CommandInput, loadSettings } from './load.ts';
import type { Terminal } from './terminal.ts';

export interface DemoOptions {
  readonly fault?: string;
  readonly list?: boolean;
}

export async function demo(options: DemoOptions, input: CommandInput, out: Terminal): Promise<number> {
  if (options.list) {
    const width = Math.max(...DEMO_FAULTS.map((one) => one.id.length));
    await out.stdout(DEMO_FAULTS.map((one) => `${one.id.padEnd(width)}  ${one.description}\n`).join(''));
    return 0;
  }
  const loaded = await loadSettings(input, out, false);
  if (input.mistakes.length > 0) throw new ConfigError(input.mistakes);
  const outputs = outputsOf(loaded.outputs);
  await checkOutputs(outputs);
  const world = await startWorld(options.fault === undefined ? {} : { fault: options.fault });
  try {
    const settings = { ...world.settings, depth: loaded.settings.depth, failOn: loaded.settings.failOn };
    return await runAndPrint(
      { settings, facts: world.facts, probes: { ...PROBES, ...world.probes }, kind: 'demo' },
      outputs,
      out,
    );
  } finally {
    await world.close();
  }
}
