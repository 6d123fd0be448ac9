// Does a check in the lab name the faults of faults/dns-content.ts, each as the only root cause? And their other shapes.

import { expect, it } from 'vitest';
import { dnsContentFaults } from './faults/dns-content.ts';
import {
  blockList,
  bogusRoot,
  cachedDenial,
  refusedAlias,
  refusedBehindCoredns,
  splitHorizon,
} from './faults/resolvers.ts';
import { expectReady, faultTests, labSuite, named } from './suite.ts';

labSuite('faults: dns-content', (lab) => {
  faultTests(lab, dnsContentFaults);

  it.each([
    ['dnsx-split-horizon', 'an internal zone leads to an address where nobody is', splitHorizonUnserved],
    ['dnsx-refused-acl', "the company's resolver refuses CoreDNS", refusedBehindCoredns],
    ['dnsx-rpz-blocked', 'a block list in dnsmasq denies without any authority', blockList],
    ['dnsx-tenant-nxdomain', 'the denial comes from the cache of dnsmasq', cachedDenial],
    ['dnsx-dnssec-bogus', 'nothing at all validates', bogusRoot],
    ['dnsx-cname-target-blocked', "the alias's zone has no server that answers", refusedAlias],
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
