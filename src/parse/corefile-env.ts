// `{$NAME}` and `{%NAME%}` in a Corefile: replaced where the variable is known, left and marked where it is not.

import type { Token } from './corefile-lexer.ts';

/** undefined: not known here. CoreDNS itself takes the empty text for a variable that is not set. */
export type EnvironmentLookup = (name: string) => string | undefined;

// A value may hold a placeholder again, and CoreDNS replaces that too; one that holds itself would never end.
const MAX_REPLACEMENTS = 100;
/** Text that grows by its own replacement is cut here. */
const MAX_LENGTH = 100_000;
/** What NodeLocal DNSCache fills in when it starts: `__PILLAR__UPSTREAM__SERVERS__`. */
const PILLAR = /__PILLAR__\w+__/;

export function expand(token: Token, lookup: EnvironmentLookup): Token {
  if (PILLAR.test(token.text)) return { ...token, unknown: true };
  if (!token.text.includes('{')) return token;
  const windows = replace(token.text, '{%', '%}', lookup);
  const unix = replace(windows.text, '{$', '}', lookup);
  if (unix.text === token.text && !windows.unknown && !unix.unknown) return token;
  return { ...token, text: unix.text, unknown: windows.unknown || unix.unknown };
}

function replace(text: string, open: string, close: string, lookup: EnvironmentLookup) {
  let unknown = false;
  let rest = text;
  let from = 0;
  for (let i = 0; i < MAX_REPLACEMENTS && rest.length <= MAX_LENGTH; i++) {
    const start = rest.indexOf(open, from);
    const end = start < 0 ? -1 : rest.indexOf(close, start);
    // `{$}` names nothing and ends the search.
    if (end < 0 || end <= start + open.length) break;
    const name = rest.slice(start + open.length, end);
    const value = lookup(name);
    if (value === undefined) {
      unknown = true;
      from = end + close.length;
    } else rest = rest.replaceAll(`${open}${name}${close}`, () => value);
  }
  return { text: rest, unknown };
}
