// `import NAME|PATH|GLOB` in a Corefile: the words it stands for, or why CoreDNS refuses it.

import { expand } from './corefile-env.ts';
import { lexCorefile, type Place, type Token } from './corefile-lexer.ts';
import type { TokenStream } from './corefile-stream.ts';
import type { CorefileError, CorefileNote, ParseState } from './corefile-types.ts';

/** caddyfile's own limits: a circle of imports ends here. */
const MAX_SNIPPET_IMPORTS = 10_000;
const MAX_FILE_IMPORTS = 100_000;

/** With the stream at `import`. Afterwards the next word is the first one imported. */
export function readImport(stream: TokenStream, state: ParseState): CorefileError | null {
  const keyword = stream.current();
  if (!keyword) return null;
  const wrong = (message: string, at: Place = keyword): CorefileError => ({ ...placeOf(at), kind: 'import', message });
  if (!stream.nextOnLine()) return wrong('import names nothing: write the name of a snippet, or the path of a file');
  const argument = expand(stream.current() ?? keyword, state.env);
  const name = argument.text;
  if (name === '') return wrong('import has an empty name', argument);
  if (stream.nextOnLine())
    return wrong('import takes one name: a snippet, a file or a pattern', stream.current() ?? argument);
  const snippet = argument.unknown ? undefined : state.snippets.get(name);
  if (snippet) {
    if (++state.snippetImports > MAX_SNIPPET_IMPORTS)
      return wrong(`snippets import one another without end (${MAX_SNIPPET_IMPORTS} imports)`);
    stream.splice(2, snippet.tokens);
    return null;
  }
  if (++state.fileImports > MAX_FILE_IMPORTS)
    return wrong(`files import one another without end (${MAX_FILE_IMPORTS} imports)`);
  const found = fromFiles(name, argument, state);
  if ('error' in found) return found.error;
  if ('note' in found) state.notes.push(found.note);
  stream.splice(2, 'tokens' in found ? found.tokens : []);
  return null;
}

function fromFiles(
  name: string,
  at: Token,
  state: ParseState,
): { readonly tokens: readonly Token[] } | { readonly note: CorefileNote } | { readonly error: CorefileError } {
  const wrong = (message: string) => ({ error: { ...placeOf(at), kind: 'import', message } as const });
  if (count(name, '*') > 1 || count(name, '?') > 1 || (name.includes('[') && name.includes(']')))
    return wrong(`the pattern ${name} has more than one wildcard, which CoreDNS refuses`);
  const files = at.unknown ? undefined : state.files(name, at.file);
  if (files === undefined) return { note: { ...placeOf(at), kind: 'unknown-import', subject: name } };
  if (files.length === 0 && !/[*?[\]]/.test(name)) return wrong(`the file ${name} that is imported does not exist`);
  if (files.length === 0) return { note: { ...placeOf(at), kind: 'empty-import', subject: name } };
  const lists = files.map(({ path, text }) => {
    const lexed = state.lexed.get(path) ?? lexCorefile(text, path);
    state.lexed.set(path, lexed);
    return lexed.tokens;
  });
  // A file that imports itself over and over must not be copied as often.
  if (lists.length === 1) return { tokens: lists[0] ?? [] };
  state.copiedTokens += lists.reduce((sum, list) => sum + list.length, 0);
  if (state.copiedTokens > state.maxTokens) return wrong(`the imports of ${name} have too many words`);
  return { tokens: lists.flat() };
}

export function placeOf({ file, line, column }: Place): Place {
  return { file, line, column };
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}
