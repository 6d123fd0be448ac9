// Which findings say the same thing, and how that is said once. Pure; no layout.

import type { Finding } from '../model/finding.ts';
import { LAYERS, type Layer } from '../model/layer.ts';
import type { Status } from '../model/verdict.ts';

/** Worst first: the order of rows inside a check, and how a check's own mark is chosen. */
export const WORST_FIRST: readonly Status[] = ['fail', 'error', 'warn', 'skip', 'pass'];

export interface CheckGroup {
  readonly check: string;
  readonly layer: Layer;
  readonly status: Status;
  readonly findings: readonly Finding[];
}

export function worst(findings: readonly Finding[]): Status {
  return WORST_FIRST.find((status) => findings.some((finding) => finding.status === status)) ?? 'error';
}

/** One group for each check, in the order of the layers, then of first appearance. */
export function groupByCheck(findings: readonly Finding[]): CheckGroup[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const group = groups.get(finding.check);
    if (group) group.push(finding);
    else groups.set(finding.check, [finding]);
  }
  const first = (group: readonly Finding[]) => Math.min(...group.map(({ layer }) => layerIndex(layer)));
  return [...groups]
    .map(([check, group]) => ({ check, group, at: first(group) }))
    .sort((a, b) => a.at - b.at)
    .map(({ check, group, at }) => ({
      check,
      layer: LAYERS[at] ?? 'upgrade',
      status: worst(group),
      findings: group,
    }));
}

/** A layer that this version does not know comes last. */
export function layerIndex(layer: Layer): number {
  const index = LAYERS.indexOf(layer);
  return index < 0 ? LAYERS.length - 1 : index;
}

/** Findings that differ in their address (or only in measured numbers) and in nothing else. */
export interface Fold {
  readonly status: Status;
  readonly hosts: readonly string[];
  readonly addresses: readonly string[];
  readonly summary: string;
  readonly fault: string | undefined;
  readonly causedBy: string | undefined;
  readonly waivedUntil: string | undefined;
  readonly count: number;
}

/** Folds by everything but address and numbers; `byHost` false folds over hosts as well. */
export function fold(findings: readonly Finding[], byHost: boolean): Fold[] {
  const folds = new Map<string, [Finding, ...Finding[]]>();
  for (const finding of findings) {
    const { status, fault, causedBy, waived, target, summary } = finding;
    const key = JSON.stringify([
      WORST_FIRST.indexOf(status),
      fault,
      causedBy,
      waived?.until,
      byHost ? target?.host : null,
      byHost || status !== 'pass' ? template(summary) : null,
    ]);
    const same = folds.get(key);
    if (same) same.push(finding);
    else folds.set(key, [finding]);
  }
  return [...folds.values()].map(merge).sort((a, b) => WORST_FIRST.indexOf(a.status) - WORST_FIRST.indexOf(b.status));
}

function merge(findings: readonly [Finding, ...Finding[]]): Fold {
  const [first] = findings;
  const hosts = distinct(findings.map(({ target }) => target?.host));
  const addresses = distinct(findings.map(({ target }) => target?.address)).filter(
    (address) => !hosts.includes(address),
  );
  return {
    status: first.status,
    hosts,
    addresses,
    summary: mergeSummaries(findings.map(({ summary }) => summary)),
    fault: first.fault,
    causedBy: first.causedBy,
    waivedUntil: first.waived?.until,
    count: findings.length,
  };
}

export function distinct(values: readonly (string | undefined)[]): string[] {
  return [...new Set(values.filter((value): value is string => value !== undefined && value !== ''))];
}

// A number that was measured: it carries a unit and is no part of a name or an address.
const MEASURED = /(?<![\w.:/-])(\d{1,9}(?:\.\d{1,3})?)(?= ?(?:ms|s|min|days?|bytes|%)(?![\w-]))/g;

function template(summary: string): string {
  return summary.slice(0, 1000).replace(MEASURED, '#');
}

/** `19 ms` and `22 ms` → `19-22 ms`; summaries that differ in more than numbers → empty. */
export function mergeSummaries(summaries: readonly string[]): string {
  const first = summaries[0] ?? '';
  if (summaries.every((summary) => summary === first)) return first;
  const shape = template(first);
  if (summaries.some((summary) => template(summary) !== shape)) return '';
  const numbers = summaries.map((summary) => [...summary.slice(0, 1000).matchAll(MEASURED)].map(([number]) => number));
  let i = 0;
  return first.slice(0, 1000).replace(MEASURED, () => {
    const values = numbers.map((row) => Number(row[i]));
    i++;
    const low = Math.min(...values);
    const high = Math.max(...values);
    return low === high ? String(low) : `${low}-${high}`;
  });
}

/** `198.51.100.21 .22 203.0.113.7`: what is equal to the first three octets before it is not repeated. */
export function shortAddresses(addresses: readonly string[], most = 4): string {
  let prefix = '';
  const words = addresses.slice(0, most).map((address) => {
    const octets = /^(\d{1,3}\.\d{1,3}\.\d{1,3})(\.\d{1,3})$/.exec(address);
    if (octets?.[1] !== undefined && octets[1] === prefix) return octets[2] ?? address;
    prefix = octets?.[1] ?? '';
    return address;
  });
  const left = addresses.length - words.length;
  return left > 0 ? `${words.join(' ')} +${left}` : words.join(' ');
}

/** `acme.goskope.com: does not exist` beside a column with the name says it twice. */
export function withoutName(summary: string, host: string | undefined): string {
  if (!host || !summary.startsWith(host)) return summary;
  return /^(?:: | )(.+)$/s.exec(summary.slice(host.length))?.[1] ?? summary;
}
