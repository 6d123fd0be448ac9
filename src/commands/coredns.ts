// What the coredns commands share: a Corefile from a file or standard input, with the files beside it that it imports.

import { dirname, isAbsolute, join } from 'node:path';
import { readFiles, readText } from '../config/read.ts';
import { ConfigError } from '../model/errors.ts';
import { parseCorefile } from '../parse/corefile.ts';
import { absolute, notAZone } from '../parse/corefile-keys.ts';
import type { Corefile, ImportedFile } from '../parse/corefile-types.ts';
import { parseEndpoint } from '../parse/host-port.ts';
import { hostPort } from '../parse/ip.ts';
import { terminalText } from '../parse/terminal-text.ts';

export interface ReadCorefile {
  /** For messages: the path, or `stdin`. */
  readonly name: string;
  readonly text: string;
  readonly corefile: Corefile;
  readonly files: (pattern: string, from: string) => readonly ImportedFile[] | undefined;
}

/** Imports of imports of imports; more is no configuration. */
const MAX_ROUNDS = 5;
const MAX_FILES = 100;
/** Seen where somebody hands over the whole ConfigMap. */
const CONFIG_MAP = /^\s*(?:apiVersion:|kind:\s*ConfigMap|\{\s*"(?:apiVersion|kind|data)")/m;

/** `-` is standard input. Rejects with a ConfigError when there is nothing to read. */
export async function readCorefile(path: string, stdin?: AsyncIterable<Buffer | string>): Promise<ReadCorefile> {
  const { files, mistakes } = await readFiles([path], stdin);
  const [file] = files;
  if (!file) throw new ConfigError(mistakes);
  if (CONFIG_MAP.test(file.text)) {
    throw new ConfigError([
      `${file.name} holds a Kubernetes object, not a Corefile: kubectl -n kube-system get configmap coredns -o jsonpath='{.data.Corefile}'`,
    ]);
  }
  const known = new Map<string, readonly ImportedFile[] | undefined>();
  const lookup = (pattern: string) => known.get(pattern);
  let corefile = parseCorefile(file.text, { files: lookup });
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const wanted = corefile.notes.filter(({ kind, subject }) => kind === 'unknown-import' && !known.has(subject));
    if (wanted.length === 0 || path === '-') break;
    for (const { subject } of wanted.slice(0, MAX_FILES))
      known.set(subject, await importedFiles(dirname(path), subject));
    corefile = parseCorefile(file.text, { files: lookup });
  }
  return { name: file.name, text: file.text, corefile, files: lookup };
}

// undefined: the folder is not here, so nobody can say what is in it where CoreDNS runs.
async function importedFiles(folder: string, pattern: string): Promise<readonly ImportedFile[] | undefined> {
  const { glob, stat } = await import('node:fs/promises');
  const path = isAbsolute(pattern) ? pattern : join(folder, pattern);
  const there = await stat(dirname(path)).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!there) return undefined;
  const paths: string[] = [];
  try {
    for await (const match of glob(path)) if (paths.push(match) >= MAX_FILES) break;
  } catch {
    return undefined;
  }
  const found: ImportedFile[] = [];
  for (const match of paths.sort()) {
    const text = await readText(match);
    if (!text.ok) return undefined;
    found.push({ path: match, text: text.value });
  }
  return found;
}

/** Rejects nothing: mistakes are handed back with the value. */
export function zoneFlag(text: string | undefined, mistakes: string[]): string | null {
  if (text === undefined) return null;
  const shown = terminalText(text, 80);
  const why = notAZone(text.trim());
  if (why === null && !/[\s{}]|:\d|^\*/.test(text.trim())) return absolute(text.trim());
  mistakes.push(`flag --zone: "${shown}" ${why ?? 'is no zone: write private.example.com'}`);
  return null;
}

/** `10.0.0.10,10.0.0.11:5353`. */
export function addressesFlag(flag: string, text: string | undefined, mistakes: string[]): readonly string[] {
  if (text === undefined) return [];
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .flatMap((part) => {
      const endpoint = parseEndpoint(part, 53);
      if (!endpoint.ok) {
        mistakes.push(`flag --${flag}: "${terminalText(part, 80)}" ${endpoint.why}`);
        return [];
      }
      const { address, port } = endpoint.value;
      return [port === 53 ? address : hostPort(address, port)];
    });
}
