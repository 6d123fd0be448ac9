// Commands that are measured in every world, and how to tell that they worked.

import { NAMES } from './budgets.ts';
import type { Sample } from './stopwatch.ts';
import type { Contender } from './turns.ts';

export function ready({ exitCode, stdout, stderr }: Sample): string | null {
  if (exitCode === 0 && /\bREADY\b(?! WITH)/i.test(stdout.split('\n').find((line) => line.trim() !== '') ?? ''))
    return null;
  return `exit ${exitCode}: ${(stdout + stderr).trim().split('\n')[0]?.trim() ?? ''}`;
}

export function startUp(program: readonly string[]): Contender[] {
  const prints = (pattern: RegExp) => (sample: Sample) =>
    sample.exitCode === 0 && pattern.test(sample.stdout)
      ? null
      : `exit ${sample.exitCode}: ${sample.stderr.slice(0, 100)}`;
  return [
    { name: NAMES.help, argv: [...program, '--help'], wrong: prints(/Usage/i) },
    { name: NAMES.version, argv: [...program, '--version'], wrong: prints(/^\d+\.\d+\.\d+/) },
    { name: NAMES.explain, argv: [...program, 'explain', 'udp443-drop'], wrong: prints(/udp443-drop/) },
  ];
}

/** The lines of a script's output in an order of their own. */
export function words(stdout: string): string {
  return stdout.trim().split('\n').sort().join(' ');
}
