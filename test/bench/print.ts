// What the bench prints: one table of medians, then each budget with its figure and whether it holds.

import type { Missing } from '../lab/requirements.ts';
import { type Judged, type Measured, NAMES } from './budgets.ts';
import { table } from './table.ts';

export interface BenchReport {
  readonly measured: readonly Measured[];
  readonly judged: readonly Judged[];
  readonly runs: number;
  readonly missing: readonly Missing[];
  readonly cpus: number;
  /** Programs that wanted a CPU in the minute before: what the bench does itself is not in it. */
  readonly loadBefore: number;
}

export function printReport({ measured, judged, runs, missing, cpus, loadBefore }: BenchReport): string {
  const figure = (value: number) => (Number.isFinite(value) ? value.toFixed(value < 1000 ? 1 : 0) : '-');
  const rows = measured.flatMap(({ nominalMs, rttMs, results }) => [
    ...[...results.values()].map((one) => [
      `${nominalMs}`,
      one.name,
      figure(one.wallMs),
      figure(one.slowestMs),
      figure(one.cpuMs),
      figure(one.peakMiB),
      one.wrong.length === 0
        ? `${one.runs}`
        : `${one.runs} (${one.wrong.length} failed: ${one.wrong[0]?.slice(0, 80)})`,
    ]),
    ...(nominalMs === 0 ? [] : [[`${nominalMs}`, '4 round trips as measured', figure(4 * rttMs), '', '', '', '']]),
  ]);
  const medians = table(
    ['RTT', 'command', 'wall ms', 'slowest', 'CPU ms', 'peak MiB', 'runs'],
    rows,
    new Set([0, 2, 3, 4, 5]),
  );
  const verdict = ({ holds }: Judged) => (holds === null ? 'not measured' : holds ? 'holds' : 'does not hold');
  const budgets = table(
    ['#', 'budget', 'measured', 'at most', 'stretch', ''],
    judged.map((one) => [one.number, one.what, one.measured, one.budget, one.stretch, verdict(one)]),
    new Set(),
  );
  const world =
    missing.length === 0
      ? 'in the lab: 1 tenant and 4 stitchers with 2 addresses each behind a wire with delay'
      : `in the demo world, because there is no lab here (${missing.map(({ what }) => what).join(', ')}): most budgets are not measured`;
  // Two programs that share a CPU take twice as long each: neither the budgets nor the ratios mean much then.
  const busy =
    loadBefore > cpus / 2
      ? `THE MACHINE WAS BUSY before it began (load ${loadBefore.toFixed(1)} on ${cpus} CPUs): run it again when it is not.\n`
      : '';
  return `
net-preflight bench, ${world}
${cpus} CPUs, Node ${process.versions.node}; medians of ${runs} runs, whole processes, commands taken in turn, page cache warm.
"${NAMES.serial}" and "${NAMES.parallel}" are dig, curl and openssl s_client, without the half second that s_client sleeps per session.
Compare figures of one run only.
${busy}
${medians}
${budgets}`;
}
