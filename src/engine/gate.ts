// Waits inside one run until the network is good enough: rounds with a pause between them, until the deadline.

import type { Report } from '../model/report.ts';
import { EXIT } from '../model/verdict.ts';
import type { Clock } from './clock.ts';

export interface GateRules {
  readonly waitMs: number;
  readonly periodMs: number;
  /** Good rounds in a row that open the gate. */
  readonly successThreshold: number;
  readonly failurePolicy: 'Fail' | 'Ignore';
}

export interface GateResult {
  readonly report: Report;
  readonly rounds: number;
  readonly exitCode: number;
  /** Closed, but let through because the policy says so. */
  readonly ignored: boolean;
  /** Why it stopped waiting. */
  readonly ended: 'open' | 'terminal' | 'deadline' | 'stopped';
}

/** What no waiting heals: a pod keeps the resolv.conf that it was made with. */
const TERMINAL: ReadonlySet<string> = new Set(['dnsc-resolv-missing', 'dnsc-loopback-only']);

/** `round` makes one run. The last round's report is the gate's; an interrupted one ends the waiting. */
export async function gate(
  rules: GateRules,
  round: (signal: AbortSignal) => Promise<Report>,
  clock: Clock,
  onRound: (report: Report, number: number, nextInMs: number | null) => void,
  signal: AbortSignal,
): Promise<GateResult> {
  const deadline = clock.now() + rules.waitMs;
  let good = 0;
  for (let rounds = 1; ; rounds += 1) {
    const report = await round(signal);
    good = report.exitCode === EXIT.ready ? good + 1 : 0;
    const terminal = report.rootCauses.some((one) => one.status === 'fail' && TERMINAL.has(one.fault ?? ''));
    const ended = signal.aborted
      ? 'stopped'
      : good >= rules.successThreshold
        ? 'open'
        : terminal
          ? 'terminal'
          : clock.now() + rules.periodMs > deadline
            ? 'deadline'
            : null;
    onRound(report, rounds, ended === null ? rules.periodMs : null);
    if (ended !== null) return result(rules, report, rounds, ended);
    await pause(rules.periodMs, clock, signal);
    if (signal.aborted) return result(rules, report, rounds, 'stopped');
  }
}

function result(rules: GateRules, report: Report, rounds: number, ended: GateResult['ended']): GateResult {
  // Good, but not often enough: the gate cannot vouch for it.
  const exitCode = ended !== 'open' && report.exitCode === EXIT.ready ? EXIT.inconclusive : report.exitCode;
  const ignored = rules.failurePolicy === 'Ignore' && exitCode !== EXIT.ready && ended !== 'stopped';
  return { report, rounds, ended, ignored, exitCode: ignored ? EXIT.ready : exitCode };
}

function pause(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, done);
    function done() {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done, { once: true });
  });
}
