// What one reading of a Corefile remembers: snippets, files, what is refused and what cannot be known.

import type { CorefileError, ParseOptions, ParseState } from './corefile-types.ts';

/** Twice what a file of 1 MiB can hold: imports multiply. */
const MAX_TOKENS = 1_000_000;
/** Nobody reads more; a megabyte of the same mistake must not become many of messages. */
export const MAX_ERRORS = 1000;

export function newState(options: ParseOptions): ParseState {
  return {
    env: options.env ?? (() => undefined),
    files: options.files ?? (() => undefined),
    snippets: new Map(),
    lexed: new Map(),
    errors: [],
    notes: [],
    maxTokens: MAX_TOKENS,
    snippetImports: 0,
    fileImports: 0,
    copiedTokens: 0,
  };
}

export function tell(state: ParseState, error: CorefileError): void {
  if (state.errors.length < MAX_ERRORS) state.errors.push(error);
}
