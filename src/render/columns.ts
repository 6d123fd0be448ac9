// How text is measured, padded and wrapped on a grid of terminal cells. Knows nothing of colours.

const NO_CELL = /\p{M}/u;
const TWO_CELLS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60]/u;
const PLAIN = /^[\x20-\x7e]*$/;

/** Terminal cells that a line without control characters takes. */
export function cells(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let count = 0;
  for (const character of text) count += NO_CELL.test(character) ? 0 : TWO_CELLS.test(character) ? 2 : 1;
  return count;
}

export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - cells(text)));
}

// A number and its unit stay on one line: `4 ms`, `3 of 4`.
const KEEP_TOGETHER = /(?<=\d) (?=(?:ms|s|min|days?|bytes|of \d)(?![\w-]))|(?<=\d of) (?=\d)/g;
const GLUE = '\u00a0';

/**
 * Lines of at most `width` cells, broken between words; a word longer than a line is cut into pieces.
 * Runs of blanks inside a line are kept, so that a caller may separate columns by two of them.
 */
export function wrap(text: string, width: number): string[] {
  const limit = Math.max(2, width);
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const [, gap = '', word = ''] of text.replace(KEEP_TOGETHER, GLUE).matchAll(/( *)([^ ]+)/g)) {
    const length = cells(word);
    if (line !== '' && used + gap.length + length <= limit) {
      line += gap + word;
      used += gap.length + length;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = length <= limit ? [word] : cut(word, limit);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? '';
    used = cells(line);
  }
  if (line !== '' || lines.length === 0) lines.push(line);
  return lines.map((one) => one.replaceAll(GLUE, ' '));
}

/** Behind a dot, slash, comma, colon or dash, when one stands near the end; else wherever the line is full. */
function cut(word: string, width: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const character of word) {
    if (cells(piece) + cells(character) > width) {
      const near = piece.slice(0, -1).search(/[./,:-][^./,:-]{0,15}$/) + 1;
      const at = near > piece.length / 2 ? near : piece.length;
      pieces.push(piece.slice(0, at));
      piece = piece.slice(at);
    }
    piece += character;
  }
  return [...pieces, piece];
}

/** Items that are not broken inside, as many in a line as fit, `gap` between them. */
export function flow(items: readonly string[], gap: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const item of items) {
    if (line === '') line = item;
    else if (cells(line) + gap.length + cells(item) <= width) line += gap + item;
    else {
      lines.push(line);
      line = item;
    }
  }
  return [...lines, line].flatMap((one) => (cells(one) <= width ? [one] : wrap(one, width)));
}

/** Text behind a label of fixed width: the first line carries the label, the rest are indented to the text. */
export function hang(label: string, text: string, width: number): string[] {
  const indent = cells(label);
  return wrap(text, width - indent).map((line, i) => (i === 0 ? label : ' '.repeat(indent)) + line);
}

/** Cells side by side, each wrapped inside its own width (0: empty and left out), two blanks between. */
export function sideBySide(texts: readonly string[], widths: readonly number[]): string[] {
  const columns = texts.map((text, i) => (widths[i] ? wrap(text, widths[i]) : []));
  const height = Math.max(1, ...columns.map((lines) => lines.length));
  return Array.from({ length: height }, (_, row) =>
    columns
      .flatMap((lines, i) => (widths[i] ? [pad(lines[row] ?? '', widths[i])] : []))
      .join('  ')
      .trimEnd(),
  );
}
