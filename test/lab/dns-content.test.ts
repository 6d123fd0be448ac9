// Does a check in the lab name the faults of faults/dns-content.ts, each as the only root cause? And their other shapes.

import { expect, it } from 'vitest';
import { dnsContentFaults } from './faults/dns-content.ts';
import { refusedBehindCoredns, splitHorizon } from './faults/resolvers.ts';
import { expectReady, faultTests, labSuite, named } from './suite.ts';

labSuite('faults: dns-content', (lab) => {
  faultTests(lab, dnsContentFaults);

  it.each([
    ['dnsx-split-horizon', 'an internal zone leads to an address where nobody is', splitHorizonUnserved],
    ['dnsx-refused-acl', "the company's resolver refuses CoreDNS", refusedBehindCoredns],
  ] as const)('%s: %s', async (fault, _how, disturb) => {
    await lab().disturb(disturb);
    const result = await lab()
      .run(['check'])
      .finally(() => lab().heal());
    expect({ exitCode: result.exitCode, rootCauses: named(result) }).toEqual({ exitCode: 3, rootCauses: [fault] });
    expectReady(await lab().run(['check']));
  });
});

function splitHorizonUnserved(world: Parameters<typeof splitHorizon>[0]): Promise<void> {
  return splitHorizon(world, false);
}
