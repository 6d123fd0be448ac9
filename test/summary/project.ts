// What one vitest project's JSON report says, counted so that nothing that went wrong is lost.

import { readFileSync } from 'node:fs';

export interface ProjectResult {
  readonly project: string;
  readonly passed: number;
  readonly failed: number;
  /** Full names. */
  readonly skipped: readonly string[];
  readonly failures: readonly string[];
  readonly seconds: number;
}

interface VitestReport {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** null: there is no report, or none that can be read. */
export function readProject(project: string, path: string, exitCode: number, seconds: number): ProjectResult | null {
  try {
    return countProject(project, JSON.parse(readFileSync(path, 'utf8')) as VitestReport, exitCode, seconds);
  } catch {
    return null;
  }
}

export function countProject(project: string, report: VitestReport, exitCode: number, seconds: number): ProjectResult {
  let passed = 0;
  const skipped: string[] = [];
  const failures: string[] = [];
  for (const file of report.testResults) {
    const failedHere = file.assertionResults.filter((test) => test.status === 'failed');
    failures.push(...failedHere.map((test) => test.fullName));
    passed += file.assertionResults.filter((test) => test.status === 'passed').length;
    const rest = file.assertionResults.filter((test) => test.status !== 'failed' && test.status !== 'passed');
    skipped.push(...rest.map((test) => test.fullName));
    // A file that cannot be loaded, or whose set-up failed, has no failed test to show for it.
    if (file.status === 'failed' && failedHere.length === 0)
      failures.push(`${file.name}: ${(file.message ?? '').split('\n')[0]}`);
  }
  // An error outside of any test fails the run and nothing else.
  if (exitCode !== 0 && failures.length === 0)
    failures.push(`${project}: vitest ended with ${exitCode} although no test failed`);
  return { project, passed, failed: failures.length, skipped, failures, seconds };
}

/** The runner died before it could report. */
export function noReport(project: string, seconds: number): ProjectResult {
  return { project, passed: 0, failed: 1, skipped: [], failures: [`${project}: vitest left no report`], seconds };
}
