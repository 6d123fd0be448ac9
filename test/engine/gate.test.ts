import { describe, expect, it } from 'vitest';
import { type GateRules, gate } from '../../src/engine/gate.ts';
import type { Report } from '../../src/model/report.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { fail, report } from '../support/reports/build.ts';

const ready = report({ verdict: 'Ready', exitCode: 0, headline: 'good', findings: [] });
const warned = report({ verdict: 'ReadyWithWarnings', exitCode: 4, headline: 'odd', findings: [] });
const dark = report({ verdict: 'Inconclusive', exitCode: 5, headline: 'dark', findings: [] });
const broken = (fault: string): Report =>
  report({
    verdict: 'NotReady',
    exitCode: 3,
    headline: 'broken',
    findings: [fail('dns-client', 'dns-client', null, 'broken', { fault })],
  });
const healing = broken('udp443-drop');
const hopeless = broken('dnsc-loopback-only');

const RULES: GateRules = { waitMs: 60_000, periodMs: 5_000, successThreshold: 1, failurePolicy: 'Fail' };

/** Rounds that end like this, one after another (the last again and again), each after `roundMs`. */
function opened(rounds: readonly Report[], rules: Partial<GateRules> = {}, roundMs = 100) {
  const clock = fakeClock();
  const stop = new AbortController();
  const told: (number | null)[] = [];
  let made = 0;
  const round = (signal: AbortSignal) =>
    new Promise<Report>((resolve) => {
      const made_ = rounds[Math.min(made, rounds.length - 1)] ?? ready;
      made += 1;
      clock.after(roundMs, () => resolve(made_));
      signal.addEventListener('abort', () => resolve(made_));
    });
  const result = gate({ ...RULES, ...rules }, round, clock, (_report, _number, next) => told.push(next), stop.signal);
  return { clock, stop, told, result, made: () => made };
}

describe('gate', () => {
  it('opens at the first good round', async () => {
    const { clock, result, told } = opened([ready]);
    expect(await clock.settle(result)).toMatchObject({ ended: 'open', rounds: 1, exitCode: 0, ignored: false });
    expect(told).toEqual([null]);
    expect(clock.now()).toBe(100);
  });

  it('waits for what heals', async () => {
    const { clock, result, told } = opened([healing, dark, healing, ready]);
    expect(await clock.settle(result)).toMatchObject({ ended: 'open', rounds: 4, exitCode: 0 });
    expect(told).toEqual([5_000, 5_000, 5_000, null]);
    expect(clock.now()).toBe(4 * 100 + 3 * 5_000);
    expect(clock.pending()).toBe(0);
  });

  it('wants as many good rounds in a row as it was told', async () => {
    const { clock, result } = opened([ready, ready, healing, ready, ready, ready], { successThreshold: 3 });
    expect(await clock.settle(result)).toMatchObject({ ended: 'open', rounds: 6, exitCode: 0 });
  });

  it('ends at the deadline with what the last round said', async () => {
    const { clock, result, made } = opened([healing]);
    expect(await clock.settle(result)).toMatchObject({ ended: 'deadline', exitCode: 3, ignored: false });
    expect(clock.now()).toBeLessThanOrEqual(60_000);
    expect(made()).toBe(12);
    const inconclusive = opened([dark]);
    expect(await inconclusive.clock.settle(inconclusive.result)).toMatchObject({ ended: 'deadline', exitCode: 5 });
  });

  it('makes one round even when it may not wait at all', async () => {
    const { clock, result } = opened([healing], { waitMs: 0 });
    expect(await clock.settle(result)).toMatchObject({ ended: 'deadline', rounds: 1, exitCode: 3 });
    const good = opened([ready], { waitMs: 0 });
    expect(await good.clock.settle(good.result)).toMatchObject({ ended: 'open', exitCode: 0 });
  });

  it('good, but not often enough before the deadline, is no promise', async () => {
    const { clock, result } = opened([healing, ready], { successThreshold: 3, waitMs: 6_000 });
    expect(await clock.settle(result)).toMatchObject({ ended: 'deadline', rounds: 2, exitCode: 5 });
  });

  it('does not wait for what no waiting heals', async () => {
    const { clock, result } = opened([hopeless]);
    expect(await clock.settle(result)).toMatchObject({ ended: 'terminal', rounds: 1, exitCode: 3 });
    expect(clock.now()).toBe(100);
  });

  it('a hopeless fault that only warns ends nothing', async () => {
    const slight = report({
      verdict: 'NotReady',
      exitCode: 3,
      headline: 'slight',
      findings: [{ ...fail('dns-client', 'dns-client', null, 's', { fault: 'dnsc-loopback-only' }), status: 'warn' }],
    });
    const { clock, result } = opened([slight, ready]);
    expect(await clock.settle(result)).toMatchObject({ ended: 'open', rounds: 2 });
  });

  it('warnings count only where the run says so', async () => {
    const { clock, result } = opened([warned], { waitMs: 0 });
    expect(await clock.settle(result)).toMatchObject({ ended: 'deadline', exitCode: 4 });
  });

  it('is stopped in a pause', async () => {
    const { clock, result, stop, made } = opened([healing]);
    await clock.advance(2_000);
    stop.abort('SIGTERM');
    expect(await result).toMatchObject({ ended: 'stopped', exitCode: 3, ignored: false });
    expect(made()).toBe(1);
    expect(clock.pending()).toBe(0);
  });

  it('is stopped in a round, whatever that round still says', async () => {
    const { clock, result, stop } = opened([ready], { failurePolicy: 'Ignore' }, 5_000);
    await clock.advance(1_000);
    stop.abort('SIGTERM');
    expect(await result).toMatchObject({ ended: 'stopped', exitCode: 5, ignored: false });
  });

  it('Ignore opens a closed gate and says so; a good one is not called ignored', async () => {
    for (const [rounds, ended] of [
      [[healing], 'deadline'],
      [[hopeless], 'terminal'],
      [[dark], 'deadline'],
    ] as const) {
      const { clock, result } = opened(rounds, { failurePolicy: 'Ignore' });
      expect(await clock.settle(result)).toMatchObject({ ended, exitCode: 0, ignored: true });
    }
    const good = opened([ready], { failurePolicy: 'Ignore' });
    expect(await good.clock.settle(good.result)).toMatchObject({ ended: 'open', exitCode: 0, ignored: false });
  });

  it('a round that breaks is a bug, and nobody’s verdict', async () => {
    const clock = fakeClock();
    const broken = () => Promise.reject(new Error('a bug'));
    const result = gate(RULES, broken, clock, () => {}, new AbortController().signal);
    await expect(clock.settle(result)).rejects.toThrow('a bug');
  });
});
