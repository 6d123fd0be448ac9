// Does Go's regexp package take this pattern? Its syntax is RE2's (regexp/syntax, Perl flags), not JavaScript's.

export type GoRegex = { readonly ok: true; readonly groups: number } | { readonly ok: false; readonly why: string };

const MAX_DEPTH = 1000;
const MAX_REPEAT = 1000;
const POSIX = /^\[:\^?(?:alnum|alpha|ascii|blank|cntrl|digit|graph|lower|print|punct|space|upper|word|xdigit):\]/;
const REPEAT = /^\{(\d{1,9})(,(\d{1,9})?)?\}/;
const FLAGS = /^\?([imsU]*)(?:-([imsU]+))?([:)])/;
const NAME = /^\?P?<([A-Za-z0-9_]+)>/;
const UNICODE_CLASS = /^[pP](?:\{\^?(\w+)\}|([A-Z]))/;
const BACKSLASH_CLASS = /^[dDsSwW]/;

interface Scan {
  readonly text: string;
  at: number;
}

/** One pass. `why` is a plain word or two. Never throws. */
export function goRegex(text: string): GoRegex {
  const scan: Scan = { text, at: 0 };
  const names = new Set<string>();
  let groups = 0;
  let depth = 0;
  // What a repetition would apply to: nothing, an atom, or a repetition (which cannot be repeated again).
  let before: 'nothing' | 'atom' | 'repetition' = 'nothing';
  const no = (why: string): GoRegex => ({ ok: false, why });
  while (scan.at < text.length) {
    const rest = text.slice(scan.at, scan.at + 64);
    const character = text.charAt(scan.at);
    const repeat = REPEAT.exec(rest);
    if ('*+?'.includes(character) || repeat) {
      if (before === 'nothing') return no('repeats nothing');
      if (before === 'repetition') return no('repeats a repetition');
      if (repeat && badCount(repeat)) return no(`repeats too often: at most ${MAX_REPEAT}`);
      scan.at += repeat ? repeat[0].length : 1;
      if (text.charAt(scan.at) === '?') scan.at++;
      before = 'repetition';
      continue;
    }
    scan.at++;
    if (character === '(') {
      const name = NAME.exec(text.slice(scan.at, scan.at + 300));
      const flags = FLAGS.exec(rest.slice(1));
      if (name) {
        if (names.has(name[1] ?? '')) return no(`has two groups named ${name[1]}`);
        names.add(name[1] ?? '');
        scan.at += name[0].length;
      } else if (flags) {
        scan.at += flags[0].length;
        if (flags[3] === ')') {
          if (flags[0] === '?)') return no('has an empty group of flags');
          continue;
        }
      } else if (text.charAt(scan.at) === '?') return no('has a group that Go does not know, such as a look-ahead');
      if (!flags) groups++;
      if (++depth > MAX_DEPTH) return no('nests too deeply');
      before = 'nothing';
    } else if (character === ')') {
      if (--depth < 0) return no("has a ')' too many");
      before = 'atom';
    } else if (character === '|') before = 'nothing';
    else {
      const why = character === '[' ? characterClass(scan) : character === '\\' ? escaped(scan, false) : null;
      if (why !== null) return no(why);
      before = 'atom';
    }
  }
  return depth > 0 ? no("lacks a ')'") : { ok: true, groups };
}

function badCount([, low = '', comma, high]: RegExpExecArray): boolean {
  const from = Number(low);
  const to = comma === undefined ? from : high === undefined ? from : Number(high);
  return from > MAX_REPEAT || to > MAX_REPEAT || from > to;
}

// After the backslash. A code point, or null for a class or an assertion.
function escaped(scan: Scan, inClass: boolean): string | null {
  const rest = scan.text.slice(scan.at, scan.at + 40);
  const character = rest.charAt(0);
  if (character === '') return 'ends in a backslash';
  if (!inClass && character === 'Q') {
    const end = scan.text.indexOf('\\E', scan.at);
    scan.at = end < 0 ? scan.text.length : end + 2;
    return null;
  }
  const known =
    UNICODE_CLASS.exec(rest) ??
    BACKSLASH_CLASS.exec(rest) ??
    (inClass ? null : /^[AbBz]/.exec(rest)) ??
    /^(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(rest) ??
    /^x(?:[0-9a-fA-F]{2}|\{[0-9a-fA-F]{1,6}\})/.exec(rest) ??
    /^[afnrtv]/.exec(rest) ??
    /^[!-/:-@[-`{-~ \x01-\x1f]/.exec(rest);
  if (!known) return `has \\${character}, which Go does not know`;
  if (/^[pP]/.test(known[0]) && !isUnicodeClass(known[1] ?? known[2] ?? ''))
    return `has an unknown class \\${known[0]}`;
  scan.at += known[0].length;
  return null;
}

function isUnicodeClass(name: string): boolean {
  if (name === 'Any') return true;
  try {
    new RegExp(`\\p{${/^[A-Z][a-z]?$/.test(name) ? '' : 'Script='}${name}}`, 'u');
    return true;
  } catch {
    return false;
  }
}

// After the opening bracket.
function characterClass(scan: Scan): string | null {
  const { text } = scan;
  if (text.charAt(scan.at) === '^') scan.at++;
  let first = true;
  while (scan.at < text.length) {
    const rest = text.slice(scan.at, scan.at + 32);
    if (rest.startsWith(']') && !first) {
      scan.at++;
      return null;
    }
    first = false;
    if (rest.startsWith('[:')) {
      const posix = POSIX.exec(rest);
      if (posix) {
        scan.at += posix[0].length;
        continue;
      }
      if (/^\[:[^\]]*:\]/.test(rest)) return 'has an unknown class in brackets';
    }
    const low = classMember(scan);
    if (typeof low === 'string') return low;
    if (low === null || text.charAt(scan.at) !== '-' || text.charAt(scan.at + 1) === ']') continue;
    scan.at++;
    if (scan.at >= text.length) break;
    const high = classMember(scan);
    if (typeof high === 'string') return high;
    if (high === null || high < low) return 'has a range that goes backwards';
  }
  return "lacks a ']'";
}

// The code point of one member, null for a class such as \d, or what is wrong.
function classMember(scan: Scan): number | string | null {
  const { text } = scan;
  const code = text.codePointAt(scan.at) ?? 0;
  scan.at += code > 0xffff ? 2 : 1;
  if (code !== 0x5c) return code;
  const from = scan.at;
  const why = escaped(scan, true);
  if (why !== null) return why;
  const name = text.slice(from, scan.at);
  if (UNICODE_CLASS.test(name) || BACKSLASH_CLASS.test(name)) return null;
  const digits = /^x\{?([0-9a-fA-F]+)\}?$/.exec(name);
  if (digits) return Number.parseInt(digits[1] ?? '', 16);
  if (/^[0-7]+$/.test(name)) return Number.parseInt(name, 8);
  const letters: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };
  return letters[name] ?? name.charCodeAt(0);
}
