// The smallest change that makes a Corefile forward a private zone: lines to take out and lines to put in.

import { parseCorefile } from '../../parse/corefile.ts';
import type {
  Corefile,
  CorefileBlock,
  CorefileDirective,
  CorefileKey,
  ParseOptions,
} from '../../parse/corefile-types.ts';
import { lintCorefile, NO_INTENT } from './lint.ts';
import { type DeclaredZone, type Intent, type LintFinding, shownZone } from './lint-finding.ts';
import { cleaned, forwardFor, forwardsOf, nestedBlocks, portOf } from './reading.ts';
import { asks, stubFindings } from './stub.ts';
import { stubBlock } from './stub-block.ts';
import { targetFindings } from './targets.ts';

export interface Edit {
  /** Counts from 1; `insert` comes before it. One past the last line: at the end. */
  readonly line: number;
  readonly remove: number;
  readonly insert: readonly string[];
}

export interface Patched {
  /** By line, not overlapping; empty when nothing needs to change. */
  readonly edits: readonly Edit[];
  readonly text: string;
  /** What fails or warns in the corrected file. */
  readonly left: readonly LintFinding[];
}

const INDENT = '    ';

export function patchCorefile(
  text: string,
  declared: DeclaredZone,
  intent: Intent,
  options: ParseOptions = {},
): Patched {
  const corefile = parseCorefile(text, options);
  const lines = linesOf(text);
  const edits = editsFor(corefile, lines, declared);
  const patched = apply(text, lines, edits);
  return {
    edits,
    text: patched,
    left: lintCorefile(parseCorefile(patched, options), { ...intent, zones: [declared] }),
  };
}

/** A last line without a line break counts as a line. */
export function linesOf(text: string): readonly string[] {
  const lines = text.split('\n');
  return text.endsWith('\n') || text === '' ? lines.slice(0, -1) : lines;
}

function apply(text: string, lines: readonly string[], edits: readonly Edit[]): string {
  if (edits.length === 0) return text;
  const now = [...lines];
  for (const { line, remove, insert } of [...edits].reverse()) now.splice(line - 1, remove, ...insert);
  return `${now.join('\n')}\n`;
}

function editsFor(corefile: Corefile, lines: readonly string[], declared: DeclaredZone): readonly Edit[] {
  const port = portOf(corefile);
  const fits = (edit: Edit | null): edit is Edit => edit !== null;
  const nested = corefile.blocks
    .flatMap(nestedBlocks)
    .filter(({ name, file }) => file === '' && cleaned(name) === declared.zone);
  // At the left margin it is not the block that stands wrong: the one before it is not closed.
  const open = nested.find(({ column }) => column === 1);
  if (open && corefile.notes.some(({ kind }) => kind === 'lenient-end'))
    return [{ line: open.line, remove: 0, insert: ['}'] }];
  const misplaced = nested.map((directive) => wholeLines(directive, lines)).filter(fits);
  const ours = corefile.blocks.filter(
    (block) => block.file === '' && block.keys.some((key) => means(key, block, declared)),
  );
  const [own, ...again] = ours;
  const spare = again
    .filter(({ keys }) => keys.length === 1)
    .map((block) => wholeLines(block, lines))
    .filter(fits);
  const broken = corefile.errors.some(({ kind }) => kind === 'syntax' || kind === 'import' || kind === 'text');
  if (broken) return [];
  if (own && own.keys.length > 1 && !servesRight(own, declared)) {
    // Its other zones keep their servers: this one gets a block of its own.
    const out = own.keys.filter((key) => means(key, own, declared)).map((key) => withoutKey(key, lines));
    const append = { line: lines.length + 1, remove: 0, insert: stubBlock(declared, port).split('\n') };
    return inOrder([...misplaced, ...spare, ...out.slice(0, 1), append]);
  }
  if (own) return inOrder([...misplaced, ...spare, ...corrected(own, lines, declared, port)]);
  const apart = targetFindings(corefile, { ...NO_INTENT, zones: [declared] }).every(
    ({ status, fault }) => status !== 'fail' || fault !== 'coredns-mixed-upstreams',
  );
  if (misplaced.length === 0 && apart && stubFindings(corefile, declared).length === 0) return [];
  return inOrder([...misplaced, { line: lines.length + 1, remove: 0, insert: stubBlock(declared, port).split('\n') }]);
}

/** The key of a block for this zone, well written or marred: a dot or asterisk in front, a brace glued to it, its end cut off. */
function means(key: CorefileKey, block: CorefileBlock, { zone, forwarders }: DeclaredZone): boolean {
  if (key.transport !== 'dns') return false;
  if (key.zone === zone || cleaned(key.text) === zone) return true;
  if (key.zone === '.' || key.unknown || !zone.startsWith(key.zone)) return false;
  // `corp` may be a zone of its own: only the same servers make it a slip.
  return forwardsOf(block).some((forward) => asks(forward, forwarders).length > 0);
}

function corrected(block: CorefileBlock, lines: readonly string[], declared: DeclaredZone, port: number): Edit[] {
  const edits: Edit[] = [];
  const key = block.keys.find((one) => means(one, block, declared));
  if (key && (key.zone !== declared.zone || key.port !== port)) {
    const line = lines[key.line - 1] ?? '';
    const glued = key.text.endsWith('{') ? ' {' : '';
    const rest = line.slice(key.column - 1 + key.text.length);
    const name = `${shownZone(declared.zone)}:${port}${glued}`;
    edits.push({ line: key.line, remove: 1, insert: [line.slice(0, key.column - 1) + name + rest] });
  }
  const forward =
    forwardFor(block, declared.zone)?.directive ?? block.directives.find(({ name }) => name === 'forward');
  const wanted = `forward . ${declared.forwarders.join(' ')}`;
  if (!forward) edits.push({ line: block.end.line, remove: 0, insert: [INDENT + wanted] });
  else if (forward.file === '' && !forwards(forward, declared)) {
    const line = lines[forward.line - 1] ?? '';
    const open = line.trimEnd().endsWith('{') ? ' {' : '';
    edits.push({ line: forward.line, remove: 1, insert: [line.slice(0, forward.column - 1) + wanted + open] });
  }
  return edits;
}

function servesRight(block: CorefileBlock, declared: DeclaredZone): boolean {
  const forward = forwardFor(block, declared.zone);
  return forward !== null && forwards(forward.directive, declared);
}

function withoutKey({ line, column, text }: CorefileKey, lines: readonly string[]): Edit {
  const old = lines[line - 1] ?? '';
  const rest = old.slice(column - 1 + text.length).replace(/^,?\s*/, '');
  return { line, remove: 1, insert: [old.slice(0, column - 1) + rest] };
}

function forwards({ args }: CorefileDirective, { forwarders }: DeclaredZone): boolean {
  const [from, ...targets] = args.map(({ text }) => text);
  return (
    from === '.' && targets.length === forwarders.length && forwarders.every((address) => targets.includes(address))
  );
}

// null where other words share its lines.
function wholeLines(
  { line, column, end }: Pick<CorefileDirective, 'line' | 'column' | 'end'>,
  lines: readonly string[],
): Edit | null {
  const before = (lines[line - 1] ?? '').slice(0, column - 1);
  const after = (lines[end.line - 1] ?? '').slice(end.column);
  if (before.trim() !== '' || !/^\s*(?:#.*)?$/.test(after)) return null;
  return { line, remove: end.line - line + 1, insert: [] };
}

function inOrder(edits: readonly Edit[]): readonly Edit[] {
  return [...edits].sort((a, b) => a.line - b.line);
}
