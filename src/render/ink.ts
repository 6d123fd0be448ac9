// What text is painted with: marks, signs and colours, and the one way by which foreign text enters a table.

import type { Finding } from '../model/finding.ts';
import type { Status } from '../model/verdict.ts';
import { asciiText, terminalText } from '../parse/terminal-text.ts';

export interface RenderOptions {
  /** Colours, for a terminal that wants them. Without them no control character but the newline is written. */
  readonly color: boolean;
  /** Terminal cells in a line. */
  readonly width: number;
  /** Only ASCII: the locale is not UTF-8. */
  readonly ascii?: boolean;
  /** The catalogue's title of a fault, for a finding that brings no cause of its own. */
  readonly catalogueTitle?: (fault: string) => string | undefined;
}

// SGR codes of ECMA-48 section 8.3.117; 7 is reverse video: readable on light and on dark backgrounds.
const SGR = { bold: '1', dim: '2', red: '31', green: '32', yellow: '33', cyan: '36' } as const;
const BLOCK = { red: '1;7;31', green: '1;7;32', yellow: '1;7;33' } as const;

export type Colour = 'red' | 'green' | 'yellow';

export interface Ink {
  readonly width: number;
  readonly options: RenderOptions;
  /** Foreign or own text as one safe, bounded line. */
  clean(text: string, maxLength?: number): string;
  paint(style: keyof typeof SGR, text: string): string;
  /** White on a coloured bar. */
  block(colour: Colour, text: string): string;
  readonly signs: { readonly dot: string; readonly arrow: string; readonly because: string; readonly more: string };
}

// Below 40 cells no address fits beside a label; above 160 the eye loses the line.
const NARROWEST = 40;
const WIDEST = 160;

export function inkFor(options: RenderOptions): Ink {
  const { color, ascii = false } = options;
  const paint = (code: string, text: string) => (color && text !== '' ? `\x1b[${code}m${text}\x1b[0m` : text);
  return {
    width: Math.min(WIDEST, Math.max(NARROWEST, Math.trunc(options.width) || 80)),
    options,
    clean: (text, maxLength) => {
      const line = terminalText(text, maxLength);
      return ascii ? asciiText(line) : line;
    },
    paint: (style, text) => paint(SGR[style], text),
    block: (colour, text) => paint(BLOCK[colour], text),
    signs: ascii
      ? { dot: '-', arrow: '->', because: '<-', more: '...' }
      : { dot: '·', arrow: '→', because: '←', more: '…' },
  };
}

const MARKS: Readonly<Record<Status, readonly [unicode: string, ascii: string, colour: keyof typeof SGR]>> = {
  pass: ['✔', '+', 'green'],
  warn: ['!', '!', 'yellow'],
  fail: ['✖', 'x', 'red'],
  error: ['?', '?', 'yellow'],
  skip: ['-', '-', 'dim'],
};

export function mark(status: Status, ink: Ink): string {
  const [unicode, ascii, colour] = MARKS[status] ?? MARKS.error;
  return ink.paint(colour, ink.options.ascii ? ascii : unicode);
}

/** The fault's id, or what stands for it: `dtls`, cause not determined. */
export function nameOf({ fault, check, status }: Finding, ink: Ink): string {
  if (fault !== undefined) return ink.clean(fault, 60);
  return status === 'error' ? ink.clean(check, 40) : `${ink.clean(check, 40)}, cause not determined`;
}
