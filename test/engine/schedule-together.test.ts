import { expect, it } from 'vitest';
import type { Clock } from '../../src/engine/clock.ts';
import { measure } from '../../src/engine/schedule.ts';
import type { Check } from '../../src/model/check.ts';
import type { Probe } from '../../src/model/probe.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { scripted } from '../support/scripted-probes.ts';
import { factsWith, settingsWith } from '../support/view.ts';

const probes: readonly Probe[] = [1, 2, 3, 4, 5].map((last) => ({
  kind: 'tcp',
  address: `198.51.100.${last}`,
  port: 443,
}));

it('observations that arrive together are planned on once, and none is lost', async () => {
  const seenAtPlans: number[] = [];
  const check: Check = {
    id: 'made-up',
    layer: 'tcp',
    question: 'Is it?',
    depth: 'quick',
    faults: [],
    plan: (view) => {
      seenAtPlans.push(view.all('tcp').length);
      return probes;
    },
    diagnose: () => [],
  };
  const fake = fakeClock();
  const clock: Clock = { ...fake, soon: (callback) => void fake.after(0, callback) };
  const { registry, asked } = scripted(fake, () => 10);
  const schedule = { settings: settingsWith(), facts: factsWith(), checks: [check], probes: registry, clock };
  const view = await fake.settle(measure(schedule, new AbortController().signal));
  expect(asked).toEqual(probes);
  expect(view.all('tcp')).toHaveLength(5);
  expect(seenAtPlans).toEqual([0, 5]);
});
