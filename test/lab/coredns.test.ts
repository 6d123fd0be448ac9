// Does a check in the lab name the faults of faults/coredns.ts, each as the only root cause? And their other shapes.

import { expect, it } from 'vitest';
import type { World } from './disturbances.ts';
import {
  corednsFaults,
  hostNameTarget,
  missingStub,
  mixedUnseen,
  noRootBlock,
  silentHolder,
  soundStub,
} from './faults/coredns.ts';
import { expectReady, faultTests, labSuite, named } from './suite.ts';

labSuite('faults: coredns', (lab) => {
  it('a private zone with a sound block is no trouble', async () => {
    await lab().disturb(soundStub);
    const result = await lab()
      .run(['check'])
      .finally(() => lab().heal());
    expectReady(result);
  });

  faultTests(lab, corednsFaults);

  it.each([
    ['coredns-stub-missing', 'the Corefile shows it', (world: World) => missingStub(world, true)],
    ['coredns-stub-wrong-suffix', 'it forwards to a host name', hostNameTarget],
    ['coredns-private-upstream-refuses', 'the way to them is closed', silentHolder],
    ['coredns-mixed-upstreams', 'no zone is declared', mixedUnseen],
    ['coredns-no-forward', 'there is no root block', noRootBlock],
  ] as const)('%s: %s', async (fault, _how, disturb) => {
    await lab().disturb(disturb);
    const result = await lab()
      .run(['check'])
      .finally(() => lab().heal());
    expect({ exitCode: result.exitCode, rootCauses: named(result) }).toEqual({ exitCode: 3, rootCauses: [fault] });
  });
});
