// How a check puts its conclusion into words: small builders for rows, so that every finding has the same shape.

import type { Conclusion } from '../model/check.ts';
import type { Evidence, Remedy } from '../model/finding.ts';
import type { Layer } from '../model/layer.ts';
import type { AddressPolicy, Target, TargetRef } from '../model/target.ts';
import type { Severity, Status } from '../model/verdict.ts';

/** One row of a diagnosis: first match wins. `fault` null: the layer's fallback, "cause not determined". */
export interface Row<E> {
  readonly fault: string | null;
  readonly when: (evidence: E) => boolean;
  readonly say: (evidence: E) => Saying;
}

/** What a row says. Status and severity are the row's, because both depend on what still works. */
export interface Saying {
  readonly status: Status;
  readonly severity: Severity;
  readonly summary: string;
  readonly cause?: string;
  readonly breaks?: string;
  readonly remedy?: Remedy;
  readonly evidence: readonly Evidence[];
}

export interface Frame {
  readonly check: string;
  readonly layer: Layer;
  readonly target: TargetRef | null;
  readonly needs?: readonly string[];
  readonly breaksWhat?: readonly string[];
}

/** The first row that matches, as a conclusion. Null when none does: then there is nothing to say. */
export function judge<E>(rows: readonly Row<E>[], evidence: E, frame: Frame): Conclusion | null {
  const row = rows.find((one) => one.when(evidence));
  if (!row) return null;
  return { ...frame, ...row.say(evidence), ...(row.fault ? { fault: row.fault } : {}) };
}

export function pass(frame: Frame, summary: string, evidence: readonly Evidence[] = []): Conclusion {
  return { ...frame, status: 'pass', severity: 'info', summary, evidence };
}

export function skip(frame: Frame, summary: string): Conclusion {
  return { ...frame, status: 'skip', severity: 'info', summary, evidence: [] };
}

/** Could not be evaluated. `required`: the run cannot be conclusive then. */
export function unknown(
  frame: Frame,
  summary: string,
  required: boolean,
  evidence: readonly Evidence[] = [],
): Conclusion {
  return { ...frame, status: 'error', severity: required ? 'medium' : 'info', summary, evidence, required };
}

/** The faults that a table of rows can name. */
export function faultsOf(...tables: readonly (readonly Row<never>[])[]): string[] {
  return [...new Set(tables.flat().flatMap((row) => (row.fault ? [row.fault] : [])))];
}

export function refOf(target: Target, address?: string): TargetRef {
  const { host, port, protocol, role } = target;
  return address === undefined || address === host
    ? { host, port, protocol, role }
    : { host, address, port, protocol, role };
}

/** `3 ms`, `1.2 s`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms)} ms`;
  return `${Math.round(ms / 100) / 10} s`;
}

/** `1 address`, `4 addresses`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  if (items.length <= 1) return items[0] ?? '';
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** How many of `total` addresses must work. */
export function needed(policy: AddressPolicy, total: number): number {
  if (policy === 'all') return total;
  return policy === 'quorum' ? Math.floor(total / 2) + 1 : Math.min(1, total);
}
