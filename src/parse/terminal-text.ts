// Foreign text made safe for a terminal and a log: one line, no control, escape or invisible characters, bounded.

/** Long enough for a sentence with two addresses in it, short enough that one hostile header cannot fill a screen. */
export const DEFAULT_MAX_LENGTH = 300;

// ECMA-48: CSI (section 5.4), the strings that OSC, DCS, PM, APC and SOS open (5.6), then all other escapes (5.3).
const CSI = /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?/g;
const CONTROL_STRING = /(?:\x1b[\]PX^_]|[\x90\x98\x9d\x9e\x9f])[^\x00-\x1f\x7f-\x9f]*(?:\x07|\x1b\\|\x9c)?/g;
const ESCAPE = /\x1b[ -/]*[0-~]?/g;
// White space of every kind, the line and paragraph separators, and the four Hangul fillers that look like a space.
const SPACE = /[\s\u0085\u115f\u1160\u2028\u2029\u2800\u3164\uffa0]+/g;
// Cc controls, Cf bidirectional marks, zero-width and tag characters, Cs lone surrogates, Co and Cn: nothing anybody can read.
const UNREADABLE = /\p{Cc}|\p{Cf}|\p{Cs}|\p{Co}|\p{Cn}|\p{Variation_Selector}|\u034f/gu;
// More than two combining marks on one letter is not a language, it is paint over the neighbouring lines.
const STACKED_MARKS = /(\p{M}{2})\p{M}+/gu;

/**
 * One printable line of at most `maxLength` characters (code points); what was longer ends in `…`.
 * Never throws, whatever it is given.
 */
export function terminalText(text: string, maxLength: number = DEFAULT_MAX_LENGTH): string {
  // Most of a hostile string is never looked at: room is left for what the steps below remove.
  const bounded = String(text).slice(0, maxLength * 8 + 1024);
  const line = bounded
    .replace(CONTROL_STRING, '')
    .replace(CSI, '')
    .replace(ESCAPE, '')
    // The byte order mark counts as white space to a regular expression, but nobody sees it.
    .replaceAll('\ufeff', '')
    .replace(SPACE, ' ')
    .replace(UNREADABLE, '')
    .replace(STACKED_MARKS, '$1')
    .replace(/ {2,}/g, ' ')
    .trim();
  return shorten(line, maxLength);
}

/** Cuts at a code point, never inside one, and says so with `…`. */
export function shorten(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const characters = Array.from(text);
  if (characters.length <= maxLength) return text;
  return maxLength <= 1
    ? '…'.slice(0, maxLength)
    : `${characters
        .slice(0, maxLength - 1)
        .join('')
        .trimEnd()}…`;
}

const ASCII_FOR: Readonly<Record<string, string>> = {
  '…': '...',
  '·': '-',
  '–': '-',
  '—': '-',
  '−': '-',
  '‐': '-',
  '‑': '-',
  '→': '->',
  '←': '<-',
  '⇒': '=>',
  '×': 'x',
  '≤': '<=',
  '≥': '>=',
  '≈': '~',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '✔': '+',
  '✖': 'x',
};

/** Printable ASCII only: what has a common spelling gets it, the rest becomes `?`. */
export function asciiText(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, (character) => ASCII_FOR[character] ?? '?');
}

/** Characters that must not reach a terminal as they are, though a data format would allow them (JSON, YAML). */
export const UNSAFE_IN_DATA = /[\x7f-\x9f\p{Cf}\u2028\u2029]/gu;

/** `\u202e` for every UTF-16 unit of an unsafe character: the escape of JSON and of double-quoted YAML. */
export function escapeUnit(character: string): string {
  let escaped = '';
  for (let i = 0; i < character.length; i++) {
    escaped += `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`;
  }
  return escaped;
}
