// The verdict in one line: what a person reads first, and all that most people need.

import type { Report, Vantage } from '../model/report.ts';
import type { Verdict } from '../model/verdict.ts';
import { cells, hang } from './columns.ts';
import { type Colour, type Ink, inkFor, type RenderOptions } from './ink.ts';

const LABELS: Readonly<Record<Verdict, readonly [label: string, colour: Colour]>> = {
  Ready: ['READY', 'green'],
  ReadyWithWarnings: ['READY WITH WARNINGS', 'yellow'],
  NotReady: ['NOT READY', 'red'],
  Inconclusive: ['INCONCLUSIVE', 'yellow'],
};

/** `NOT READY`, or `INCONCLUSIVE, ended by SIGTERM`: a partial report says so before anything else. */
export function verdictLabel({ verdict, metadata }: Pick<Report, 'verdict' | 'metadata'>): string {
  const [label] = LABELS[verdict] ?? LABELS.Inconclusive;
  if (metadata.interrupted === undefined) return label;
  return `${label}, ${metadata.interrupted === 'timeout' ? 'out of time' : `ended by ${metadata.interrupted}`}`;
}

/** `80 ms`, `2.7 s`, `42 s`, `3 min 5 s`. */
export function duration(ms: number): string {
  if (!Number.isFinite(ms) || ms < 0) return '?';
  if (ms < 100) return `${Math.round(ms)} ms`;
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Where and how long: `0.2 s · pod npa-0 · node-3`. */
export function tail(report: Report, ink: Ink): string {
  const { pod, node, hostNetwork, world }: Vantage = report.vantage;
  const parts = [duration(report.metadata.durationMs)];
  if (pod) parts.push(`pod ${ink.clean(pod, 63)}`);
  if (node) parts.push(ink.clean(node, 63));
  if (hostNetwork) parts.push('host network');
  if (world === 'demo') parts.push('demo world');
  if (world === 'replay') parts.push('replayed');
  return parts.join(` ${ink.signs.dot} `);
}

/** The headline on one line when it fits, else wrapped under itself with the tail below. */
export function headlineLines(report: Report, ink: Ink): string[] {
  const label = ` ${verdictLabel(report)} `;
  const [, colour] = LABELS[report.verdict] ?? LABELS.Inconclusive;
  const headline = ink.clean(report.headline, 400);
  const end = tail(report, ink);
  const painted = (line: string) =>
    line.startsWith(label)
      ? ink.block(colour, label) + ink.paint('bold', line.slice(label.length))
      : ink.paint('bold', line);
  const free = ink.width - cells(label) - 2 - cells(headline) - cells(end);
  if (free >= 2) return [painted(`${label}  ${headline}`) + ' '.repeat(free) + ink.paint('dim', end)];
  // A long label (an interrupted run on a narrow terminal) would leave no room beside it.
  const indent = cells(label) + 2 <= ink.width / 2 ? `${label}  ` : label;
  const lines =
    indent === label
      ? [painted(label), ...hang(' ', headline, ink.width).map(painted)]
      : hang(indent, headline, ink.width).map(painted);
  const margin = indent === label ? ' ' : ' '.repeat(cells(indent));
  return [...lines, ...hang(margin, end, ink.width).map((line) => ink.paint('dim', line))];
}

/** For logs and for the last line of a run: `NOT READY  UDP 443 is dropped on the way to every stitcher  (2.7 s)`. */
export function summaryLine(report: Report, options: Pick<RenderOptions, 'ascii'> = {}): string {
  const ink = inkFor({ ...options, color: false, width: 80 });
  return `${verdictLabel(report)}  ${ink.clean(report.headline, 200)}  (${duration(report.metadata.durationMs)})`;
}
