import { describe, expect, it } from 'vitest';
import { cells, flow, hang, pad, sideBySide, wrap } from '../../src/render/columns.ts';

describe('cells', () => {
  it.each([
    ['abc', 3],
    ['東京', 4],
    ['e\u0301', 1],
    ['✔ ok', 4],
    ['🙂', 2],
  ])('%s takes %i', (text, count) => {
    expect(cells(text)).toBe(count);
    expect(cells(pad(text, 10))).toBe(10);
  });
});

describe('wrap', () => {
  it.each<[string, string, number, string[]]>([
    ['breaks between words', 'one two three', 7, ['one two', 'three']],
    ['keeps two blanks that separate columns', 'a  b', 10, ['a  b']],
    ['keeps a number with its unit', 'answers within 4 ms', 16, ['answers within', '4 ms']],
    ['keeps a count together', 'shows 3 of 4 up', 9, ['shows', '3 of 4 up']],
    [
      'cuts a word that is too long behind a dot',
      'gateway-lon1.gw.npa.goskope.com',
      26,
      ['gateway-lon1.gw.npa.', 'goskope.com'],
    ],
    ['cuts anywhere when there is no better place', 'abcdefgh', 3, ['abc', 'def', 'gh']],
    ['gives one empty line for nothing', '', 5, ['']],
  ])('%s', (_name, text, width, expected) => {
    expect(wrap(text, width)).toEqual(expected);
  });
});

describe('layout', () => {
  it('hangs text behind a label', () => {
    expect(hang('Do  ', 'permit UDP', 12)).toEqual(['Do  permit', '    UDP']);
  });

  it('sets cells side by side and leaves empty columns out', () => {
    expect(sideBySide(['a b', '', 'c'], [1, 0, 3])).toEqual(['a  c', 'b']);
  });

  it('breaks between items, not inside them', () => {
    expect(flow(['everything: -o wide', 'exit 3'], '  ', 22)).toEqual(['everything: -o wide', 'exit 3']);
  });
});
