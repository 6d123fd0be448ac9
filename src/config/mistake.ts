// How a mistake is told: where it was made, what was written, what to write instead. Nothing that was typed is echoed unmasked.

import { closest } from '../parse/closest.ts';
import { redact } from '../parse/redact.ts';
import { terminalText } from '../parse/terminal-text.ts';

/** Long enough to recognise what one typed. */
const SHOWN_LENGTH = 80;

/** What was typed, on one line, without secrets and control characters. */
export function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  // `//user:password@` and a bare `user:password@`: a host was wanted, so the name is not needed either.
  const masked = redact(text).replace(/[^\s/@"]+@/g, '***@');
  return `"${terminalText(masked, SHOWN_LENGTH)}"`;
}

/** `; did you mean X?`, or the words there are when none is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = closest(word, known);
  if (near !== null) return `; did you mean ${near}?`;
  return known.length <= 30 ? `; known: ${known.join(', ')}` : '';
}
