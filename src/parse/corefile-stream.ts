// The words of a Corefile one after another, with one step back and with imports put in front of what is left.

import { newLine, sameLine, type Token } from './corefile-lexer.ts';

export interface TokenStream {
  /** The word that was read last; undefined before the first. Stays at the last word when there are no more. */
  current(): Token | undefined;
  /** Reads the next word; false when there is none. */
  next(): boolean;
  /** Reads the next word if it is on the same line. */
  nextOnLine(): boolean;
  back(): void;
  /** The current word begins a line. */
  atLineStart(): boolean;
  replaceCurrent(token: Token): void;
  /** Takes the last `count` words away and puts others in front of what is left. */
  splice(count: number, tokens: readonly Token[]): void;
  /** How many words have been read, those of imports too. */
  readonly read: () => number;
}

export function tokenStream(tokens: readonly Token[]): TokenStream {
  const done: Token[] = [];
  const ahead: { readonly tokens: readonly Token[]; index: number }[] = [{ tokens, index: 0 }];
  let read = 0;

  const peek = (): Token | undefined => {
    for (;;) {
      const top = ahead.at(-1);
      if (!top) return undefined;
      const token = top.tokens[top.index];
      if (token) return token;
      ahead.pop();
    }
  };
  const take = (token: Token) => {
    const top = ahead.at(-1);
    if (top) top.index++;
    done.push(token);
    read++;
    return true;
  };

  return {
    current: () => done.at(-1),
    next() {
      const token = peek();
      return token !== undefined && take(token);
    },
    nextOnLine() {
      const token = peek();
      const last = done.at(-1);
      return token !== undefined && last !== undefined && sameLine(last, token) && take(token);
    },
    back() {
      const token = done.pop();
      if (token) ahead.push({ tokens: [token], index: 0 });
    },
    atLineStart() {
      const token = done.at(-1);
      return token === undefined || newLine(done.at(-2), token);
    },
    replaceCurrent(token) {
      if (done.length > 0) done[done.length - 1] = token;
    },
    splice(count, put) {
      done.length = Math.max(0, done.length - count);
      ahead.push({ tokens: put, index: 0 });
    },
    read: () => read,
  };
}
