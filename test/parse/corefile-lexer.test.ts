import { describe, expect, it } from 'vitest';
import { expand } from '../../src/parse/corefile-env.ts';
import { lexCorefile } from '../../src/parse/corefile-lexer.ts';

const words = (text: string) => lexCorefile(text).tokens.map((token) => `${token.line}:${token.column} ${token.text}`);

describe('the words of a Corefile', () => {
  it.each<[string, string, string[]]>([
    ['words and lines', '. {\n  errors\n}', ['1:1 .', '1:3 {', '2:3 errors', '3:1 }']],
    ['a comment up to the end of the line', 'a # b c\nd', ['1:1 a', '2:1 d']],
    // CoreDNS forgets a comment that begins inside a word at the next space.
    ['a comment inside a word', 'a#b c\nd', ['1:1 a', '1:5 c', '2:1 d']],
    ['quotes, with spaces and escaped quotes', 'log "a \\"b\\" \\n"', ['1:1 log', '1:5 a "b" \\n']],
    ['quotes over lines', '"a\nb" c\nd', ['1:1 a\nb', '2:4 c', '3:1 d']],
    ['an empty word', '"" a', ['1:1 ', '1:4 a']],
    ['a quotation mark inside a word', 'a"b c', ['1:1 a"b', '1:5 c']],
    ['a brace glued to a word', '.:53{', ['1:1 .:53{']],
    ['carriage returns', 'a\r\nb\r\n', ['1:1 a', '2:1 b']],
    ['a byte order mark', '\ufeffa', ['1:1 a']],
    ['a no-break space between words', 'a\u00a0b', ['1:1 a', '1:3 b']],
    ['nothing', ' \n\t# only a comment', []],
  ])('%s', (_, text, expected) => expect(words(text)).toEqual(expected));

  it('tells where a quotation begins that never ends', () => {
    expect(lexCorefile('a\n "b c\nd').unclosedQuote).toMatchObject({ line: 2, column: 2 });
    expect(lexCorefile('a "b" c').unclosedQuote).toBeNull();
  });
});

describe('placeholders', () => {
  const env = (name: string) => ({ A: '1', B: '{$A}', SELF: '{$SELF}', EMPTY: '' })[name];
  const token = (text: string) => ({ text, quoted: false, unknown: false, file: '', line: 1, column: 1 });

  it.each([
    ['{$A}', '1', false],
    ['x{%A%}y{$A}', 'x1y1', false],
    ['{$B}', '1', false],
    ['{$EMPTY}', '', false],
    ['{$NONE}', '{$NONE}', true],
    ['{$NONE}{$A}', '{$NONE}1', true],
    ['{$}', '{$}', false],
    ['{$A', '{$A', false],
    ['{{ .Name }}', '{{ .Name }}', false],
    ['__PILLAR__UPSTREAM__SERVERS__', '__PILLAR__UPSTREAM__SERVERS__', true],
  ])('%s → %s', (text, expanded, unknown) =>
    expect(expand(token(text), env)).toMatchObject({ text: expanded, unknown }),
  );

  it('end where a value holds itself', () => expect(expand(token('{$SELF}'), env).text).toBe('{$SELF}'));
});
