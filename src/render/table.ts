// The report for a person: verdict, root causes, the table by layer. `wide` is the same with nothing folded.

import type { Finding } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import { checksTable, whisper } from './checks-table.ts';
import { flow } from './columns.ts';
import { type Ink, inkFor, type RenderOptions } from './ink.ts';
import { type Bounds, BRIEF, causeBlock, causeLine, waivedLine } from './root-cause.ts';
import { headlineLines } from './summary-line.ts';

/** Beyond these, one line each: who has more than three causes has one cause that we do not know. */
const WHOLE_BLOCKS = 3;
const LINES_AFTER = 12;

export function renderTable(report: Report, options: RenderOptions): string {
  const ink = inkFor(options);
  const lines = [...headlineLines(report, ink), '', ...causes(report, ink, BRIEF)];
  if (quiet(report)) lines.push(...whisper(report, ink));
  else lines.push(ink.paint('bold', ' CHECKS'), ...checksTable(report, ink), '', ...footer(report, ink, 'table'));
  return finish(lines);
}

export function finish(lines: readonly string[]): string {
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

/** Ready, complete, and every finding a pass: nothing needs a line of its own. */
function quiet({ verdict, findings, metadata }: Report): boolean {
  return verdict === 'Ready' && metadata.interrupted === undefined && findings.every(({ status }) => status === 'pass');
}

/** The blocks above the table, each followed by an empty line. */
export function causes(report: Report, ink: Ink, bounds: Bounds): string[] {
  const lines: string[] = [];
  const open = alike(
    report.rootCauses.filter(({ waived }) => waived === undefined),
    // One fault at several places is told once.
    ({ fault, check, status, summary }) => [fault ?? [check, summary], status],
  );
  for (const [finding, ...elsewhere] of open.slice(0, WHOLE_BLOCKS)) {
    lines.push(
      ...causeBlock(finding.status === 'warn' ? 'WARNING' : 'ROOT CAUSE', finding, elsewhere, ink, bounds),
      '',
    );
  }
  const rest = open.slice(WHOLE_BLOCKS);
  for (const [finding] of rest.slice(0, LINES_AFTER)) lines.push(...causeLine('ALSO', finding, ink));
  if (rest.length > LINES_AFTER) lines.push(`             and ${rest.length - LINES_AFTER} more: -o wide`);
  if (rest.length > 0) lines.push('');
  for (const [finding, ...elsewhere] of unknowns(report)) {
    lines.push(...causeBlock('NOT KNOWN', finding, elsewhere, ink, bounds), '');
  }
  const waived = alike(
    report.findings.filter((finding) => finding.waived !== undefined),
    ({ fault, waived }) => [fault, waived],
  );
  for (const findings of waived) lines.push(...waivedLine(findings, ink));
  if (waived.length > 0) lines.push('');
  return lines;
}

/** What kept an inconclusive run from a verdict, when there is more to say than its row in the table says. */
function unknowns({ verdict, findings }: Report): Alike[] {
  if (verdict !== 'Inconclusive') return [];
  const telling = findings.filter(
    ({ status, causedBy, cause, remedy }) => status === 'error' && causedBy === undefined && (cause || remedy),
  );
  return alike(telling, ({ check, fault, cause }) => [check, fault, cause]).slice(0, WHOLE_BLOCKS);
}

type Alike = [Finding, ...Finding[]];

function alike(findings: readonly Finding[], keyOf: (finding: Finding) => readonly unknown[]): Alike[] {
  const groups = new Map<string, Alike>();
  for (const finding of findings) {
    const key = JSON.stringify(keyOf(finding));
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }
  return [...groups.values()];
}

export function footer(report: Report, ink: Ink, format: 'table' | 'wide'): string[] {
  const parts = [`exit ${report.exitCode}`];
  const [first] = report.rootCauses;
  if (first?.fault !== undefined) parts.push(`explain: net-preflight explain ${ink.clean(first.fault, 60)}`);
  if (report.rootCauses.some(({ status }) => status === 'fail')) parts.push('ticket: -o ticket');
  if (format === 'table') parts.push('everything: -o wide');
  return flow(parts, '    ', ink.width - 1).map((text) => ink.paint('dim', ` ${text}`));
}
