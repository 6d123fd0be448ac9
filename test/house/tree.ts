// The files of the project as the house rules see them: what is tracked, and who imports whom.

import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');

/** Paths from the root: tracked, and new ones that nobody ignores, so that a rule speaks before the commit. Sorted. */
export const FILES: readonly string[] = list().filter((path) => statSync(join(ROOT, path)).isFile());

function list(): string[] {
  try {
    const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
    const text = execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' });
    return [...new Set(text.split('\0'))].filter((path) => path !== '' && existsSync(join(ROOT, path))).sort();
  } catch {
    // An unpacked archive has no git: the folders that are known to be ours.
    return globSync(['src/**/*', 'test/**/*', 'manifests/**/*', '*.ts', '*.json', '*.md'], { cwd: ROOT }).sort();
  }
}

export const SOURCES: readonly string[] = FILES.filter((path) => path.startsWith('src/') && path.endsWith('.ts'));
export const TESTS: readonly string[] = FILES.filter((path) => path.startsWith('test/') && path.endsWith('.ts'));
export const SCRIPTS: readonly string[] = FILES.filter((path) => !path.includes('/') && path.endsWith('.ts'));

const texts = new Map<string, string>();

export function textOf(path: string): string {
  let text = texts.get(path);
  if (text === undefined) {
    text = readFileSync(join(ROOT, path), 'utf8');
    texts.set(path, text);
  }
  return text;
}

/** `src/net/dns.ts` → `net`; a file directly in src is its own room: `src/agent.ts` → `agent.ts`. */
export function roomOf(path: string): string {
  return path.split('/')[1] ?? '';
}

export interface Import {
  readonly from: string;
  readonly line: number;
  /** As written: `../model/probe.ts`, `node:net`, `dns-packet`. */
  readonly specifier: string;
  /** Path from the root for a relative import, else null. */
  readonly file: string | null;
  /** The names taken, for a static import with braces; empty otherwise. */
  readonly names: readonly string[];
  readonly typeOnly: boolean;
  /** `import()`: loaded when it is reached. */
  readonly lazy: boolean;
}

// Biome keeps every import at the start of a line and in single quotes.
const STATIC = /^(?:import|export)\s+(type\s)?((?:[\w*\s,]|\{[^}]*\})*?)\s*from\s+'([^']+)'/gm;
const BARE = /^import\s+'([^']+)'/gm;
const CALLED = /(?:\bimport|\brequire|\bgetBuiltinModule|\.resolve)\(\s*'([^']+)'/g;

const known = new Map<string, readonly Import[]>();

export function importsOf(from: string): readonly Import[] {
  const found = known.get(from) ?? importsIn(textOf(from), from);
  known.set(from, found);
  return found;
}

export function importsIn(text: string, from: string): readonly Import[] {
  const found: Import[] = [];
  const add = (at: number, specifier: string, names: readonly string[], typeOnly: boolean, lazy: boolean) => {
    const line = text.slice(0, at).split('\n').length;
    const file = specifier.startsWith('.') ? relative(ROOT, join(ROOT, dirname(from), specifier)) : null;
    found.push({ from, line, specifier, file, names, typeOnly, lazy });
  };
  for (const match of text.matchAll(STATIC)) {
    const [, type, clause = '', specifier = ''] = match;
    const parts = (/\{([^}]*)\}/.exec(clause)?.[1] ?? '').split(',').map((part) => part.trim());
    const names = parts.filter((part) => part !== '');
    const allTypes = names.length > 0 && names.every((name) => name.startsWith('type ')) && clause.startsWith('{');
    add(
      match.index,
      specifier,
      names.map((name) => name.replace(/^type /, '').replace(/ as .*/, '')),
      type !== undefined || allTypes,
      false,
    );
  }
  for (const match of text.matchAll(BARE)) add(match.index, match[1] ?? '', [], false, false);
  for (const match of text.matchAll(CALLED)) {
    // A word in a comment or in prose is followed by no path.
    if (/^(?:\.|node:|@?[a-z][\w./@-]*$)/.test(match[1] ?? '')) add(match.index, match[1] ?? '', [], false, true);
  }
  return found;
}

/** `@peculiar/x509/build/x509.js` → `@peculiar/x509`; null for what is ours or Node's. */
export function packageOf(specifier: string): string | null {
  if (specifier.startsWith('.') || specifier.startsWith('node:')) return null;
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

export function at({ from, line, specifier }: Import): string {
  return `${from}:${line} imports ${specifier}`;
}

/** Runs of lines that break a rule, as `path:line: text`, for failure messages. */
export function linesMatching(paths: readonly string[], pattern: RegExp): string[] {
  return paths.flatMap((path) =>
    textOf(path)
      .split('\n')
      .flatMap((text, index) => (pattern.test(text) ? [`${path}:${index + 1}: ${text.trim().slice(0, 120)}`] : [])),
  );
}
