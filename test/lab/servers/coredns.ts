// CoreDNS as the cluster's DNS. There is no API server to watch, so cluster.local is a zone file; the rest is forwarded.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLUSTER, CORP } from '../layout.ts';
import type { ServerPlan } from '../processes.ts';
import type { Site } from './site.ts';

export function clusterDns(site: Site, binary: string): ServerPlan {
  const directory = join(site.directory, 'coredns');
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    join(directory, 'cluster.local.zone'),
    `$ORIGIN cluster.local.
@ 5 IN SOA ns.dns hostmaster 1 7200 1800 86400 5
@ 5 IN NS ns.dns
ns.dns 5 IN A ${CLUSTER.dnsService}
kubernetes.default.svc 5 IN A ${CLUSTER.apiService}
kube-dns.kube-system.svc 5 IN A ${CLUSTER.dnsService}
`,
  );
  // No cache: a healed fault is gone at once, and unbound caches as an upstream would.
  writeFileSync(
    join(directory, 'Corefile'),
    `.:53 {
    bind ${CLUSTER.dnsPod}
    errors
    file ${directory}/cluster.local.zone cluster.local
    forward . ${CORP.resolver}
    loadbalance
}
`,
  );
  return {
    name: 'coredns',
    namespace: site.namespaces.dns,
    command: binary,
    args: ['-conf', join(directory, 'Corefile')],
    logPath: join(directory, 'coredns.log'),
    listens: [
      { protocol: 'udp', address: CLUSTER.dnsPod, port: 53 },
      { protocol: 'tcp', address: CLUSTER.dnsPod, port: 53 },
    ],
  };
}
