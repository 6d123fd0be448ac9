// A row of a check's table as a test: a world in, fault and status out, and the words that a person needs.

import { expect, it } from 'vitest';
import { DIAGNOSED } from '../../src/checks/index.ts';
import type { Conclusion } from '../../src/model/check.ts';
import type { Severity, Status } from '../../src/model/verdict.ts';
import { diagnose, type World } from './small-world.ts';

export interface RowCase {
  readonly title: string;
  readonly world: World;
  /** What the check must conclude about something: its fault (null: the fallback, without a name) and its status. */
  readonly fault: string | null;
  readonly status: Status;
  readonly severity?: Severity;
  /** Must all be found in summary, cause, remedy or evidence. */
  readonly words?: readonly string[];
  /** The look-alike: this must not be said. */
  readonly not?: string;
}

export function rows(check: string, cases: readonly RowCase[]): void {
  it.each(cases)('$title → $fault ($status)', (row) => {
    const conclusions = diagnose(check, row.world);
    const faults = conclusions.map((one) => one.fault);
    if (row.not) expect(faults).not.toContain(row.not);
    const found = conclusions.find(
      (one) => one.status === row.status && (one.fault ?? null) === row.fault && one.status !== 'skip',
    );
    expect(
      found,
      `said: ${conclusions.map((one) => `${one.status} ${one.fault ?? ''} ${one.summary}`).join(' | ')}`,
    ).toBeDefined();
    if (!found) return;
    if (row.severity) expect(found.severity).toBe(row.severity);
    for (const word of row.words ?? []) expect(textOf(found)).toContain(word);
    expectWhole(found);
  });
}

/** A named fault always comes with what to do and with evidence; nothing is left undefined in its words. */
export function expectWhole(one: Conclusion): void {
  expect(textOf(one)).not.toMatch(/undefined|(?<!\/dev\/)\bnull\b|NaN|\[object/);
  expect(one.summary.length).toBeGreaterThan(0);
  if (one.fault === undefined) {
    if (one.status === 'fail') expect(one.cause).toMatch(/^Cause not determined/);
    return;
  }
  expect(DIAGNOSED.has(one.fault)).toBe(true);
  expect(one.cause).toBeTruthy();
  expect(one.remedy?.summary).toMatch(/^[A-Z].*\.$/s);
  expect(one.evidence.length).toBeGreaterThan(0);
  for (const item of one.evidence) expect(item.text).not.toBe('');
}

export function textOf(one: Conclusion): string {
  return [
    one.summary,
    one.cause,
    one.breaks,
    one.remedy?.summary,
    ...(one.remedy?.commands ?? []),
    ...one.evidence.flatMap((item) => [item.text, item.command]),
  ]
    .filter((part) => part !== undefined)
    .join('\n');
}
