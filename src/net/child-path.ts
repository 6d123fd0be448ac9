// Where a child process's program is: beside this file in the sources; in the bundle in the entry's folder, of which a chunk lies one below.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** `name` without its ending: `lookup-child`. */
export function childPath(name: string): string {
  const candidates = import.meta.url.endsWith('.ts') ? [`./${name}.ts`] : [`./${name}.js`, `../${name}.js`];
  const paths = candidates.map((candidate) => fileURLToPath(new URL(candidate, import.meta.url)));
  return paths.find((path) => existsSync(path)) ?? paths[0] ?? name;
}
