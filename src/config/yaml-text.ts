// YAML text, hostile until proven otherwise: its plain value, and where in the text each part of it stands.

import { type Document, isMap, isPair, isScalar, LineCounter, parseAllDocuments, visit } from 'yaml';
import { terminalText } from '../parse/terminal-text.ts';
import { quoted } from './mistake.ts';

// Aliases resolved per file: a dozen is plenty for people, a bomb needs thousands.
const ALIAS_LIMIT = 100;

const POISON = new Set<unknown>(['__proto__', 'constructor', 'prototype']);

export interface YamlText {
  readonly data: unknown;
  /** Where a value begins, or its key; of the nearest parent when the path itself is not there. */
  readonly offsetOf: (path: readonly PropertyKey[], atKey: boolean) => number;
  /** `:3:5`. */
  readonly position: (offset: number) => string;
}

/** `where`: `file a.yaml`. Mistakes are whole sentences. */
export function readYaml(text: string, where: string): YamlText | { readonly mistakes: readonly string[] } {
  const lines = new LineCounter();
  const position = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `:${line}:${col}`;
  };
  try {
    const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
    const document = 'length' in documents ? documents[0] : undefined;
    if (document === undefined || (document.contents === null && document.errors.length === 0)) {
      return { mistakes: [`${where}: is empty: a PreflightConfig is wanted`] };
    }
    if (documents.length > 1)
      return { mistakes: [`${where}: holds ${documents.length} documents: write one per file`] };
    const problems = [...document.errors, ...document.warnings];
    const mistakes = problems.map(({ pos, message }) => `${where}${position(pos[0])}: ${terminalText(message, 160)}`);
    visit(document, {
      Pair: (_key, { key }) => {
        if (!isScalar(key) || !POISON.has(key.value)) return;
        mistakes.push(`${where}${position(key.range?.[0] ?? 0)}: key ${quoted(key.value)} is not allowed`);
      },
    });
    if (mistakes.length > 0) return { mistakes };
    const offsetOf = (path: readonly PropertyKey[], atKey: boolean) => offsetIn(document, path, atKey);
    return { data: document.toJS({ maxAliasCount: ALIAS_LIMIT }), offsetOf, position };
  } catch (thrown) {
    // A stack that ran out, or aliases beyond the limit: both are the file's doing. Anything else is ours.
    if (thrown instanceof RangeError) return { mistakes: [`${where}: is nested too deeply`] };
    if (thrown instanceof ReferenceError) return { mistakes: [`${where}: uses too many aliases, or unknown ones`] };
    throw thrown;
  }
}

function offsetIn(document: Document.Parsed, path: readonly PropertyKey[], atKey: boolean): number {
  for (let length = path.length; length > 0; length--) {
    const here = path.slice(0, length);
    const parent = length === 1 ? document.contents : document.getIn(here.slice(0, -1), true);
    const last = here.at(-1);
    const pair = isMap(parent)
      ? parent.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === last)
      : undefined;
    const value = startOf(document.getIn(here, true));
    const offset = atKey && length === path.length ? startOf(pair?.key) : (value ?? startOf(pair?.key));
    if (offset !== undefined) return offset;
  }
  return 0;
}

function startOf(node: unknown): number | undefined {
  return (node as { range?: readonly number[] | null } | null | undefined)?.range?.[0];
}
