// What the rules for a Corefile say: a place, what is wrong there, and what to write instead.

import type { Place } from '../../parse/corefile-lexer.ts';

/** `note`: worth knowing, nothing to do. */
export type LintStatus = 'fail' | 'warn' | 'note';

export interface LintRemedy {
  /** One imperative sentence. */
  readonly summary: string;
  /** The server block or line to write, with its line breaks. */
  readonly block?: string;
}

export interface LintFinding {
  /** Empty for the Corefile itself, else an imported file. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly status: LintStatus;
  /** An id of the catalogue, where one fits. */
  readonly fault?: string;
  readonly summary: string;
  readonly remedy: LintRemedy | null;
}

/** A zone that must be forwarded, and to whom. */
export interface DeclaredZone {
  /** Absolute, lower case, with a trailing dot. */
  readonly zone: string;
  /** Addresses, with a port where it is not 53. Empty: not said. */
  readonly forwarders: readonly string[];
}

export interface Intent {
  readonly zones: readonly DeclaredZone[];
  /** Addresses at which this very CoreDNS is reached: the ClusterIP of its Service. */
  readonly ownAddresses: readonly string[];
}

export function finding(
  status: LintStatus,
  fault: string | null,
  at: Place,
  summary: string,
  remedy: LintRemedy | null = null,
): LintFinding {
  const { file, line, column } = at;
  return { file, line, column, status, ...(fault === null ? {} : { fault }), summary, remedy };
}

/** Without the trailing dot, as people write it; the root stays a dot. */
export function shownZone(zone: string): string {
  return zone === '.' ? zone : zone.replace(/\.$/, '');
}
