// What a Corefile is made of, as values with places.

import type { EnvironmentLookup } from './corefile-env.ts';
import type { Lexed, Place, Token } from './corefile-lexer.ts';

export type Transport = 'dns' | 'tls' | 'https' | 'https3' | 'grpc' | 'quic' | 'unix';

export interface CorefileKey extends Place {
  /** As written. */
  readonly text: string;
  /** Absolute, lower case, with a trailing dot; as written when `unknown`. */
  readonly zone: string;
  /** The transport's own port when none is written; null when `unknown`. */
  readonly port: number | null;
  readonly transport: Transport;
  /** A placeholder stands in it, or it is no zone at all (then there is an error). */
  readonly unknown: boolean;
}

export interface CorefileDirective extends Place {
  readonly name: string;
  readonly args: readonly Token[];
  /** The lines between its braces, null without braces. */
  readonly block: readonly CorefileDirective[] | null;
  /** Where its last word stands. */
  readonly end: Place;
}

export interface CorefileBlock extends Place {
  readonly keys: readonly CorefileKey[];
  /** In the order of the file, one for each time it is written. */
  readonly directives: readonly CorefileDirective[];
  readonly end: Place;
  /** Patterns of imports in it that could not be looked into: it may hold more than is seen. */
  readonly unknownImports: readonly string[];
}

export type CorefileErrorKind =
  /** Too large, or with characters that no Corefile has. */
  | 'text'
  /** Braces, quotes, commas. */
  | 'syntax'
  | 'import'
  | 'unknown-directive'
  | 'key'
  | 'duplicate-key'
  /** A plugin does not take these words. */
  | 'plugin'
  /** forward to a host name: refused before CoreDNS 1.14.4, resolved once at the start since. */
  | 'forward-name';

/** What makes CoreDNS refuse the file. */
export interface CorefileError extends Place {
  readonly kind: CorefileErrorKind;
  /** Plain words, no full stop: `the block that begins in line 3 is never closed`. */
  readonly message: string;
  /** The directive, key or target that is meant. */
  readonly subject?: string;
}

export type CorefileNoteKind =
  | 'unknown-import'
  | 'empty-import'
  /** A placeholder decides whether CoreDNS takes this directive. */
  | 'unknown-value'
  /** The last brace is missing, and CoreDNS does not mind. */
  | 'lenient-end'
  | 'unclosed-quote';

/** What could not be judged here, or is accepted though it looks wrong. */
export interface CorefileNote extends Place {
  readonly kind: CorefileNoteKind;
  readonly subject: string;
}

export interface Corefile {
  readonly blocks: readonly CorefileBlock[];
  readonly snippets: readonly ({ readonly name: string } & Place)[];
  /** In the order of the file. Empty exactly when CoreDNS would start on it, as far as the text decides. */
  readonly errors: readonly CorefileError[];
  readonly notes: readonly CorefileNote[];
}

export interface ImportedFile {
  readonly path: string;
  readonly text: string;
}

/** Files that match a path or pattern, in order; undefined where nobody can look. `from` is the importing file. */
export type FileLookup = (pattern: string, from: string) => readonly ImportedFile[] | undefined;

export interface ParseOptions {
  readonly env?: EnvironmentLookup;
  readonly files?: FileLookup;
  /** What CoreDNS was told by -dns.port. */
  readonly defaultPort?: number;
}

/** What one reading remembers. */
export interface ParseState {
  readonly env: EnvironmentLookup;
  readonly files: FileLookup;
  readonly snippets: Map<string, { readonly tokens: readonly Token[] } & Place>;
  readonly lexed: Map<string, Lexed>;
  readonly errors: CorefileError[];
  readonly notes: CorefileNote[];
  readonly maxTokens: number;
  snippetImports: number;
  copiedTokens: number;
  fileImports: number;
}
