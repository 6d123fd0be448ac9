// The summary at the end of `npm test`, and the exit code. Its last line is always `N passed, N failed, N skipped`.

import type { LabEvent } from '../lab/results.ts';
import { faultTable } from './faults.ts';
import type { ProjectResult } from './project.ts';

export interface SummaryInput {
  readonly results: readonly ProjectResult[];
  readonly notRun: readonly string[];
  readonly events: readonly LabEvent[];
  readonly isCi: boolean;
}

/** More than this many skipped or failed names are counted, not printed. */
const MOST_NAMES = 40;

export function summarize(input: SummaryInput): { readonly text: string; readonly exitCode: number } {
  const { results, events, isCi } = input;
  const skips = uniqueSkips(events);
  const unobtainable = skips.filter((skip) => skip.unobtainable);
  const skipped = results.flatMap((result) => result.skipped);
  // In CI a skip has to be one that this machine cannot help.
  const unexcused = isCi ? skipped.filter((name) => !unobtainable.some((skip) => name.includes(skip.why))) : [];
  const failures = results.flatMap((result) => result.failures);
  const passed = sum(results.map((result) => result.passed));
  const failed = failures.length + unexcused.length;

  const lines: string[] = [];
  for (const why of new Set(unobtainable.map((skip) => skip.why))) {
    lines.push(
      `NOT TESTED on this machine: ${unobtainable
        .filter((skip) => skip.why === why)
        .map((skip) => skip.what)
        .join(', ')}: ${why}`,
    );
  }
  lines.push('SUMMARY');
  for (const result of results) {
    const counts = `${result.passed} passed, ${result.failed} failed, ${result.skipped.length} skipped`;
    lines.push(`  ${result.project.padEnd(9)} ${counts}   ${result.seconds} s`);
  }
  for (const project of input.notRun) lines.push(`  ${project.padEnd(9)} not run: not asked for`);
  lines.push(...faultTable(events));
  lines.push(
    ...named(
      'SKIPPED',
      skipped.map((name) => (unexcused.includes(name) ? `${name}   (a skip is a failure in CI)` : name)),
    ),
  );
  lines.push(...named('FAILED', failures));
  lines.push('', `${passed} passed, ${failed} failed, ${skipped.length - unexcused.length} skipped`);
  return { text: lines.join('\n'), exitCode: failed > 0 || passed === 0 ? 1 : 0 };
}

function uniqueSkips(events: readonly LabEvent[]): Extract<LabEvent, { kind: 'skip' }>[] {
  return events.filter((event): event is Extract<LabEvent, { kind: 'skip' }> => event.kind === 'skip');
}

function named(title: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const more = names.length > MOST_NAMES ? [`  and ${names.length - MOST_NAMES} more`] : [];
  return ['', title, ...names.slice(0, MOST_NAMES).map((name) => `  ${name}`), ...more];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
