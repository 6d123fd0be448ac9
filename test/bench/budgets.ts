// The budgets that the bench can judge, and what each one came to. A number that is missing is "not measured", never "holds".

import type { Result } from './turns.ts';

/** What was measured at one round trip. */
export interface Measured {
  /** As asked for; `rttMs` is what a TCP connect really took. */
  readonly nominalMs: number;
  readonly rttMs: number;
  readonly results: ReadonlyMap<string, Result>;
}

export const NAMES = {
  node: 'node -e 0',
  quick: 'check --quick',
  fromFile: 'check --quick, from a YAML file',
  standard: 'check',
  serial: 'by hand, one after another',
  parallel: 'by hand, all at once',
  blocked: 'check --quick, UDP 443 dropped',
  help: '--help',
  version: '--version',
  explain: 'explain udp443-drop',
} as const;

export interface Judged {
  readonly number: string;
  readonly what: string;
  readonly measured: string;
  readonly budget: string;
  readonly stretch: string;
  /** null: not measured. */
  readonly holds: boolean | null;
}

/** The critical path of a healthy run: DNS, TCP, TLS 1.3, HTTP. */
const ROUND_TRIPS = 4;

export function judge(all: readonly Measured[]): Judged[] {
  const at = (nominalMs: number) => all.find((one) => one.nominalMs === nominalMs);
  const of = (nominalMs: number, name: string) => {
    const result = at(nominalMs)?.results.get(name);
    return result && result.runs > 0 ? result : undefined;
  };
  return [
    ...[20, 100].map((rtt) => overFloor(`1`, `wall, healthy, RTT ${rtt}`, at(rtt), NAMES.quick, ROUND_TRIPS, 25, 15)),
    overFloor('2', 'wall, healthy, RTT 0', at(0), NAMES.quick, 0, 45, 30),
    ratio('3', 'faster than by hand, one after another, RTT 20', of(20, NAMES.serial), of(20, NAMES.quick), 6, 7),
    ratio('3', 'faster than by hand, all at once, RTT 20', of(20, NAMES.parallel), of(20, NAMES.quick), 1.05, 1.2),
    limit('4', 'CPU, quick', (of(20, NAMES.quick) ?? of(0, NAMES.quick))?.cpuMs, 95, 75, 'ms'),
    limit('4', 'peak memory, quick', (of(20, NAMES.quick) ?? of(0, NAMES.quick))?.peakMiB, 64, 58, 'MiB'),
    limit('4b', 'wall, standard, RTT 20', of(20, NAMES.standard)?.wallMs, 2000, 1300, 'ms'),
    limit('4b', 'CPU, standard', of(20, NAMES.standard)?.cpuMs, 130, null, 'ms'),
    limit('4b', 'peak memory, standard', of(20, NAMES.standard)?.peakMiB, 80, null, 'MiB'),
    limit('8', 'UDP 443 dropped to all 8 addresses: verdict after', of(20, NAMES.blocked)?.wallMs, 3000, 1500, 'ms'),
    ...[NAMES.help, NAMES.version, NAMES.explain].map((name) => overFloor('11', name, at(0), name, 0, 20, 10)),
  ];
}

function overFloor(
  number: string,
  what: string,
  measured: Measured | undefined,
  name: string,
  roundTrips: number,
  budget: number,
  stretch: number,
): Judged {
  const [result, node] = [measured?.results.get(name), measured?.results.get(NAMES.node)];
  const path = roundTrips > 0 ? `${roundTrips} RTT + ` : '';
  const words = { number, what, budget: `${path}node + ${budget} ms`, stretch: `+ ${stretch}` };
  if (!measured || !result || !node || result.runs === 0) return { ...words, measured: '-', holds: null };
  const over = result.wallMs - node.wallMs - roundTrips * measured.rttMs;
  return {
    ...words,
    measured: `${ms(result.wallMs)} = ${path}node + ${over.toFixed(1)} ms`,
    holds: over <= budget,
  };
}

function ratio(
  number: string,
  what: string,
  slow: Result | undefined,
  fast: Result | undefined,
  budget: number,
  stretch: number,
): Judged {
  const words = { number, what, budget: `${budget}x`, stretch: `${stretch}x` };
  if (!slow || !fast) return { ...words, measured: '-', holds: null };
  const times = slow.wallMs / fast.wallMs;
  return {
    ...words,
    measured: `${times.toFixed(2)}x (${ms(slow.wallMs)} : ${ms(fast.wallMs)})`,
    holds: times >= budget,
  };
}

function limit(
  number: string,
  what: string,
  value: number | undefined,
  budget: number,
  stretch: number | null,
  unit: string,
): Judged {
  const words = { number, what, budget: `${budget} ${unit}`, stretch: stretch === null ? '' : `${stretch} ${unit}` };
  if (value === undefined) return { ...words, measured: '-', holds: null };
  return { ...words, measured: `${value.toFixed(value < 100 ? 1 : 0)} ${unit}`, holds: value <= budget };
}

function ms(value: number): string {
  return `${value.toFixed(value < 1000 ? 1 : 0)} ms`;
}
