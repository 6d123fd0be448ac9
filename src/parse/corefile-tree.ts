// The words of one directive as a tree: arguments on its line, and the lines between its braces.

import { placeOf } from './corefile-imports.ts';
import { newLine, type Token } from './corefile-lexer.ts';
import type { CorefileDirective } from './corefile-types.ts';

interface Growing extends CorefileDirective {
  readonly args: Token[];
  block: Growing[] | null;
  end: CorefileDirective['end'];
}

/** `tokens` begin with the directive's name. */
export function directiveOf(name: string, tokens: readonly Token[]): CorefileDirective | null {
  const [head] = tokens;
  if (!head) return null;
  const top = grow(name, head);
  // Whose lines are being read, and which line is open.
  const owners: Growing[] = [];
  let open: Growing | null = top;
  let before = head;
  for (const token of tokens.slice(1)) {
    const owner = owners.at(-1);
    if (token.text === '{' && !token.quoted && open) {
      open.block ??= [];
      owners.push(open);
      open = null;
    } else if (token.text === '}' && !token.quoted && owner) {
      owner.end = placeOf(token);
      owners.pop();
      open = owner;
    } else if (open === null || (owner && newLine(before, token))) {
      open = grow(token.text, token);
      owner?.block?.push(open);
    } else {
      open.args.push(token);
      open.end = placeOf(token);
    }
    before = token;
  }
  top.end = placeOf(tokens.at(-1) ?? head);
  return top;
}

function grow(name: string, token: Token): Growing {
  return { ...placeOf(token), name, args: [], block: null, end: placeOf(token) };
}
