// unbound: the company's recursive resolver, which CoreDNS forwards to. It starts at the lab's own root.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CORP, PUBLIC_DNS } from '../layout.ts';
import { mustRun, type ServerPlan } from '../processes.ts';
import type { Site } from './site.ts';

const configPath = (site: Site): string => join(site.directory, 'unbound', 'unbound.conf');

export function upstreamResolver(site: Site): ServerPlan {
  const directory = join(site.directory, 'unbound');
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    join(directory, 'root.hints'),
    `. 3600 IN NS a.root-servers.net.\na.root-servers.net. 3600 IN A ${PUBLIC_DNS.authority}\n`,
  );
  writeFileSync(
    configPath(site),
    `server:
  interface: ${CORP.resolver}
  outgoing-interface: ${CORP.resolver}
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
  # Up to what the client offers, beyond the default of 1232: large answers are for somebody else to drop.
  max-udp-size: 4096
  module-config: "iterator"
  root-hints: "${directory}/root.hints"
  # The lab's zones are under names that unbound answers itself by default.
  local-zone: "example.net." nodefault
  local-zone: "example.org." nodefault
remote-control:
  control-enable: yes
  control-interface: ${directory}/control.sock
  control-use-cert: no
`,
  );
  return {
    name: 'unbound',
    namespace: site.namespaces.corp,
    command: 'unbound',
    args: ['-d', '-p', '-c', configPath(site)],
    logPath: join(directory, 'unbound.log'),
    listens: [
      { protocol: 'udp', address: CORP.resolver, port: 53 },
      { protocol: 'tcp', address: CORP.resolver, port: 53 },
    ],
  };
}

/** Forgets all answers of a zone, so that a change at the authority is seen at once. */
export async function forgetZone(site: Site, zone: string): Promise<void> {
  await unboundControl(site, 'flush_zone', zone);
}

export async function unboundControl(site: Site, ...words: readonly string[]): Promise<void> {
  // The control socket is a path, so the caller's namespace does not matter.
  await mustRun('unbound-control', ['-c', configPath(site), ...words]);
}
