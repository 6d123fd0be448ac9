import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../src/checks/index.ts';
import { DEADLINE_MS, suspectAfterMs, TICK_MS } from '../../src/engine/deadlines.ts';
import { keyOf, measure, type Schedule } from '../../src/engine/schedule.ts';
import type { Check, View } from '../../src/model/check.ts';
import type { Probe, ProbeKind } from '../../src/model/probe.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { type Script, scripted } from '../support/scripted-probes.ts';
import { factsWith, settingsWith } from '../support/view.ts';

const tcp = (address: string): Probe => ({ kind: 'tcp', address, port: 443 });
const A = tcp('198.51.100.1');
const B = tcp('198.51.100.2');

function checkOf(plan: Check['plan'], parts: Partial<Check> = {}): Check {
  return {
    id: 'made-up',
    layer: 'tcp',
    question: 'Is it?',
    depth: 'quick',
    faults: [],
    plan,
    diagnose: () => [],
    ...parts,
  };
}

function stage(checks: readonly Check[], script: Script = () => undefined, parts: Partial<Schedule> = {}) {
  const clock = fakeClock();
  const probes = scripted(clock, script);
  const stop = new AbortController();
  const schedule = { settings: settingsWith(), facts: factsWith(), checks, probes: probes.registry, clock, ...parts };
  return { clock, ...probes, stop, start: () => measure(schedule, stop.signal) };
}

describe('measure', () => {
  it('makes equal probes once, whoever asks and however they are written', async () => {
    const swapped = { port: 443, address: '198.51.100.1', kind: 'tcp' } as Probe;
    const { start, asked, clock } = stage([checkOf(() => [A, A]), checkOf(() => [swapped])]);
    const view = await clock.settle(start());
    expect(asked).toEqual([A]);
    expect(keyOf(swapped)).toBe(keyOf(A));
    expect(view.seen(swapped)).toMatchObject({ connectMs: 3 });
  });

  it('asks on with what came back, without waiting for the rest', async () => {
    const check = checkOf((view) => (view.seen(A) ? [A, B] : [A, tcp('198.51.100.9')]));
    const { start, asked, clock, stop } = stage([check], (probe) =>
      'address' in probe && probe.address?.endsWith('.9') ? 'never' : 10,
    );
    const run = start();
    await clock.advance(30);
    expect(asked.map((one) => 'address' in one && one.address)).toEqual([
      '198.51.100.1',
      '198.51.100.9',
      '198.51.100.2',
    ]);
    stop.abort();
    await run;
  });

  it('ends when nothing is outstanding, and leaves no timer behind', async () => {
    const { start, clock } = stage([checkOf(() => [A])], () => 40);
    await clock.settle(start());
    expect(clock.now()).toBe(40);
    expect(clock.pending()).toBe(0);
  });

  it('with nothing to ask it is over at once', async () => {
    const { start, clock } = stage([]);
    await clock.settle(start());
    expect([clock.now(), clock.pending()]).toEqual([0, 0]);
  });

  it.each(Object.entries(DEADLINE_MS))('a silent %s probe is stopped after %i ms', async (kind, deadline) => {
    const probes: Record<ProbeKind, Probe> = {
      dns: { kind: 'dns', server: { address: '10.0.0.1', port: 53 }, name: 'a.', type: 'A', transport: 'udp' },
      'dns-burst': {
        kind: 'dns-burst',
        server: { address: '10.0.0.1', port: 53 },
        how: 'serial',
        transport: 'udp',
        count: 2,
        spacingMs: 0,
        name: 'a.',
        randomLabels: true,
      },
      lookup: { kind: 'lookup', host: 'a' },
      tcp: A,
      https: { kind: 'https', host: 'a', address: '10.0.0.1', port: 443, path: '/', proxy: null },
      dtls: { kind: 'dtls', host: 'a', address: '10.0.0.1', port: 443, variant: 'full' },
      'dtls-psk': { kind: 'dtls-psk', host: 'a', address: '10.0.0.1', port: 443 },
      stun: { kind: 'stun', address: '10.0.0.1', port: 3478 },
      quic: { kind: 'quic', address: '10.0.0.1', port: 443 },
      neighbours: { kind: 'neighbours' },
    };
    const probe = probes[kind as ProbeKind];
    const { start, clock, stopped } = stage([checkOf(() => [probe])], () => 'never');
    const view = await clock.settle(start());
    expect(stopped).toEqual([{ probe, atMs: deadline }]);
    expect(view.seen(probe)).toBeDefined();
  });

  it('suspects before the timeout, and lets the plan act on it', async () => {
    const check = checkOf((view) => (view.suspect(A) ? [A, B] : [A]));
    const { start, clock, asked } = stage([check], (probe) => (probe === A ? 'never' : 5));
    const run = start();
    const limit = suspectAfterMs('tcp', null);
    await clock.advance(limit - 1);
    expect(asked).toEqual([A]);
    await clock.advance(TICK_MS);
    expect(asked).toEqual([A, B]);
    await clock.settle(run);
    expect(clock.now()).toBe(DEADLINE_MS.tcp);
  });

  it('knows the round trip from what was answered before', async () => {
    const check = checkOf((view) => (view.seen(A) ? [A, B] : [A]));
    const { start, clock, contexts } = stage([check]);
    await clock.settle(start());
    expect(contexts.map((one) => one.rttMs)).toEqual([null, 3]);
    expect(suspectAfterMs('tcp', 3)).toBe(250);
    expect(suspectAfterMs('tcp', 400)).toBe(1_200);
  });

  it('says how long it has waited, and nothing about what is not under way', async () => {
    const waits: (number | null)[] = [];
    const check = checkOf(
      (view) => {
        waits.push(view.waitingMs(A));
        return [A];
      },
      { enough: () => [] },
    );
    const { start, clock } = stage([check], () => 250);
    const view = await clock.settle(start());
    expect(waits).toEqual([null, 100, 200, null]);
    expect(view.waitingMs(B)).toBeNull();
    expect(view.suspect(A)).toBe(false);
  });

  it('enough ends a probe early, as unanswered', async () => {
    const check = checkOf(() => [A, B], { enough: (view: View) => ((view.waitingMs(A) ?? 0) >= 200 ? [A] : []) });
    const { start, clock, stopped } = stage([check], (probe) => (probe === A ? 'never' : 50));
    const view = await clock.settle(start());
    expect(stopped).toEqual([{ probe: A, atMs: 200 }]);
    expect(view.seen(A)?.failure?.code).toBe('generic_timeout_error');
    expect(clock.now()).toBe(200);
  });

  it('a stopped run leaves out what was under way: unknown, not silent', async () => {
    const { start, clock, stop, stopped } = stage([checkOf(() => [A, B])], (probe) => (probe === A ? 'never' : 10));
    const run = start();
    await clock.advance(300);
    stop.abort('SIGTERM');
    const view = await run;
    expect(stopped.map((one) => one.probe)).toEqual([A]);
    expect(view.seen(A)).toBeUndefined();
    expect(view.seen(B)).toBeDefined();
    expect(view.all('tcp')).toHaveLength(1);
    await clock.advance(60_000);
    expect(view.seen(A)).toBeUndefined();
    expect(clock.pending()).toBe(0);
  });

  it('a run that was stopped before it began asks nothing', async () => {
    const { start, stop, asked, clock } = stage([checkOf(() => [A])]);
    stop.abort();
    const view = await start();
    expect(asked).toEqual([]);
    expect(view.all('tcp')).toEqual([]);
    expect(clock.pending()).toBe(0);
  });

  it('a probe that rejects is a bug, and takes the run with it', async () => {
    const { start, clock, stopped } = stage([checkOf(() => [B, A])], (probe) =>
      probe === A ? new Error('oops') : 'never',
    );
    await expect(clock.settle(start())).rejects.toThrow('oops');
    expect(stopped.map((one) => one.probe)).toEqual([B]);
    expect(clock.pending()).toBe(0);
  });

  it('a runner that throws instead of rejecting is no different', async () => {
    const { clock, stop, registry } = stage([]);
    const broken = {
      ...registry,
      tcp: () => {
        throw new Error('thrown');
      },
    };
    const schedule = {
      settings: settingsWith(),
      facts: factsWith(),
      checks: [checkOf(() => [A])],
      probes: broken,
      clock,
    };
    await expect(clock.settle(measure(schedule, stop.signal))).rejects.toThrow('thrown');
    expect(clock.pending()).toBe(0);
  });

  it('a plan that throws rejects too, also one that is asked again later', async () => {
    const check = checkOf((view) => {
      if (view.seen(A)) throw new Error('later');
      return [A];
    });
    const { start, clock } = stage([check], () => 20);
    await expect(clock.settle(start())).rejects.toThrow('later');
    expect(clock.pending()).toBe(0);
  });

  it('a plan without end is stopped with a word about it', async () => {
    let next = 0;
    const check = checkOf(() => Array.from({ length: 30_000 }, () => ({ kind: 'lookup', host: `${next++}` }) as const));
    const { start, clock } = stage([check]);
    await expect(clock.settle(start())).rejects.toThrow('made-up plans without end');
  });

  it('has at most 400 probes under way, and makes the others in turn', async () => {
    const many = Array.from({ length: 900 }, (_one, at) => tcp(`10.0.${at >> 8}.${at & 255}`));
    let most = 0;
    const { start, clock, asked } = stage([checkOf(() => many)], () => 10, {
      onProgress: ({ underWay }) => {
        most = Math.max(most, underWay.length);
      },
    });
    await clock.settle(start());
    expect(most).toBe(400);
    expect(asked).toHaveLength(900);
  });

  it('reroutes by endpoint and transport, then by endpoint, then by the catch-all', async () => {
    const connectTo = {
      '198.51.100.1:443/tcp': { address: '127.0.0.1', port: 1 },
      '198.51.100.1:443': { address: '127.0.0.1', port: 2 },
      '*/udp': { address: '127.0.0.1', port: 3 },
    };
    const { start, clock, contexts } = stage([checkOf(() => [A])], () => undefined, {
      settings: settingsWith({ connectTo }),
    });
    await clock.settle(start());
    const to = (address: string, transport: 'udp' | 'tcp') => contexts[0]?.reroute({ address, port: 443 }, transport);
    expect(to('198.51.100.1', 'tcp')?.port).toBe(1);
    expect(to('198.51.100.1', 'udp')?.port).toBe(2);
    expect(to('198.51.100.2', 'udp')?.port).toBe(3);
    expect(to('198.51.100.2', 'tcp')).toEqual({ address: '198.51.100.2', port: 443 });
  });
});

describe('the real checks on scripted probes', () => {
  it('a healthy world is measured without a single control', async () => {
    const { start, clock, asked } = stage(CHECKS, () => 4, { settings: settingsWith({ depth: 'quick' }) });
    await clock.settle(start());
    expect(new Set(asked.map((one) => one.kind))).toEqual(new Set(['dns', 'https', 'dtls', 'stun']));
    expect(clock.now()).toBeLessThan(50);
  });

  it('the STUN server’s silence costs a healthy run no more than a second', async () => {
    const { start, clock } = stage(CHECKS, (probe) => (probe.kind === 'stun' ? 'never' : 4));
    await clock.settle(start());
    expect(clock.now()).toBeLessThanOrEqual(1_100);
  });

  it('when nothing answers, the controls are asked long before the timeouts', async () => {
    const { start, clock, asked } = stage(CHECKS, () => 'never');
    const run = start();
    await clock.advance(600);
    expect(asked.some((one) => one.kind === 'stun')).toBe(true);
    await clock.settle(run);
    expect(clock.now()).toBeLessThanOrEqual(4_000);
  });
});
