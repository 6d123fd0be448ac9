import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { duration, summaryLine, verdictLabel } from '../../src/render/summary-line.ts';
import { healthy } from '../support/reports/healthy.ts';
import { interrupted } from '../support/reports/interrupted.ts';
import { udp443Drop } from '../support/reports/udp443-drop.ts';
import { waivedFault } from '../support/reports/waived.ts';

describe('summaryLine', () => {
  it.each<[Report, string]>([
    [healthy, 'READY  acme.goskope.com and 2 stitchers are reachable from this pod  (0.2 s)'],
    [udp443Drop, 'NOT READY  UDP 443 is dropped on the way to every stitcher  (2.7 s)'],
    [
      interrupted,
      'INCONCLUSIVE, ended by SIGTERM  2 of 4 stitcher addresses had not answered when the run ended  (1.2 s)',
    ],
    [
      waivedFault,
      'READY WITH WARNINGS  acme.goskope.com and 1 of 2 stitchers are reachable; 1 fault is waived  (2.7 s)',
    ],
  ])('%#', (report, expected) => {
    expect(summaryLine(report)).toBe(expected);
  });

  it('says that a run was out of time', () => {
    const { metadata } = healthy;
    expect(verdictLabel({ verdict: 'NotReady', metadata: { ...metadata, interrupted: 'timeout' } })).toBe(
      'NOT READY, out of time',
    );
  });
});

describe('duration', () => {
  it.each([
    [0, '0 ms'],
    [99.4, '99 ms'],
    [214, '0.2 s'],
    [9_949, '9.9 s'],
    [9_960, '10 s'],
    [119_400, '119 s'],
    [185_000, '3 min 5 s'],
    [Number.NaN, '?'],
    [-1, '?'],
  ])('%d ms', (ms, expected) => {
    expect(duration(ms)).toBe(expected);
  });
});
