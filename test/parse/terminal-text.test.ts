import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asciiText, shorten, terminalText } from '../../src/parse/terminal-text.ts';

const ESC = '\x1b';

describe('terminalText', () => {
  it.each([
    ['plain text stays', 'no answer in 3 s', 'no answer in 3 s'],
    ['colours go', `${ESC}[31mred${ESC}[0m`, 'red'],
    ['the screen is not cleared', `a${ESC}[2J${ESC}[Hb`, 'ab'],
    ['the window title is not set', `a${ESC}]0;owned\x07b`, 'ab'],
    ['links go', `${ESC}]8;;http://evil${ESC}\\text${ESC}]8;;${ESC}\\`, 'text'],
    ['C1 forms go', 'a\x9b31mb\x9d0;title\x9cc', 'abc'],
    ['an open OSC does not swallow a later line', `a${ESC}]0;title\nsecond`, 'a second'],
    ['lines become one', 'one\r\ntwo\tthree', 'one two three'],
    ['a bell and backspaces go', 'a\x07\b\bb', 'ab'],
    ['bidirectional overrides go', 'moc\u202e.evil\u202c', 'moc.evil'],
    ['zero-width characters go', 'gos\u200bkope\ufeff.com', 'goskope.com'],
    ['tag characters go', 'a\u{e0041}b', 'ab'],
    ['lone surrogates go', 'a\ud800b', 'ab'],
    ['letters of other scripts stay', 'zürich 東京', 'zürich 東京'],
    ['stacked marks are thinned', `a${'\u0301'.repeat(40)}b`, 'a\u0301\u0301b'],
  ])('%s', (_name, input, expected) => {
    expect(terminalText(input)).toBe(expected);
  });

  it('bounds length in characters and says so', () => {
    expect(terminalText('x'.repeat(10_000), 10)).toBe(`${'x'.repeat(9)}…`);
    expect(Array.from(terminalText('🙂'.repeat(50), 10))).toHaveLength(10);
  });

  it('leaves no control or format character in any text, and is idempotent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.integer({ min: 1, max: 80 }), (text, max) => {
        const once = terminalText(text, max);
        expect(once).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
        expect(Array.from(once).length).toBeLessThanOrEqual(max);
        expect(terminalText(once, max)).toBe(once);
      }),
    );
  });
});

describe('asciiText', () => {
  it('spells what has a spelling and marks the rest', () => {
    expect(asciiText('a…b · 1–2 → é')).toBe('a...b - 1-2 -> ?');
  });
});

describe('shorten', () => {
  it('does not cut what fits', () => {
    expect(shorten('abc', 3)).toBe('abc');
    expect(shorten('abcd', 3)).toBe('ab…');
    expect(shorten('abcd', 1)).toBe('…');
  });
});
