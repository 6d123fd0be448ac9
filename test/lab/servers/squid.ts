// squid: the company's explicit proxy, and the box that intercepts TLS on the way out. Started only by what needs it.

import { chmodSync, chownSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CORP, POD } from '../layout.ts';
import { mustRun, type ServerPlan } from '../processes.ts';
import type { Site } from './site.ts';

export const INTERCEPT_PORT = 3129;
/** Debian's user `proxy`: squid refuses to run as root. */
const PROXY_USER_ID = 13;

function common(directory: string): string {
  return `cache deny all
cache_mem 8 MB
access_log stdio:${directory}/access.log
cache_log ${directory}/cache.log
pid_filename ${directory}/squid.pid
coredump_dir ${directory}
dns_nameservers ${CORP.resolver}
# Names that failed once are asked again soon: a fault is healed within the run.
negative_dns_ttl 1 second
shutdown_lifetime 0 seconds
workers 1
pinger_enable off
netdb_filename none
`;
}

function prepare(site: Site, name: string): string {
  const directory = join(site.directory, name);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  chmodSync(directory, 0o755);
  chownSync(directory, PROXY_USER_ID, PROXY_USER_ID);
  return directory;
}

/** CONNECT to 443 and nothing else: GET / and other ports earn squid's 403. */
export function explicitProxy(site: Site): ServerPlan {
  const directory = prepare(site, 'squid-proxy');
  writeFileSync(
    join(directory, 'squid.conf'),
    `http_port ${CORP.proxy}:3128
${common(directory)}acl tunnel method CONNECT
acl https port 443
http_access allow tunnel https
http_access deny all
`,
  );
  return {
    name: 'squid-proxy',
    namespace: site.namespaces.corp,
    command: 'squid',
    args: ['-N', '-f', join(directory, 'squid.conf')],
    logPath: join(directory, 'stdout.log'),
    stopSignal: 'SIGKILL',
    listens: [{ protocol: 'tcp', address: CORP.proxy, port: 3128 }],
  };
}

/** TLS inspection in the path: every TCP 443 of the pod is redirected here and answered under the company's authority. */
export async function interceptingProxy(site: Site): Promise<ServerPlan> {
  const directory = prepare(site, 'squid-intercept');
  const database = join(directory, 'certificates');
  const generator = '/usr/lib/squid/security_file_certgen';
  await mustRun(generator, ['-c', '-s', database, '-M', '4MB']);
  await mustRun('chown', ['-R', String(PROXY_USER_ID), database]);
  writeFileSync(
    join(directory, 'squid.conf'),
    `http_port ${POD.gateway}:3127
https_port ${POD.gateway}:${INTERCEPT_PORT} intercept ssl-bump generate-host-certificates=on dynamic_cert_mem_cache_size=4MB tls-cert=${site.certificates.inspectionCa}
sslcrtd_program ${generator} -s ${database} -M 4MB
sslcrtd_children 2 startup=1 idle=1
tls_outgoing_options cafile=${site.certificates.root}
ssl_bump bump all
host_verify_strict off
${common(directory)}http_access allow all
`,
  );
  return {
    name: 'squid-intercept',
    namespace: site.namespaces.gw,
    command: 'squid',
    args: ['-N', '-f', join(directory, 'squid.conf')],
    logPath: join(directory, 'stdout.log'),
    stopSignal: 'SIGKILL',
    listens: [{ protocol: 'tcp', address: POD.gateway, port: INTERCEPT_PORT }],
  };
}
