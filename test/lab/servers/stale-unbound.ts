// unbound that serves what has expired (RFC 8767), and says so. Its questions leave from an address of their own, so that they can be cut.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Endpoint } from '../../../src/model/target.ts';
import { CORP, PUBLIC_DNS } from '../layout.ts';
import type { ServerPlan } from '../processes.ts';
import type { Site } from './site.ts';

export function staleUnbound(site: Site, at: Endpoint): ServerPlan {
  const directory = join(site.directory, 'unbound-stale');
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    join(directory, 'root.hints'),
    `. 3600 IN NS a.root-servers.net.\na.root-servers.net. 3600 IN A ${PUBLIC_DNS.authority}\n`,
  );
  const path = join(directory, 'unbound.conf');
  writeFileSync(
    path,
    `server:
  interface: ${at.address}@${at.port}
  outgoing-interface: ${CORP.proxy}
  access-control: 0.0.0.0/0 allow
  do-ip6: no
  do-daemonize: no
  username: ""
  chroot: ""
  directory: "${directory}"
  pidfile: "${directory}/unbound.pid"
  use-syslog: no
  logfile: ""
  num-threads: 1
  module-config: "iterator"
  root-hints: "${directory}/root.hints"
  local-zone: "example.net." nodefault
  cache-max-ttl: 1
  serve-expired: yes
  serve-expired-reply-ttl: 30
  ede: yes
  ede-serve-expired: yes
`,
  );
  return {
    name: 'unbound-stale',
    namespace: site.namespaces.corp,
    command: 'unbound',
    args: ['-d', '-p', '-c', path],
    logPath: join(directory, 'unbound.log'),
    listens: [
      { protocol: 'udp', ...at },
      { protocol: 'tcp', ...at },
    ],
  };
}
