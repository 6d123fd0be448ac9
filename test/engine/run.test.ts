// A whole run on scripted probes, and the same report judged again.

import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../src/checks/index.ts';
import { replay } from '../../src/engine/replay.ts';
import { hashOf, run } from '../../src/engine/run.ts';
import { ConfigError } from '../../src/model/errors.ts';
import type { Report } from '../../src/model/report.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { ONLY_WARNS, SINGLE_FAULTS } from '../support/scenarios.ts';
import { type Script, scripted } from '../support/scripted-probes.ts';
import { answerOf, type World } from '../support/small-world.ts';
import { factsWith, settingsWith } from '../support/view.ts';

function begin(world: World = {}, script?: Script) {
  const clock = fakeClock();
  const probes = scripted(clock, script ?? ((probe) => answerOf(world, probe)));
  const stop = new AbortController();
  const made = run(
    {
      settings: settingsWith(world.settings),
      facts: factsWith(world.facts),
      checks: CHECKS,
      probes: probes.registry,
      clock,
      version: '1.2.3',
      world: 'live',
    },
    stop.signal,
  );
  return { clock, stop, made, ...probes };
}

async function reportOf(world: World = {}): Promise<Report> {
  const { clock, made } = begin(world);
  return clock.settle(made);
}

const stored = (report: Report): unknown => JSON.parse(JSON.stringify(report));

describe('run', () => {
  it('makes a whole report', async () => {
    const report = await reportOf();
    expect(report).toMatchObject({
      apiVersion: 'net-preflight.dev/v1alpha1',
      kind: 'PreflightReport',
      verdict: 'Ready',
      exitCode: 0,
      rootCauses: [],
      metadata: { version: '1.2.3', depth: 'standard', startedAt: '2026-11-21T12:00:00.000Z' },
      vantage: { pod: 'npa-0', namespace: 'npa-publisher', node: 'node-3', addresses: ['10.244.1.10'], world: 'live' },
    });
    expect(report.metadata.interrupted).toBeUndefined();
    expect(report.observations.length).toBeGreaterThan(5);
    const starts = report.observations.map((one) => one.startedMs);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
  });

  it('leaves out of depth what is too deep', async () => {
    const { findings } = await reportOf({ settings: { depth: 'quick' } });
    expect(findings.some((one) => one.check === 'egress')).toBe(false);
  });

  it('stops at its own time limit and judges what is known', async () => {
    const { clock, made } = begin({ settings: { timeoutMs: 1_000 } }, (probe) => (probe.kind === 'dtls' ? 'never' : 0));
    const report = await clock.settle(made);
    expect(report.metadata).toMatchObject({ interrupted: 'timeout', durationMs: 1_000 });
    expect(report).toMatchObject({ verdict: 'Inconclusive', exitCode: 5 });
    expect(report.rootCauses).toEqual([]);
    expect(report.findings.find((one) => one.check === 'http')?.status).toBe('pass');
    expect(clock.pending()).toBe(0);
  });

  it('stops on a signal, with its name in the report', async () => {
    const { clock, made, stop } = begin({}, (probe) => (probe.kind === 'https' ? 'never' : 0));
    await clock.advance(300);
    stop.abort('SIGTERM');
    const report = await made;
    expect(report.metadata.interrupted).toBe('SIGTERM');
    expect(report.verdict).toBe('Inconclusive');
    expect(report.observations.some((one) => one.probe.kind === 'https')).toBe(false);
  });

  it('keeps every secret out of the report, and out of the hash only what must not decide', async () => {
    const psk = { identity: 'me', keyHex: 'deadbeefcafe' };
    const report = await reportOf({ settings: { psk, expectCa: ['-----BEGIN MY CA-----'], connectTo: {} } });
    const text = JSON.stringify(report);
    expect(text).not.toContain('deadbeefcafe');
    expect(text).not.toContain('BEGIN MY CA');
    expect(report.settings?.expectedCas).toBe(1);
    expect(hashOf(settingsWith({ psk }))).toBe(hashOf(settingsWith()));
    expect(hashOf(settingsWith({ depth: 'deep' }))).not.toBe(hashOf(settingsWith()));
  });
});

describe('replay', () => {
  const worlds: Record<string, World> = { healthy: {}, ...SINGLE_FAULTS };

  it.each(Object.keys(worlds))('%s: the same verdict and root causes from the stored report', async (name) => {
    const report = await reportOf(worlds[name]);
    const again = replay(stored(report), CHECKS, '9.9.9');
    expect(again.verdict).toBe(name === 'healthy' ? 'Ready' : name === ONLY_WARNS ? 'ReadyWithWarnings' : 'NotReady');
    const told = stored(report) as Report;
    expect(again.rootCauses).toEqual(told.rootCauses);
    expect(again.findings).toEqual(told.findings);
    expect([again.verdict, again.exitCode, again.headline]).toEqual([report.verdict, report.exitCode, report.headline]);
    expect(again.metadata).toEqual({ ...report.metadata, version: '9.9.9' });
    expect(again.vantage.world).toBe('replay');
    expect(replay(stored(again), CHECKS, '9.9.9')).toEqual(again);
  });

  it('an interrupted run stays inconclusive', async () => {
    const { clock, made } = begin({ settings: { timeoutMs: 900 } }, (probe) => (probe.kind === 'dtls' ? 'never' : 0));
    const again = replay(stored(await clock.settle(made)), CHECKS, '1');
    expect([again.verdict, again.rootCauses]).toEqual(['Inconclusive', []]);
  });

  it('a waiver that was good on the day of the run is good in its replay', async () => {
    const waivers = [{ fault: 'udp443-drop', reason: 'known', until: '2026-11-22' }];
    const world = { ...SINGLE_FAULTS['udp443-drop'], settings: { waivers } };
    const again = replay(stored(await reportOf(world)), CHECKS, '1');
    expect(again.verdict).toBe('ReadyWithWarnings');
  });

  it.each([
    ['nothing', null],
    ['a number', 7],
    ['a text', 'PreflightReport'],
    ['an array', []],
    ['something else', { kind: 'Pod' }],
    ['another version', { kind: 'PreflightReport', apiVersion: 'net-preflight.dev/v9' }],
    ['a version that is no text', { kind: 'PreflightReport', apiVersion: { a: 1 } }],
    ['no parts', { kind: 'PreflightReport', apiVersion: 'net-preflight.dev/v1alpha1' }],
  ])('%s is no report', (_what, value) => {
    expect(() => replay(value, CHECKS, '1')).toThrow(ConfigError);
  });

  it('a report with parts missing or bent is refused with words, never with a crash', async () => {
    const report = stored(await reportOf(SINGLE_FAULTS['udp443-drop'])) as Record<string, unknown>;
    const bent: Record<string, unknown>[] = [];
    for (const key of ['metadata', 'facts', 'settings', 'observations', 'vantage']) {
      for (const value of [undefined, null, 7, 'text', [], {}, [null], [{ probe: 1 }], [{ probe: { kind: 'nobody' } }]])
        bent.push({ ...report, [key]: value });
    }
    const settings = report.settings as Record<string, unknown>;
    for (const key of ['targets', 'controls', 'waivers', 'depth', 'resolvers', 'expectedCas'])
      for (const value of [undefined, 'text', 7, [7], {}])
        bent.push({ ...report, settings: { ...settings, [key]: value } });
    const observations = report.observations as Record<string, unknown>[];
    for (const key of ['failure', 'answers', 'flags', 'durationMs', 'probe'])
      bent.push({ ...report, observations: observations.map((one) => ({ ...one, [key]: 'text' })) });
    for (const one of bent) {
      try {
        const again = replay(one, CHECKS, '1');
        expect(again.kind).toBe('PreflightReport');
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
      }
    }
  });
});
