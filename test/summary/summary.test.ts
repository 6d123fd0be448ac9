// Does the summary count what vitest reports, and is a skip excused only where the machine cannot help it?

import { expect, it } from 'vitest';
import type { LabEvent } from '../lab/results.ts';
import { countProject, noReport, type ProjectResult } from './project.ts';
import { summarize } from './text.ts';

const test = (status: string, fullName = status) => ({ status, fullName });

it('counts passed, failed and skipped tests', () => {
  const report = {
    testResults: [
      {
        name: 'a.test.ts',
        status: 'failed',
        assertionResults: [test('passed'), test('failed'), test('pending'), test('todo')],
      },
    ],
  };
  expect(countProject('unit', report, 1, 3)).toEqual({
    project: 'unit',
    passed: 1,
    failed: 1,
    skipped: ['pending', 'todo'],
    failures: ['failed'],
    seconds: 3,
  });
});

it('counts a file that cannot be loaded, and an error outside of any test', () => {
  const broken = {
    testResults: [{ name: 'b.test.ts', status: 'failed', message: 'no such module\nat x', assertionResults: [] }],
  };
  expect(countProject('unit', broken, 1, 0).failures).toEqual(['b.test.ts: no such module']);
  const quiet = { testResults: [{ name: 'c.test.ts', status: 'passed', assertionResults: [test('passed')] }] };
  expect(countProject('unit', quiet, 1, 0)).toMatchObject({ passed: 1, failed: 1 });
  expect(noReport('lab', 1)).toMatchObject({ failed: 1 });
});

const result = (over: Partial<ProjectResult>): ProjectResult => ({
  project: 'lab',
  passed: 2,
  failed: 0,
  skipped: [],
  failures: [],
  seconds: 1,
  ...over,
});
const skip = (unobtainable: boolean): LabEvent => ({
  kind: 'skip',
  what: 'lab: tcp',
  why: 'root (namespaces need root)',
  unobtainable,
});
const SKIPPED = ['faults: tcp needs root (namespaces need root)'];

function lastLine(input: { results: ProjectResult[]; events?: LabEvent[]; isCi?: boolean }): [string, number] {
  const summary = summarize({ notRun: [], events: [], isCi: false, ...input });
  return [summary.text.split('\n').at(-1) ?? '', summary.exitCode];
}

it('ends with one line of totals', () => {
  expect(lastLine({ results: [result({}), result({ passed: 1, failed: 1, failures: ['x'] })] })).toEqual([
    '3 passed, 1 failed, 0 skipped',
    1,
  ]);
  expect(lastLine({ results: [result({ skipped: SKIPPED })] })).toEqual(['2 passed, 0 failed, 1 skipped', 0]);
  expect(lastLine({ results: [] })[1]).toBe(1);
});

it('in CI excuses only what the machine cannot have, and says so first', () => {
  const excused = { results: [result({ skipped: SKIPPED })], events: [skip(true)], isCi: true };
  expect(lastLine(excused)).toEqual(['2 passed, 0 failed, 1 skipped', 0]);
  const text = summarize({ notRun: [], ...excused }).text;
  expect(text.split('\n')[0]).toBe('NOT TESTED on this machine: lab: tcp: root (namespaces need root)');
  expect(lastLine({ results: [result({ skipped: SKIPPED })], events: [skip(false)], isCi: true })).toEqual([
    '2 passed, 1 failed, 0 skipped',
    1,
  ]);
  expect(lastLine({ results: [result({ skipped: ['a quiet skip'] })], events: [skip(true)], isCi: true })[1]).toBe(1);
});

it('shows both outcomes of a fault that was run twice', () => {
  const event = (attempt: number, diagnosed: boolean, ms: number): LabEvent => ({
    kind: 'fault',
    id: 'udp443-drop',
    attempt,
    diagnosed,
    verdict: 'NotReady',
    named: diagnosed ? ['udp443-drop'] : ['udp-all-blocked'],
    ms,
    later: false,
  });
  const { text } = summarize({
    results: [result({})],
    notRun: ['unit'],
    events: [event(1, false, 900), event(2, true, 800)],
    isCi: false,
  });
  expect(text).toContain(
    'Faults: 1 injected, 1 diagnosed (1 misjudged once and run again), median 800 ms, slowest udp443-drop 800 ms',
  );
  expect(text).toContain('named udp-all-blocked');
  expect(text).toContain('second try');
  expect(text).toContain('unit      not run: not asked for');
});
