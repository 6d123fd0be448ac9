import { describe, expect, it } from 'vitest';
import { closest } from '../../src/parse/closest.ts';

const KEYS = ['tenant', 'stitchers', 'targets', 'suffix', 'depth'];

describe('did they mean', () => {
  it.each([
    ['tennant', 'tenant'],
    ['tenent', 'tenant'],
    ['etnant', 'tenant'],
    ['stitcher', 'stitchers'],
    ['stit', 'stitchers'],
    ['DEPTH', 'depth'],
    ['dpeth', 'depth'],
  ])('%s → %s', (word, meant) => expect(closest(word, KEYS)).toBe(meant));

  it.each(['', 'xyz', 'namespace', 'a'.repeat(100_000)])('%.20s → nothing near', (word) =>
    expect(closest(word, KEYS)).toBeNull(),
  );
});
