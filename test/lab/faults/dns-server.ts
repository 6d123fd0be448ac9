// Groups C and D: the answer itself, and the cluster's DNS server.

import type { World } from '../disturbances.ts';
import { CORP, TENANT } from '../layout.ts';
import { updateRecords } from '../servers/bind.ts';
import { forgetZone } from '../servers/unbound.ts';
import type { LabFault } from './fault.ts';

/** Changes records of goskope.com at the authority and makes the resolver forget the old ones; heal puts the tenant back. */
export async function changeTenantZone(
  world: World,
  change: readonly string[],
  back: readonly string[],
): Promise<void> {
  const apply = async (lines: readonly string[]): Promise<void> => {
    await updateRecords(world.site, lines);
    await forgetZone(world.site, 'goskope.com');
  };
  world.onHeal(() => apply(back));
  await apply(change);
}

export const TENANT_RECORDS = [
  `delete ${TENANT.host}.`,
  ...TENANT.addresses.map((address) => `add ${TENANT.host}. 60 A ${address}`),
];

export const dnsServerFaults: readonly LabFault[] = [
  {
    id: 'dnsx-tenant-nxdomain',
    how: 'the authority denies the tenant (NXDOMAIN with the SOA of goskope.com); its neighbours exist',
    exitCode: 3,
    mentions: /acme\.goskope\.com/,
    inject: (world) => changeTenantZone(world, [`delete ${TENANT.host}.`], TENANT_RECORDS),
  },
  {
    id: 'coredns-upstream-dead',
    how: "CoreDNS answers for the cluster; its upstream's address is dropped on the way",
    exitCode: 3,
    mentions: /10\.96\.0\.10/,
    inject: (world) => world.filter('gw', 'faults_forward', [`iifname "d0" ip daddr ${CORP.resolver} drop`]),
  },
];
