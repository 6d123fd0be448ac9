// nginx: the tenant and the services beside it, 443/TCP of the stitchers, the HTTPS controls, and the API server's stand-in.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CertificateFiles } from '../certificates.ts';
import { CLUSTER, CONTROLS, CORP, FACE_PORTS, SERVICE_ADDRESS, STITCHER_ADDRESSES, TENANT } from '../layout.ts';
import type { ServerPlan } from '../processes.ts';
import type { Site } from './site.ts';

function main(directory: string, servers: readonly string[]): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${directory}/${kind};`)
    .join('\n');
  return `daemon off;
user root;
worker_processes 1;
pid ${directory}/nginx.pid;
error_log ${directory}/error.log warn;
events { worker_connections 4096; }
http {
access_log ${directory}/access.log;
${temporary}
default_type application/json;
server_tokens off;
ssl_session_cache off;
ssl_protocols TLSv1.2 TLSv1.3;
${servers.join('\n')}
}
`;
}

interface Face {
  readonly listens: readonly string[];
  readonly certificate: CertificateFiles;
  readonly status?: number;
}

/** A JSON API that wants a token: 401 for the publishers' path, 404 elsewhere. */
function api(face: Face): string {
  const status = face.status ?? 401;
  return `server {
${face.listens.map((listen) => `listen ${listen} ssl http2;`).join('\n')}
ssl_certificate ${face.certificate.chain};
ssl_certificate_key ${face.certificate.key};
location /api/ { return ${status} '{"status":"error","errors":["${status}"],"message":"lab answer ${status}"}'; }
location / { return ${status === 401 ? 404 : status} '{"status":"error"}'; }
}`;
}

function plan(
  site: Site,
  host: 'inet' | 'corp',
  servers: readonly string[],
  listens: readonly [string, number][],
): ServerPlan {
  const directory = join(site.directory, `nginx-${host}`);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'nginx.conf'), main(directory, servers));
  return {
    name: `nginx-${host}`,
    namespace: site.namespaces[host],
    command: 'nginx',
    args: ['-e', join(directory, 'error.log'), '-c', join(directory, 'nginx.conf')],
    logPath: join(directory, 'nginx.log'),
    listens: listens.map(([address, port]) => ({ protocol: 'tcp' as const, address, port })),
  };
}

export function publicWeb(site: Site): ServerPlan {
  const { service, serviceExpired, serviceWrongName, control } = site.certificates;
  const on = (addresses: readonly string[], port: number): string[] => addresses.map((address) => `${address}:${port}`);
  const servers = [
    api({ listens: on([...TENANT.addresses, SERVICE_ADDRESS], 443), certificate: service }),
    api({ listens: on(STITCHER_ADDRESSES, 443), certificate: service }),
    api({ listens: on(TENANT.addresses, FACE_PORTS.expired), certificate: serviceExpired }),
    api({ listens: on(TENANT.addresses, FACE_PORTS.wrongName), certificate: serviceWrongName }),
    api({ listens: on(TENANT.addresses, FACE_PORTS.status403), certificate: service, status: 403 }),
    api({ listens: on(TENANT.addresses, FACE_PORTS.status404), certificate: service, status: 404 }),
    api({ listens: on(TENANT.addresses, FACE_PORTS.status405), certificate: service, status: 405 }),
    ...CONTROLS.https.map((one) => api({ listens: [`${one.address}:${one.port}`], certificate: control, status: 200 })),
  ];
  const listens = [
    ...TENANT.addresses,
    SERVICE_ADDRESS,
    ...STITCHER_ADDRESSES,
    ...CONTROLS.https.map((one) => one.address),
  ];
  return plan(
    site,
    'inet',
    servers,
    listens.map((address) => [address, 443]),
  );
}

/** Answers 401 like an API server that was shown no token. */
export function clusterApi(site: Site): ServerPlan {
  const server = api({ listens: [`${CORP.api}:${CLUSTER.apiPort}`], certificate: site.certificates.clusterApi });
  return plan(site, 'corp', [server], [[CORP.api, CLUSTER.apiPort]]);
}
