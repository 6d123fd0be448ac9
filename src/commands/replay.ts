// replay: judges a stored report again. No network.

import { CHECKS } from '../checks/index.ts';
import { readText } from '../config/read.ts';
import { replay as judgeAgain } from '../engine/replay.ts';
import { ConfigError } from '../model/errors.ts';
import { VERSION } from '../version.ts';
import { outputsOf, print } from './check.ts';
import { type CommandInput, loadSettings } from './load.ts';
import type { Terminal } from './terminal.ts';

export async function replay(path: string, input: CommandInput, out: Terminal): Promise<number> {
  const loaded = await loadSettings(input, out, false);
  const text = await readText(path);
  if (!text.ok) throw new ConfigError([`${path} ${text.why}`]);
  const report = judgeAgain(parsed(path, text.value), CHECKS, VERSION);
  await print(report, outputsOf(loaded.outputs), out);
  return report.exitCode;
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConfigError([`${path} is not JSON: ${error instanceof Error ? error.message.slice(0, 120) : ''}`]);
  }
}
