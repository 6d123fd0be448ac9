// Group A, the search list: a company suffix at its end, and what its servers make of names that they do not have.

import type { World } from '../disturbances.ts';
import { CLUSTER, CONTROLS, SEARCH } from '../layout.ts';
import { recursiveBind } from '../servers/recursive-bind.ts';
import { unboundControl } from '../servers/unbound.ts';
import type { LabFault } from './fault.ts';
import { OTHER, replaceUpstream } from './upstream.ts';

export const SUFFIX = 'corp.example';
/** Beyond the node; what is sent there is dropped. */
const DEAD_FORWARDER = '10.0.1.99';
/** A web server with a certificate of its own. */
export const WILDCARD_ADDRESS = CONTROLS.https[0].address;

export function withSuffix(world: World, ndots = 5): void {
  world.resolvConf(
    `search ${[...SEARCH, SUFFIX].join(' ')}\nnameserver ${CLUSTER.dnsService}\noptions ndots:${ndots}\n`,
  );
}

export async function wildcardSuffix(world: World): Promise<void> {
  await replaceUpstream(
    world,
    recursiveBind(world.site, 'named-wildcard', {
      ...OTHER,
      clauses: [`zone "${SUFFIX}" { type primary; file "DIR/${SUFFIX}"; };`],
      zones: { [SUFFIX]: [`* 60 IN A ${WILDCARD_ADDRESS}`] },
    }),
  );
}

async function deadSuffix(world: World): Promise<void> {
  await world.filter('gw', 'faults_forward', [`ip daddr ${DEAD_FORWARDER} drop`]);
  world.onHeal(async () => {
    await unboundControl(world.site, 'forward_remove', SUFFIX);
    // Questions that still wait for the forwarder, and what was learned about it, would be held against the suffix.
    await unboundControl(world.site, 'flush_requestlist');
    await unboundControl(world.site, 'flush_zone', SUFFIX);
    await unboundControl(world.site, 'flush_infra', 'all');
  });
  await unboundControl(world.site, 'forward_add', SUFFIX, DEAD_FORWARDER);
}

/** The file of the zone includes one that is not there: BIND does not load the zone, and says SERVFAIL for it. */
async function brokenSuffix(world: World): Promise<void> {
  await replaceUpstream(
    world,
    recursiveBind(world.site, 'named-broken', {
      ...OTHER,
      clauses: [`zone "${SUFFIX}" { type primary; file "DIR/${SUFFIX}"; };`],
      zones: { [SUFFIX]: ['$INCLUDE missing.zone'] },
    }),
  );
}

export const dnsClientSearchFaults: readonly LabFault[] = [
  {
    id: 'dnsc-search-wildcard-capture',
    how: 'the last search suffix has a wildcard that leads to a foreign web server; ndots:5',
    exitCode: 3,
    mentions: /acme\.goskope\.com\.corp\.example/,
    inject: async (world) => {
      withSuffix(world);
      await wildcardSuffix(world);
    },
  },
  {
    id: 'dnsc-search-suffix-slow',
    how: 'unbound forwards the last search suffix to a server that is dropped on the way',
    exitCode: 0,
    mentions: /acme\.goskope\.com\.corp\.example/,
    inject: async (world) => {
      withSuffix(world);
      await deadSuffix(world);
    },
  },
  {
    id: 'dnsc-search-servfail-musl',
    how: 'BIND could not load the zone of the last search suffix and answers SERVFAIL; the image is said to have musl',
    exitCode: 3,
    mentions: /acme\.goskope\.com\.corp\.example/,
    inject: async (world) => {
      withSuffix(world);
      await brokenSuffix(world);
      world.runWith({ args: ['--target-libc', 'musl'] });
    },
  },
];
