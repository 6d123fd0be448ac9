// Is every fault there, in the right layer with the right status, and fit to print?

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FAULTS } from '../../src/catalogue/index.ts';
import { LAYERS } from '../../src/model/layer.ts';

function lines(file: string): string[] {
  return readFileSync(new URL(file, import.meta.url), 'utf8')
    .trim()
    .split('\n');
}

const words = (text: string) => text.split(/\s+/).length;

describe('the catalogue as a whole', () => {
  it('has exactly the listed ids, each once', () => {
    expect(FAULTS.map((each) => each.id).sort()).toEqual(lines('ids.txt').sort());
    expect(new Set(FAULTS.map((each) => each.id)).size).toBe(183);
  });

  it('agrees with the matrix on layer and status', () => {
    const matrix = lines('matrix.txt').map((row) => row.replace(/ incon$/, ' error'));
    expect(FAULTS.map((each) => `${each.id} ${each.layer} ${each.status}`).sort()).toEqual(matrix.sort());
  });

  it('has a fault for every layer', () => {
    expect(new Set(FAULTS.map((each) => each.layer))).toEqual(new Set(LAYERS));
  });

  it('gives a text to every fault of its own', () => {
    expect(new Set(FAULTS.map((each) => each.title)).size).toBe(FAULTS.length);
    expect(new Set(FAULTS.map((each) => each.explain)).size).toBe(FAULTS.length);
  });
});

describe.each(FAULTS)('$id', (each) => {
  it('has a stable form of id', () => {
    expect(each.id).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)+$/);
  });

  it('has a severity that suits its status', () => {
    const fitting = { fail: ['critical', 'high'], warn: ['high', 'medium', 'low'], error: ['medium'] };
    expect(fitting[each.status]).toContain(each.severity);
  });

  it('has a title of one short line without a full stop', () => {
    expect(each.title).toMatch(/^\S.*[^.\s]$/);
    expect(each.title.length).toBeLessThanOrEqual(90);
    expect(each.title).not.toContain('\n');
  });

  it('has an explain text of the right length, in paragraphs', () => {
    const [least, most] = each.layer === 'upgrade' ? [40, 100] : [80, 180];
    expect(words(each.explain)).toBeGreaterThanOrEqual(least);
    expect(words(each.explain)).toBeLessThanOrEqual(most);
    const paragraphs = each.explain.split('\n\n');
    expect(paragraphs.length).toBeGreaterThanOrEqual(2);
    for (const paragraph of paragraphs) expect(paragraph).toMatch(/^\S[\s\S]*[^\s,;:]$/);
  });

  it('is plain ASCII without control characters, wrapped at 100 columns', () => {
    expect(each.title).toMatch(/^[\x20-\x7e]+$/);
    expect(each.explain).toMatch(/^[\x20-\x7e\n]+$/);
    for (const line of each.explain.split('\n')) {
      expect(line.length).toBeLessThanOrEqual(100);
      expect(line).toBe(line.trim());
    }
  });
});

describe('references between faults', () => {
  const prefixes = new Set(FAULTS.map((each) => each.id.slice(0, each.id.indexOf('-'))));
  const known = new Set(FAULTS.map((each) => each.id));
  // Words that begin like an id and are none.
  const ordinary = new Set(['coredns-custom', 'helm-controller']);

  /** Words in the form of an id that begin with the prefix of a group. */
  const named = (text: string) =>
    text
      .split(/[\s():,;]+/)
      .map((word) => word.replace(/\.$/, ''))
      .filter((word) => /^[a-z][a-z0-9]*(-[a-z0-9]+)+$/.test(word))
      .filter((word) => prefixes.has(word.slice(0, word.indexOf('-'))) && !ordinary.has(word));

  it.each(FAULTS)('$id names only others that exist', (each) => {
    expect(named(each.explain).filter((word) => !known.has(word) || word === each.id)).toEqual([]);
  });

  it('finds the references at all', () => {
    expect(FAULTS.flatMap((each) => named(each.explain)).length).toBeGreaterThan(100);
  });
});
