// Reading the files that a configuration is made of: bounded, text only, and every one that fails is told.

import { open } from 'node:fs/promises';
import { bad, good, type Parsed } from '../parse/parsed.ts';
import { type ConfigFile, type Loaded, type LoadInput, load } from './load.ts';
import { quoted } from './mistake.ts';
import { configPaths } from './sources.ts';

/** 1 MiB: what a ConfigMap can hold. The same number as in file.ts, which is too heavy to load for it. */
const LIMIT_BYTES = 1_048_576;

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'cannot be read: permission denied',
  EPERM: 'cannot be read: not permitted',
  EISDIR: 'is a directory: name the file in it',
  ENOTDIR: 'does not exist: a part of its path is no directory',
  ELOOP: 'cannot be read: its links form a circle',
  ENAMETOOLONG: 'is too long for a path',
};

/** A text file of at most 1 MiB. `why` follows the quoted path. */
export async function readText(path: string): Promise<Parsed<string>> {
  try {
    await using file = await open(path, 'r');
    const { size, isFile } = await file.stat().then((stat) => ({ size: stat.size, isFile: stat.isFile() }));
    if (isFile && size > LIMIT_BYTES) return tooLarge(size);
    return textOf(await collect(file.createReadStream({ autoClose: false })));
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code;
    if (code === undefined) throw thrown;
    return bad(WHY[code] ?? `cannot be read: ${code}`);
  }
}

/** At most one byte more than the limit, however much there is: /dev/zero ends too. */
async function collect(stream: AsyncIterable<Buffer | string>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(Buffer.from(chunk));
    size += chunk.length;
    if (size > LIMIT_BYTES) break;
  }
  return Buffer.concat(chunks);
}

function textOf(bytes: Buffer): Parsed<string> {
  if (bytes.length > LIMIT_BYTES) return tooLarge(null);
  if (bytes.includes(0)) return bad('is not text: it holds NUL bytes (a binary file, or UTF-16: save it as UTF-8)');
  try {
    // Drops a byte order mark.
    return good(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return bad('is not UTF-8 text');
  }
}

function tooLarge(size: number | null) {
  return bad(`is too large${size === null ? '' : `, ${(size / 1_048_576).toFixed(1)} MiB`}: at most 1 MiB`);
}

/** `-` is standard input. */
export async function readFiles(
  paths: readonly string[],
  stdin: AsyncIterable<Buffer | string> = process.stdin,
): Promise<{ readonly files: readonly ConfigFile[]; readonly mistakes: readonly string[] }> {
  const files: ConfigFile[] = [];
  const mistakes: string[] = [];
  if (paths.filter((path) => path === '-').length > 1)
    mistakes.push('flag --config: standard input (-) can be read once only');
  for (const path of new Set(paths)) {
    const text = path === '-' ? textOf(await collect(stdin)) : await readText(path);
    const shown = quoted(path).slice(1, -1);
    if (text.ok) files.push({ name: path === '-' ? 'stdin' : shown, text: text.value });
    else mistakes.push(path === '-' ? `standard input ${text.why}` : `file ${shown} ${text.why}`);
  }
  return { files, mistakes };
}

/** Reads what the flags and the environment name, then loads. What a command calls. */
export async function loadAll(
  input: Omit<LoadInput, 'files' | 'mistakes' | 'readText'>,
  stdin?: AsyncIterable<Buffer | string>,
): Promise<Loaded> {
  const { files, mistakes } = await readFiles(configPaths(input.flags, input.env), stdin);
  return load({ ...input, files, mistakes, readText });
}
