// `config validate [FILE...]`: is this configuration sound? Every mistake at once, with its place.

import { EXIT } from '../model/verdict.ts';
import { type CommandInput, loadSettings } from './load.ts';
import type { Terminal } from './terminal.ts';

/** `files` are read beside those of --config; `-` is standard input. Rejects with a ConfigError. */
export async function configValidate(files: readonly string[], input: CommandInput, out: Terminal): Promise<number> {
  const named = [input.flags.config ?? []].flat().map(String);
  const flags = files.length === 0 ? input.flags : { ...input.flags, config: [...named, ...files] };
  const { settings, hash } = await loadSettings({ ...input, flags }, out, false);
  const count = settings.targets.length;
  await out.stdout(
    `valid: profile ${settings.profile}, ${count} ${count === 1 ? 'target' : 'targets'}, hash ${hash}\n`,
  );
  return EXIT.ready;
}
