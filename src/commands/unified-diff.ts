// Edits of a text as a unified diff, as `patch` reads it: three lines around each change.

import type { Edit } from '../checks/corefile/patch.ts';

const CONTEXT = 3;

interface Hunk {
  readonly edits: Edit[];
  from: number;
  /** The first line after it. */
  to: number;
}

/** `lines` of the old text, `closed`: its last line ends in a line break. `edits` by line, not overlapping. */
export function unifiedDiff(name: string, lines: readonly string[], edits: readonly Edit[], closed = true): string {
  if (edits.length === 0) return '';
  const hunks: Hunk[] = [];
  for (const edit of edits) {
    const from = Math.max(1, edit.line - CONTEXT);
    const to = Math.min(lines.length + 1, edit.line + edit.remove + CONTEXT);
    const last = hunks.at(-1);
    if (last && from <= last.to) {
      last.edits.push(edit);
      last.to = to;
    } else hunks.push({ edits: [edit], from, to });
  }
  let grown = 0;
  const texts = hunks.map((hunk) => {
    const body = bodyOf(hunk, lines, closed);
    const before = hunk.to - hunk.from;
    const change = hunk.edits.reduce((sum, { insert, remove }) => sum + insert.length - remove, 0);
    const text = `@@ -${range(hunk.from, before)} +${range(hunk.from + grown, before + change)} @@\n${body.join('\n')}\n`;
    grown += change;
    return text;
  });
  return `--- ${name}\n+++ ${name}\n${texts.join('')}`;
}

/** A file that is new as a whole. */
export function newFileDiff(name: string, lines: readonly string[]): string {
  return `--- /dev/null\n+++ ${name}\n@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}\n`).join('')}`;
}

function bodyOf(hunk: Hunk, lines: readonly string[], closed: boolean): string[] {
  const body: string[] = [];
  // The old last line has no line break; whatever is written after it gets one.
  const open = (line: number) => (!closed && line === lines.length ? ['\\ No newline at end of file'] : []);
  const keep = (line: number) => {
    const text = lines[line - 1] ?? '';
    if (!closed && line === lines.length) {
      body.push(`-${text}`, ...open(line), `+${text}`);
    } else body.push(` ${text}`);
  };
  let line = hunk.from;
  for (const edit of hunk.edits) {
    for (; line < edit.line; line++) keep(line);
    for (; line < edit.line + edit.remove; line++) body.push(`-${lines[line - 1] ?? ''}`, ...open(line));
    body.push(...edit.insert.map((text) => `+${text}`));
  }
  for (; line < hunk.to; line++) keep(line);
  return body;
}

// POSIX diff: an empty range names the line before it; a count of one may stay unsaid, but need not.
function range(from: number, count: number): string {
  return `${count === 0 ? from - 1 : from},${count}`;
}
