// How a plugin reads its words: all uses of its directive in one server block, one after the other (caddyfile/dispenser.go).

import { sameLine, type Token } from '../corefile-lexer.ts';

/** Why CoreDNS would not start on it. The message follows the plugin's name and a colon. */
export interface Refused {
  readonly at: Token;
  readonly message: string;
  /** The target is a name: a cause of its own. */
  readonly name?: string;
}

export interface Words {
  /** The next word, on whatever line: the next use of the directive, when nothing is left of this one. */
  next(): boolean;
  /** The next word on this line. */
  nextArg(): boolean;
  /** All words left on this line, up to a brace. */
  rest(): readonly Token[];
  /** The next word inside the braces that open on this line; false at the closing one. */
  nextInBlock(): boolean;
  value(): string;
  wrong(message: string, at?: Token): Refused;
}

/** What a plugin may know about the server block that it stands in. */
export interface BlockFacts {
  /** Normalised. */
  readonly zones: readonly string[];
  readonly plugins: ReadonlySet<string>;
  /** null: nobody can look. */
  readonly exists: (path: string) => boolean | null;
}

export type PluginCheck = (words: Words, block: BlockFacts) => Refused | null;

/** `tokens` must not be empty. */
export function wordsOf(tokens: readonly [Token, ...Token[]]): Words {
  let at = -1;
  let depth = 0;
  const current = (): Token => tokens[Math.max(0, at)] ?? tokens[0];
  const next = () => {
    if (at >= tokens.length - 1) return false;
    at++;
    return true;
  };
  const nextArg = () => {
    const following = tokens[at + 1];
    if (at < 0 || following === undefined || !sameLine(current(), following)) return false;
    at++;
    return true;
  };
  return {
    next,
    nextArg,
    rest() {
      const args: Token[] = [];
      while (nextArg()) {
        if (current().text === '{') {
          at--;
          break;
        }
        args.push(current());
      }
      return args;
    },
    nextInBlock() {
      if (depth === 0) {
        if (!nextArg()) return false;
        if (current().text !== '{') {
          at--;
          return false;
        }
        if (!next() || current().text === '}') return false;
        depth = 1;
        return true;
      }
      if (!next()) return false;
      if (current().text !== '}') return true;
      depth = 0;
      return false;
    },
    value: () => current().text,
    wrong: (message, token) => ({ at: token ?? current(), message }),
  };
}
