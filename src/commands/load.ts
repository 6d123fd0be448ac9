// From parsed flags to settings, with the mistakes of the command line and of the configuration told together.

import { type Loaded, load } from '../config/load.ts';
import { readFiles, readText } from '../config/read.ts';
import { configPaths, type FlagInput } from '../config/sources.ts';
import type { Depth } from '../model/verdict.ts';
import type { Terminal } from './terminal.ts';

export interface CommandInput {
  readonly flags: FlagInput;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What the command line itself got wrong. */
  readonly mistakes: readonly string[];
  readonly defaultDepth?: Depth;
  readonly defaultPhase?: 'init' | 'running';
}

/** Rejects with a ConfigError that holds every mistake. Notes go to stderr. */
export async function loadSettings(input: CommandInput, out: Terminal, requireTargets = true): Promise<Loaded> {
  const { flags, env } = input;
  const { files, mistakes } = await readFiles(configPaths(flags, env));
  // The catalogue is only needed to check the ids of waivers.
  const waives = files.length > 0 || flags.waive !== undefined || env.NET_PREFLIGHT_WAIVERS !== undefined;
  const catalogue = waives ? await import('../catalogue/index.ts') : null;
  const loaded = await load({
    flags,
    env,
    files,
    mistakes: [...input.mistakes, ...mistakes],
    readText,
    requireTargets,
    ...(input.defaultDepth ? { defaultDepth: input.defaultDepth } : {}),
    ...(input.defaultPhase ? { defaultPhase: input.defaultPhase } : {}),
    ...(catalogue
      ? {
          knownFault: (id) => catalogue.fault(id) !== undefined,
          suggestFault: (id) => catalogue.suggest(id)[0] ?? null,
        }
      : {}),
  });
  for (const note of loaded.notes) out.stderr(`note: ${note}\n`);
  return loaded;
}
