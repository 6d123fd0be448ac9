// The words of a Corefile with their places, split as CoreDNS splits them (github.com/coredns/caddy, caddyfile/lexer.go).

export interface Place {
  /** Empty for the Corefile itself, else the path of an imported file. */
  readonly file: string;
  /** Both count from 1; a column counts UTF-16 units. */
  readonly line: number;
  readonly column: number;
}

export interface Token extends Place {
  readonly text: string;
  readonly quoted: boolean;
  /** Holds a placeholder whose variable is not known here. */
  readonly unknown: boolean;
}

export interface Lexed {
  readonly tokens: readonly Token[];
  /** A quotation mark that is never closed: everything after it is one word. */
  readonly unclosedQuote: Place | null;
}

// Go's unicode.IsSpace. U+FEFF is no space there, U+0085 is.
const SPACE = /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** One pass over the text. Never throws. */
export function lexCorefile(text: string, file = ''): Lexed {
  const tokens: Token[] = [];
  let line = 1;
  let lineStart = 0;
  let at = text.startsWith('\ufeff') ? 1 : 0;
  let unclosedQuote: Place | null = null;
  lineStart = at;

  const skipSpaceAndComments = () => {
    let comment = false;
    for (; at < text.length; at++) {
      const character = text.charAt(at);
      if (character === '\n') {
        line++;
        lineStart = at + 1;
        comment = false;
      } else if (character === '#') comment = true;
      else if (!comment && !SPACE.test(character)) return;
    }
  };

  // Only a quotation mark can be escaped in quotes; they may span lines.
  const quotedWord = (place: Place) => {
    const parts: string[] = [];
    let from = ++at;
    for (; at < text.length; at++) {
      const character = text.charAt(at);
      if (character === '"') break;
      if (character === '\n') {
        line++;
        lineStart = at + 1;
      } else if (character === '\\') {
        if (text.charAt(at + 1) === '"') {
          parts.push(text.slice(from, at));
          from = at + 1;
        }
        at++;
        if (text.charAt(at) === '\n') {
          line++;
          lineStart = at + 1;
        }
      }
    }
    const closed = at < text.length;
    parts.push(text.slice(from, Math.min(at, text.length)));
    if (!closed) unclosedQuote = place;
    at++;
    return { word: parts.join(''), closed };
  };

  // A `#` inside a word hides what follows up to the next space of any kind, not up to the end of the line.
  const bareWord = () => {
    const from = at;
    let hash = -1;
    for (; at < text.length; at++) {
      const character = text.charAt(at);
      if (character === '#' && hash < 0) hash = at;
      if (character !== '\r' && SPACE.test(character)) break;
    }
    return text.slice(from, hash < 0 ? at : hash).replaceAll('\r', '');
  };

  for (skipSpaceAndComments(); at < text.length; skipSpaceAndComments()) {
    const place: Place = { file, line, column: at - lineStart + 1 };
    if (text.charAt(at) === '"') {
      const { word, closed } = quotedWord(place);
      // An empty word at the very end of an unclosed quotation is no word.
      if (closed || word !== '') tokens.push({ ...place, text: word, quoted: true, unknown: false });
    } else tokens.push({ ...place, text: bareWord(), quoted: false, unknown: false });
  }
  return { tokens, unclosedQuote };
}

/** A quoted word may hold line breaks: what follows it on its last line is still on the same line. */
export function lastLineOf(token: Token): number {
  if (!token.quoted || !token.text.includes('\n')) return token.line;
  return token.line + token.text.split('\n').length - 1;
}

/** Whether `next` goes on in the line of `token`, as CoreDNS counts it. */
export function sameLine(token: Token, next: Token): boolean {
  return token.file === next.file && lastLineOf(token) === next.line;
}

/** Whether `next` begins a line. A snippet's lines are those of its definition, so it may not, after a later line. */
export function newLine(token: Token | undefined, next: Token): boolean {
  return token === undefined || token.file !== next.file || lastLineOf(token) < next.line;
}
