// coturn: STUN on 3478/UDP, and DTLS for the first stitcher. It serves many clients and sends its flight in 228-byte pieces.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONTROLS, STITCHERS } from '../layout.ts';
import type { ServerPlan } from '../processes.ts';
import type { Site } from './site.ts';

export function stunAndFirstStitcher(site: Site): ServerPlan {
  const directory = join(site.directory, 'coturn');
  mkdirSync(directory, { recursive: true });
  const stun = CONTROLS.stun.map((one) => one.address);
  const stitcher = [...STITCHERS[0].addresses];
  const { chain, key } = site.certificates.service;
  const addresses = [...stun, ...stitcher];
  writeFileSync(
    join(directory, 'turnserver.conf'),
    `${addresses.map((address) => `listening-ip=${address}`).join('\n')}
relay-ip=${stun[0]}
listening-port=3478
tls-listening-port=443
cert=${chain}
pkey=${key}
no-tls
no-tcp
no-cli
stun-only
relay-threads=1
userdb=${directory}/turndb
pidfile=${directory}/turnserver.pid
no-stdout-log
log-file=${directory}/turn.log
simple-log
realm=lab
`,
  );
  return {
    name: 'turnserver',
    namespace: site.namespaces.inet,
    command: 'turnserver',
    args: ['-c', join(directory, 'turnserver.conf')],
    logPath: join(directory, 'stdout.log'),
    listens: [
      ...stun.map((address) => ({ protocol: 'udp' as const, address, port: 3478 })),
      ...stitcher.map((address) => ({ protocol: 'udp' as const, address, port: 443 })),
    ],
  };
}
