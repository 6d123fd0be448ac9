// Another resolver in the place of the company's: CoreDNS forwards to the same address as ever and meets this one.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { World } from '../disturbances.ts';
import { CORP } from '../layout.ts';
import type { ServerPlan } from '../processes.ts';
import { corednsBinary } from '../requirements.ts';
import type { Site } from '../servers/site.ts';

/** Where the other resolver listens, on the address of the real one. */
export const OTHER_PORT = 5354;
export const OTHER = { address: CORP.resolver, port: OTHER_PORT };

/** Starts it, and leads to it what CoreDNS sends to its upstream. */
export async function replaceUpstream(world: World, plan: ServerPlan): Promise<void> {
  await world.start(plan);
  await world.filter(
    'gw',
    'faults_prerouting',
    ['udp', 'tcp'].map(
      (protocol) =>
        `iifname "d0" ip daddr ${CORP.resolver} ${protocol} dport 53 dnat to ${CORP.resolver}:${OTHER_PORT}`,
    ),
  );
}

/** CoreDNS in that place, with this Corefile. `ADDRESS` stands for where it listens, its port is OTHER_PORT. */
export function corednsUpstream(site: Site, name: string, corefile: string): ServerPlan {
  const directory = join(site.directory, name);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'Corefile'), corefile.replaceAll('ADDRESS', CORP.resolver));
  return {
    name,
    namespace: site.namespaces.corp,
    command: corednsBinary(),
    args: ['-conf', join(directory, 'Corefile')],
    logPath: join(directory, 'coredns.log'),
    listens: [
      { protocol: 'udp', ...OTHER },
      { protocol: 'tcp', ...OTHER },
    ],
  };
}
