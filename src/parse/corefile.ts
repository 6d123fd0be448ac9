// A Corefile as values: server blocks, directives and snippets with their places, and whatever CoreDNS would refuse to start on.

import { type RawBlock, readBlocks } from './corefile-grammar.ts';
import { placeOf } from './corefile-imports.ts';
import { readKey } from './corefile-keys.ts';
import { lexCorefile, type Place } from './corefile-lexer.ts';
import { isDirective } from './corefile-plugins.ts';
import { blockErrors, duplicateErrors } from './corefile-start.ts';
import { newState, tell } from './corefile-state.ts';
import { tokenStream } from './corefile-stream.ts';
import { directiveOf } from './corefile-tree.ts';
import type { Corefile, CorefileBlock, CorefileError, ParseOptions, ParseState } from './corefile-types.ts';

/** 1 MiB: what a ConfigMap can hold. */
export const MAX_COREFILE_BYTES = 1_048_576;
const DNS_PORT = 53;

/** Never throws, and takes time in proportion to the text. */
export function parseCorefile(text: string, options: ParseOptions = {}): Corefile {
  const unfit = unfitText(text);
  if (unfit) return { blocks: [], snippets: [], errors: [unfit], notes: [] };
  const lexed = lexCorefile(text);
  const state = newState(options);
  const raw = readBlocks(tokenStream(lexed.tokens), state, isDirective);
  if (lexed.unclosedQuote) {
    state.notes.push({ ...placeOf(lexed.unclosedQuote), kind: 'unclosed-quote', subject: '' });
  }
  const blocks = raw.map((block) => blockOf(block, state, options.defaultPort ?? DNS_PORT));
  for (const [i, block] of blocks.entries()) blockErrors(raw[i]?.usages ?? [], block, state);
  return {
    blocks,
    snippets: [...state.snippets].map(([name, place]) => ({ name, ...placeOf(place) })),
    errors: inOrder([...state.errors, ...duplicateErrors(blocks)]),
    notes: inOrder(state.notes),
  };
}

function unfitText(text: string): CorefileError | null {
  const wrong = (message: string, place: Place): CorefileError => ({ ...place, kind: 'text', message });
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_COREFILE_BYTES) {
    return wrong(`the file has ${bytes} bytes: a ConfigMap holds ${MAX_COREFILE_BYTES}`, {
      file: '',
      line: 1,
      column: 1,
    });
  }
  const nul = text.indexOf('\0');
  if (nul < 0) return null;
  const before = text.slice(0, nul).split('\n');
  return wrong('the file holds a NUL byte: it is no text (UTF-16, or a binary file)', {
    file: '',
    line: before.length,
    column: (before.at(-1)?.length ?? 0) + 1,
  });
}

function blockOf(raw: RawBlock, state: ParseState, defaultPort: number): CorefileBlock {
  const keys = raw.keys.flatMap((token) => {
    const read = readKey(token, defaultPort);
    if (!('kind' in read)) return read;
    tell(state, read);
    return [
      { ...placeOf(token), text: token.text, zone: token.text, port: null, transport: 'dns' as const, unknown: true },
    ];
  });
  return {
    ...raw.start,
    keys,
    directives: raw.usages.flatMap(({ name, tokens }) => directiveOf(name, tokens) ?? []),
    end: raw.end,
    unknownImports: raw.unknownImports,
  };
}

/** By place; those of imported files after those of the file itself. */
function inOrder<T extends Place>(list: readonly T[]): T[] {
  return [...list].sort((a, b) => byText(a.file, b.file) || a.line - b.line || a.column - b.column);
}

function byText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
