// dnsmasq as the Publisher's local-dns sidecar: on 127.0.0.1 inside the pod, with one upstream and nothing of its own.

import { join } from 'node:path';
import type { ServerPlan } from '../processes.ts';
import type { Site } from './site.ts';

/** `server`: `ADDRESS` or `ADDRESS#PORT`. The limit on waiting questions is dnsmasq's own. */
export function localDnsSidecar(site: Site, server: string): ServerPlan {
  return {
    name: 'dnsmasq',
    namespace: site.namespaces.pod,
    command: 'dnsmasq',
    args: [
      '--keep-in-foreground',
      '--conf-file=/dev/null',
      '--no-resolv',
      '--no-hosts',
      '--user=root',
      '--pid-file=',
      '--bind-interfaces',
      '--listen-address=127.0.0.1',
      '--log-facility=-',
      `--server=${server}`,
    ],
    logPath: join(site.directory, 'dnsmasq.log'),
    listens: [
      { protocol: 'udp', address: '127.0.0.1', port: 53 },
      { protocol: 'tcp', address: '127.0.0.1', port: 53 },
    ],
  };
}
