// `config view`: the configuration in force, and where each value came from. It names where a key is, never the key.

import type { Loaded } from '../config/load.ts';
import type { Origin } from '../config/spec.ts';
import { EXIT } from '../model/verdict.ts';
import { type DataFormat, dataText } from './data-text.ts';
import { type CommandInput, loadSettings } from './load.ts';
import type { Terminal } from './terminal.ts';

/** As yaml (the default) it is a PreflightConfig that can be used as it is. Rejects with a ConfigError. */
export async function configView(
  options: { readonly format?: DataFormat },
  input: CommandInput,
  out: Terminal,
): Promise<number> {
  const loaded = await loadSettings(input, out, false);
  const { effective, origins, hash } = loaded;
  await out.stdout(
    options.format === 'json' ? await dataText({ ...effective, origins, hash }, 'json') : await annotated(loaded),
  );
  return EXIT.ready;
}

async function annotated({ effective, origins, hash }: Loaded): Promise<string> {
  const { Document, isCollection, isMap, isScalar } = await import('yaml');
  const document = new Document(effective, { aliasDuplicateObjects: false });
  document.commentBefore = ` hash ${hash}; with each value: where it comes from`;
  const annotate = (map: unknown, prefix: string) => {
    if (!isMap(map)) return;
    for (const { key, value } of map.items) {
      const path = `${prefix}${String(key)}`;
      const origin: Origin | undefined = origins[path];
      // A section has no origin of its own, its parts have.
      if (origin === undefined) annotate(value, `${path}.`);
      else if (isCollection(value) && isScalar(key)) key.commentBefore = ` ${origin}:`;
      else if (isScalar(value)) value.comment = ` ${origin}`;
    }
  };
  annotate(document.get('spec'), '');
  return document.toString({ lineWidth: 0 });
}
