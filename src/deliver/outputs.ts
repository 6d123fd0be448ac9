// Where do the rendered texts go? `-o FORMAT[=PATH]`, any number of times: one to stdout, the others to files.

import { constants } from 'node:fs';
import { access, chmod, lstat, open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ConfigError } from '../model/errors.ts';
import type { Report } from '../model/report.ts';
import { closest } from '../parse/closest.ts';
import { terminalText } from '../parse/terminal-text.ts';
import { FORMATS, type FormatId, isFormat, type RenderOptions, render } from '../render/index.ts';

export interface Output {
  readonly format: FormatId;
  /** null: stdout. */
  readonly path: string | null;
}

/** A file is read by anybody, in any width: no colour, and lines that fit a wide page. */
const FILE_OPTIONS = { color: false, width: 120, ascii: false } as const;
// Readable for all: the report holds no secrets, and a sidecar with another uid collects it.
const FILE_MODE = 0o644;

/** `table` when nothing is given. All mistakes at once, as a ConfigError. */
export function parseOutputs(values: readonly string[]): readonly Output[] {
  const mistakes: string[] = [];
  const outputs: Output[] = [];
  for (const value of values) {
    const [, format = '', sign, path = ''] = /^([^=]*)(=?)(.*)$/s.exec(value) ?? [];
    const shown = terminalText(value, 80);
    if (!isFormat(format)) mistakes.push(`-o ${shown}: ${unknownFormat(format)}`);
    else if (sign === '=' && path === '') mistakes.push(`-o ${shown}: there is no path after the "="`);
    else if (path.includes('\0')) mistakes.push(`-o ${shown}: the path holds a NUL character`);
    else outputs.push({ format, path: path === '' || path === '-' ? null : path });
  }
  mistakes.push(...twice(outputs));
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return outputs.length > 0 ? outputs : [{ format: 'table', path: null }];
}

function unknownFormat(format: string): string {
  const ids = FORMATS.map(({ id }) => id);
  const meant = closest(format, ids);
  const name = format === '' ? 'a format is missing' : `"${terminalText(format, 40)}" is no output format`;
  return `${name}${meant === null ? '' : `; did you mean "${meant}"?`} Formats: ${ids.join(', ')}`;
}

function twice(outputs: readonly Output[]): string[] {
  const mistakes: string[] = [];
  const first = new Map<string | null, FormatId>();
  for (const { format, path } of outputs) {
    const key = path === null ? null : resolve(path);
    const before = first.get(key);
    const where = path === null ? 'stdout, which takes one format' : terminalText(path, 200);
    if (before !== undefined)
      mistakes.push(`-o ${before} and -o ${format} both go to ${where}; give one of them another path`);
    else first.set(key, format);
  }
  return mistakes;
}

/** Before a run that may take minutes: can every file be written? All mistakes at once, as a ConfigError. */
export async function checkOutputs(outputs: readonly Output[]): Promise<void> {
  const mistakes: string[] = [];
  for (const { format, path } of outputs) {
    const why = path === null ? null : await obstacle(path);
    if (why !== null) mistakes.push(`-o ${format}=${terminalText(path ?? '', 200)}: ${why}`);
  }
  if (mistakes.length > 0) throw new ConfigError(mistakes);
}

async function obstacle(path: string): Promise<string | null> {
  const there = await stat(path).catch(() => null);
  if (there?.isDirectory()) return 'is a directory; name a file in it';
  if (there !== null && (await may(path, constants.W_OK))) return null;
  const folder = dirname(resolve(path));
  const shown = terminalText(folder, 200);
  const parent = await stat(folder).catch(() => null);
  if (parent === null) return `the directory ${shown} does not exist; create it first`;
  if (!parent.isDirectory()) return `${shown} is not a directory`;
  return (await may(folder, constants.W_OK | constants.X_OK)) ? null : `the directory ${shown} cannot be written to`;
}

async function may(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}

export interface Stdout {
  write(text: string, done: (error?: Error | null) => void): unknown;
}

/**
 * Renders and writes every output, the files first, so that who waits for stdout finds them. `options` are stdout's.
 * A file that cannot be written does not keep the others from being written: all mistakes at once, as a ConfigError.
 */
export async function writeOutputs(
  outputs: readonly Output[],
  report: Report,
  options: RenderOptions,
  stdout: Stdout,
): Promise<void> {
  const mistakes: string[] = [];
  for (const { format, path } of outputs) {
    if (path === null) continue;
    const text = await render(format, report, { ...options, ...FILE_OPTIONS });
    try {
      await writeWhole(path, text);
    } catch (error) {
      const why = (await obstacle(path)) ?? reason(error);
      mistakes.push(`-o ${format}=${terminalText(path, 200)}: ${why}`);
    }
  }
  for (const { format, path } of outputs) {
    if (path === null) await print(await render(format, report, options), stdout);
  }
  if (mistakes.length > 0) throw new ConfigError(mistakes);
}

function reason(error: unknown): string {
  return terminalText(error instanceof Error ? error.message : String(error), 200);
}

/** A reader that has gone (`| head`) is its own business. */
function print(text: string, stdout: Stdout): Promise<void> {
  return new Promise((done, failed) => {
    stdout.write(text, (error) => {
      if (error && (error as NodeJS.ErrnoException).code !== 'EPIPE') failed(error);
      else done();
    });
  });
}

/** Readers see the old text or the new one, never half of it: written beside the file, then renamed over it. */
export async function writeWhole(path: string, text: string): Promise<void> {
  // A link stays a link: the file that it leads to is replaced.
  const target = await realpath(path).catch(() => resolve(path));
  const there = await lstat(target).catch(() => null);
  // Devices and pipes cannot be replaced: /dev/stderr, /dev/null, a named pipe.
  if (there !== null && !there.isFile()) return writeFile(target, text);
  const temporary = join(
    dirname(target),
    `.${basename(target).slice(0, 200)}.${process.pid}.${Date.now().toString(36)}.tmp`,
  );
  try {
    const file = await open(temporary, 'wx', FILE_MODE);
    try {
      await file.writeFile(text);
    } finally {
      await file.close();
    }
    // The mode given to `open` is cut by the umask.
    await chmod(temporary, FILE_MODE);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    // A file that is mounted on its own (subPath, /dev/termination-log) cannot be replaced, and its directory may be read-only.
    if (there !== null && CANNOT_REPLACE.has((error as NodeJS.ErrnoException).code ?? ''))
      return writeFile(target, text);
    throw error;
  }
}

const CANNOT_REPLACE = new Set(['EBUSY', 'EACCES', 'EPERM', 'EROFS', 'EXDEV']);
