// Everything: every finding on its own, every fact, every measurement with its time and its attempts.

import type { Fact } from '../model/fact.ts';
import type { Finding } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import { cells, hang, pad, sideBySide, wrap } from './columns.ts';
import { groupByCheck, WORST_FIRST, withoutName } from './fold.ts';
import { type Ink, inkFor, mark, type RenderOptions } from './ink.ts';
import { result, subject } from './measurement.ts';
import { WHOLE } from './root-cause.ts';
import { duration, headlineLines } from './summary-line.ts';
import { causes, finish, footer } from './table.ts';

const FACT_LENGTH = 600;
const LABEL_WIDTH = 17;

export function renderWide(report: Report, options: RenderOptions): string {
  const ink = inkFor(options);
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [ink.paint('bold', ` ${title}`), ...lines, ''];
  return finish([
    ...headlineLines(report, ink),
    '',
    ...causes(report, ink, WHOLE),
    ...section('CHECKS', checkLines(report, ink)),
    ...section('FACTS', factLines(report, ink)),
    ...section('MEASUREMENTS', measurementLines(report, ink)),
    ...section('RUN', runLines(report, ink)),
    ...footer(report, ink, 'wide'),
  ]);
}

function checkLines(report: Report, ink: Ink): string[] {
  const groups = groupByCheck(report.findings);
  const labelWidth = Math.min(24, Math.max(12, ...groups.map(({ check }) => cells(ink.clean(check, 24)))));
  return groups.flatMap(({ check, findings }) =>
    [...findings]
      .sort((a, b) => WORST_FIRST.indexOf(a.status) - WORST_FIRST.indexOf(b.status))
      .flatMap((finding, i) => findingLines(finding, i === 0 ? ink.clean(check, 24) : '', labelWidth, report, ink)),
  );
}

function findingLines(finding: Finding, label: string, labelWidth: number, report: Report, ink: Ink): string[] {
  const { target, status, fault, causedBy, waived, cause } = finding;
  const where = target
    ? [
        target.host,
        target.address === target.host ? '' : target.address,
        `${target.protocol}${target.port === undefined ? '' : ` ${target.port}`}`,
      ]
    : [];
  const tags = [
    fault ?? '',
    causedBy === undefined ? '' : `${ink.signs.because} ${causedBy}`,
    waived === undefined ? '' : `waived until ${waived.until}: ${waived.reason}`,
  ];
  const head = [...where, withoutName(finding.summary, target?.host), ...tags].flatMap((text) =>
    text ? [ink.clean(text)] : [],
  );
  const indent = ' '.repeat(labelWidth + 7);
  const room = ink.width - indent.length;
  const start = `   ${mark(status, ink)} ${pad(label, labelWidth)}  `;
  const lines = wrap(head.join('  '), room).map((line, i) => (i === 0 ? start : indent) + line);
  // The causes of root causes stand above already.
  if (cause !== undefined && status !== 'pass' && !report.rootCauses.some((root) => root.cause === cause)) {
    lines.push(...wrap(ink.clean(cause, 800), room - 2).map((line) => `${indent}  ${line}`));
  }
  return lines;
}

function factLines({ facts }: Report, ink: Ink): string[] {
  return Object.entries(facts as unknown as Record<string, Fact<unknown>>).flatMap(([name, fact]) => {
    const text = fact.known ? phrase(fact.value) : `unknown: ${fact.why}`;
    return hang(pad(`   ${ink.clean(name, 30)}`, LABEL_WIDTH + 4), ink.clean(text, FACT_LENGTH), ink.width);
  });
}

/** A value as words: `nameservers 10.96.0.10; ndots 5`. */
function phrase(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(phrase).join(', ');
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value !== 'object') return String(value) || '""';
  return Object.entries(value)
    .map(([key, item]) => `${key} ${phrase(item)}`)
    .join('; ');
}

/** Start and duration in columns, then what was asked and what came; retries are shown, one attempt is not. */
function measurementLines({ observations }: Report, ink: Ink): string[] {
  const ordered = [...observations].sort((a, b) => a.startedMs - b.startedMs);
  const rows = ordered.map((seen) => [
    `+${duration(seen.startedMs)}`,
    duration(seen.durationMs),
    seen.attempts > 1 ? `${seen.attempts} tries` : '',
    ink.clean(seen.probe.kind, 20),
    ink.clean(subject(seen), 160),
    ink.clean(result(seen), 300),
  ]);
  const widths = [0, 1, 2, 3, 4].map((i) => Math.max(0, ...rows.map((row) => cells(row[i] ?? ''))));
  const fixed = widths.reduce((sum, width) => sum + (width > 0 ? width + 2 : 0), 0);
  const room = ink.width - 3 - fixed;
  if (room >= 30) return rows.flatMap((row) => sideBySide(row, [...widths, room]).map((line) => `   ${line}`));
  return rows.flatMap(([start, took, tries, kind, what, came]) => [
    ...hang('   ', [start, took, tries, kind, what].filter(Boolean).join('  '), ink.width),
    ...hang('     ', came || '-', ink.width),
  ]);
}

function runLines({ metadata, vantage, apiVersion }: Report, ink: Ink): string[] {
  const { runId, startedAt, version, configHash, depth } = metadata;
  const addresses = vantage.addresses.slice(0, 8).join(' ');
  const pairs: [string, string][] = [
    ['run', runId],
    ['started', startedAt],
    ['depth', depth],
    ['version', `${version}, ${apiVersion}`],
    ['config', configHash],
    ['pod', [vantage.namespace, vantage.pod].filter(Boolean).join('/')],
    ['node', vantage.node ?? ''],
    ['addresses', addresses],
  ];
  return pairs
    .filter(([, text]) => text !== '')
    .flatMap(([label, text]) => hang(pad(`   ${label}`, LABEL_WIDTH + 4), ink.clean(text), ink.width));
}
