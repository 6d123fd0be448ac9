// The lab's part of the summary: which faults were injected, what was said of each, and how long that took.

import type { LabEvent } from '../lab/results.ts';

type FaultEvent = Extract<LabEvent, { kind: 'fault' }>;

export function faultTable(events: readonly LabEvent[]): string[] {
  const faults = events.filter((event): event is FaultEvent => event.kind === 'fault');
  const traps = events.filter((event) => event.kind === 'trap');
  const lines: string[] = [];
  const required = byId(faults.filter((event) => !event.later));
  if (required.length > 0) lines.push('', totals(required), ...required.flatMap((runs) => runs.map((run) => row(run))));
  const later = byId(faults.filter((event) => event.later));
  if (later.length > 0) {
    lines.push('', 'Faults that no check names yet, and what was said of them:');
    lines.push(...later.flatMap((runs) => runs.map((run) => row(run))));
  }
  if (traps.length > 0) {
    const good = traps.filter((trap) => trap.passed).length;
    lines.push('', `Healthy oddities: ${traps.length} shown, ${good} judged healthy`);
    for (const trap of traps.filter((one) => !one.passed))
      lines.push(`  ${trap.number} ${trap.variant}: ${trap.verdict}`);
  }
  return lines;
}

/** All attempts of each fault, in the order of the first. */
function byId(events: readonly FaultEvent[]): FaultEvent[][] {
  return [...Map.groupBy(events, (event) => event.id).values()];
}

function totals(runs: readonly (readonly FaultEvent[])[]): string {
  const last = runs.flatMap((attempts) => attempts.at(-1) ?? []);
  const diagnosed = last.filter((event) => event.diagnosed);
  const twice = runs.filter((attempts) => attempts.length > 1).length;
  const times = last.map((event) => event.ms).toSorted((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)] ?? 0;
  const slowest = last.toSorted((a, b) => b.ms - a.ms)[0];
  return (
    `Faults: ${runs.length} injected, ${diagnosed.length} diagnosed` +
    `${twice > 0 ? ` (${twice} misjudged once and run again)` : ''}, ` +
    `median ${median} ms, slowest ${slowest?.id ?? '-'} ${slowest?.ms ?? 0} ms`
  );
}

function row(event: FaultEvent): string {
  const outcome = event.diagnosed ? '' : `   named ${event.named.join(' + ') || 'nothing'}`;
  const again = event.attempt > 1 ? '   second try' : '';
  return `  ${event.id.padEnd(30)} ${event.verdict.padEnd(18)} ${String(event.ms).padStart(6)} ms${outcome}${again}`;
}
