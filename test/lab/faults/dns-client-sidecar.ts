// Group B, the local-dns sidecar: dnsmasq on 127.0.0.1 as the Publisher's chart starts it in pod mode.

import { join } from 'node:path';
import type { World } from '../disturbances.ts';
import { CLUSTER } from '../layout.ts';
import { localDnsSidecar } from '../servers/dnsmasq.ts';
import type { LabFault } from './fault.ts';

const SLOW_PORT = 5399;
/** Longer than a burst takes to be sent, and shorter than anybody's patience. */
const HELD_BACK_MS = 3_000;

export const POD_MODE = { env: { NPA_NETWORKING_MODE: 'pod' } };

async function slowUpstream(world: World): Promise<void> {
  await world.start({
    name: 'slow-denier',
    namespace: world.site.namespaces.dns,
    command: process.execPath,
    args: [
      join(import.meta.dirname, '../servers/slow-denier.ts'),
      ...[CLUSTER.dnsPod, String(SLOW_PORT), CLUSTER.dnsPod, '53', String(HELD_BACK_MS)],
    ],
    logPath: join(world.site.directory, 'slow-denier.log'),
    listens: [{ protocol: 'udp', address: CLUSTER.dnsPod, port: SLOW_PORT }],
  });
}

export const dnsClientSidecarFaults: readonly LabFault[] = [
  {
    id: 'dns-localdns-down',
    how: 'pod mode, the containers run, and nothing listens on 127.0.0.1:53',
    exitCode: 3,
    mentions: /127\.0\.0\.1/,
    inject: async (world) => world.runWith(POD_MODE),
  },
  {
    id: 'dns-localdns-concurrency',
    how: 'dnsmasq with its own limit, and an upstream that takes 3 s to deny a name; a deep check',
    exitCode: 0,
    mentions: /127\.0\.0\.1:53.*REFUSED/s,
    inject: async (world) => {
      await slowUpstream(world);
      await world.start(localDnsSidecar(world.site, `${CLUSTER.dnsPod}#${SLOW_PORT}`));
      world.runWith({ ...POD_MODE, args: ['--deep'] });
    },
  },
];
