// Server blocks, snippets and directives of a Corefile, accepted and refused as by CoreDNS (caddyfile/parse.go).

import { expand } from './corefile-env.ts';
import { placeOf, readImport } from './corefile-imports.ts';
import type { Place, Token } from './corefile-lexer.ts';
import { tell } from './corefile-state.ts';
import type { TokenStream } from './corefile-stream.ts';
import type { CorefileError, ParseState } from './corefile-types.ts';

/** One use of a directive: its name and all words up to the end of its line or block. */
export interface Usage {
  readonly name: string;
  readonly tokens: readonly Token[];
}

export interface RawBlock {
  readonly keys: readonly Token[];
  readonly usages: readonly Usage[];
  readonly start: Place;
  readonly end: Place;
  /** Imports in it that nobody could look into. */
  readonly unknownImports: readonly string[];
}

type Reading = { readonly stream: TokenStream; readonly state: ParseState; readonly known: (name: string) => boolean };

const START: Place = { file: '', line: 1, column: 1 };

/** Reads on after a directive that nobody knows; ends at the first mistake in the structure. */
export function readBlocks(stream: TokenStream, state: ParseState, known: (name: string) => boolean): RawBlock[] {
  const reading: Reading = { stream, state, known };
  const blocks: RawBlock[] = [];
  while (stream.next()) {
    const block = readOne(reading);
    if (block === null) break;
    if (block.keys.length > 0) blocks.push(block);
  }
  return blocks;
}

function refuse(
  { state, stream }: Reading,
  message: string,
  at: Place | undefined = stream.current(),
  kind: CorefileError['kind'] = 'syntax',
): null {
  state.errors.push({ ...placeOf(at ?? START), kind, message });
  return null;
}

// null: the structure is broken, nothing after it can be read.
function readOne(reading: Reading): RawBlock | null {
  const { stream, state } = reading;
  const start = placeOf(stream.current() ?? START);
  const head = readKeys(reading);
  if (head === null) return null;
  const { keys, ended } = head;
  const end = () => placeOf(stream.current() ?? START);
  // A file that is nothing but keys is a block without directives.
  if (ended) return { keys, usages: [], start, end: end(), unknownImports: [] };
  const [first, second] = keys;
  if (first && !second && first.text.startsWith('(') && first.text.endsWith(')') && first.text.length > 1) {
    return readSnippet(reading, first) ? { keys: [], usages: [], start, end: end(), unknownImports: [] } : null;
  }
  const notedInKeys = state.notes.length;
  const usages = readBody(reading);
  const noted = state.notes.slice(notedInKeys).filter(({ kind }) => kind === 'unknown-import');
  return usages && { keys, usages, start, end: end(), unknownImports: noted.map(({ subject }) => subject) };
}

function readKeys(reading: Reading): { readonly keys: Token[]; readonly ended: boolean } | null {
  const { stream, state } = reading;
  const keys: Token[] = [];
  let another = false;
  for (;;) {
    const token = expand(stream.current() ?? { ...START, text: '', quoted: false, unknown: false }, state.env);
    if (token.text === 'import' && stream.atLineStart()) {
      const error = readImport(stream, state);
      if (error) {
        state.errors.push(error);
        return null;
      }
      if (tooMany(reading)) return null;
      if (stream.next()) continue;
      if (another) return refuse(reading, 'a comma promises another zone, but the file ends');
      return { keys, ended: true };
    }
    if (token.text === '{') {
      if (another) return refuse(reading, "a comma promises another zone, but there is a '{'");
      return { keys, ended: false };
    }
    if (token.text !== '') {
      another = token.text.endsWith(',');
      keys.push(another ? { ...token, text: token.text.slice(0, -1) } : token);
    }
    if (!stream.next()) {
      if (another) return refuse(reading, 'a comma promises another zone, but the file ends');
      return { keys, ended: true };
    }
    if (!another && stream.atLineStart()) return { keys, ended: false };
  }
}

function readSnippet(reading: Reading, key: Token): boolean {
  const { stream, state } = reading;
  const name = key.text.slice(1, -1);
  if (state.snippets.has(name)) {
    refuse(reading, `the snippet (${name}) is defined a second time`, key);
    return false;
  }
  if (stream.current()?.text !== '{') {
    refuse(reading, `the snippet (${name}) needs a '{' after its name`);
    return false;
  }
  let depth = 1;
  const tokens: Token[] = [];
  while (stream.next()) {
    const token = stream.current();
    if (!token) break;
    if (token.text === '}' && --depth === 0) break;
    if (token.text === '{') depth++;
    tokens.push(token);
  }
  if (depth !== 0) {
    refuse(reading, `the snippet (${name}) is never closed: a '}' is missing`, key);
    return false;
  }
  const self = tokens.find((token, i) => {
    const before = tokens[i - 1];
    const argument = tokens[i + 1];
    const first = before === undefined || before.file !== token.file || before.line !== token.line;
    return token.text === 'import' && first && argument && expand(argument, state.env).text === name;
  });
  if (self) {
    refuse(reading, `the snippet (${name}) imports itself`, self);
    return false;
  }
  state.snippets.set(name, { tokens, ...placeOf(key) });
  return true;
}

function readBody(reading: Reading): Usage[] | null {
  const { stream, state } = reading;
  const opening = stream.current();
  const braces = opening?.text === '{';
  if (!braces) stream.back();
  const usages: Usage[] = [];
  let closed = false;
  while (stream.next()) {
    const token = stream.current();
    if (!token) break;
    if (token.text === '}') {
      closed = true;
      break;
    }
    if (token.text === 'import') {
      const error = readImport(stream, state);
      if (error) {
        state.errors.push(error);
        return null;
      }
      if (tooMany(reading)) return null;
      continue;
    }
    const usage = readUsage(reading);
    if (usage === null) return null;
    usages.push(usage);
  }
  if (!braces || closed) return usages;
  // CoreDNS looks at the last word only: the brace of a plugin's block at the end of the file is good enough for it.
  if (stream.current()?.text !== '}') {
    return refuse(reading, "the block is never closed: a '}' is missing before the end of the file", opening);
  }
  state.notes.push({ ...placeOf(opening ?? START), kind: 'lenient-end', subject: '' });
  return usages;
}

function readUsage(reading: Reading): Usage | null {
  const { stream, state, known } = reading;
  const head = stream.current();
  if (!head) return null;
  const named = expand(head, state.env);
  const name = named.text;
  const tokens: Token[] = [named];
  if (!named.unknown && !known(name)) {
    tell(state, {
      ...placeOf(head),
      kind: 'unknown-directive',
      subject: name,
      message: `${name === '' ? 'an empty word' : `"${name}"`} is no directive of CoreDNS`,
    });
    if (name === '{') return null;
  }
  const opened: Token[] = [];
  while (stream.next()) {
    const token = stream.current();
    if (!token) break;
    if (token.text === '{') opened.push(token);
    else if (stream.atLineStart() && opened.length === 0) {
      stream.back();
      break;
    } else if (token.text === '}') {
      if (opened.pop() === undefined)
        return refuse(reading, "a '}' closes nothing here: it belongs on a line of its own");
    } else if (token.text === 'import' && stream.atLineStart()) {
      const error = readImport(stream, state);
      if (error) {
        state.errors.push(error);
        return null;
      }
      if (tooMany(reading)) return null;
      continue;
    }
    const full = expand(token, state.env);
    stream.replaceCurrent(full);
    tokens.push(full);
  }
  const open = opened.at(-1);
  if (open) return refuse(reading, `the block of ${name} is never closed: a '}' is missing`, open);
  return { name, tokens };
}

// Imports can multiply: ten lines of snippets may stand for billions of words.
function tooMany(reading: Reading): boolean {
  if (reading.stream.read() <= reading.state.maxTokens) return false;
  refuse(reading, 'the imports stand for more words than any server could want', reading.stream.current(), 'import');
  return true;
}
