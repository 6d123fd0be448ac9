// The bench's world: the lab, with four more stitchers of two addresses each, and a wire of a given length.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Endpoint } from '../../src/model/target.ts';
import { CONTROLS, TENANT } from '../lab/layout.ts';
import { runCommand, type Server, type ServerPlan, startServer } from '../lab/processes.ts';
import { updateRecords } from '../lab/servers/bind.ts';
import type { Site } from '../lab/servers/site.ts';
import { type Lab, up } from '../lab/world.ts';

export const STITCHERS = [1, 2, 3, 4].map((number) => ({
  host: `gateway-bench${number}.gw.npa.goskope.com`,
  addresses: [`203.0.113.${29 + 2 * number}`, `203.0.113.${30 + 2 * number}`],
}));
const ADDRESSES = STITCHERS.flatMap(({ addresses }) => addresses);

/** Long enough for a bench: the resolver answers from its cache, as one near a pod does. */
const TTL_SECONDS = 3600;

export interface BenchWorld {
  readonly lab: Lab;
  /** Command line that enters the pod. */
  readonly enter: readonly string[];
  /** The targets as a user would type them. */
  readonly flags: readonly string[];
  /** The same, and the control hosts, as a file. */
  readonly configPath: string;
  readonly caPath: string;
  readonly tenant: Endpoint;
  down(): Promise<void>;
}

export async function benchWorld(): Promise<BenchWorld> {
  const lab = await up();
  const servers: Server[] = [];
  const down = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()));
    await lab.down();
  };
  try {
    for (const address of ADDRESSES) {
      const added = await lab.exec('inet', 'ip', ['addr', 'add', `${address}/32`, 'dev', 'i0']);
      if (added.code !== 0) throw new Error(added.stderr);
    }
    await updateRecords(lab.site, [
      `delete ${TENANT.host}.`,
      ...[{ ...TENANT }, ...STITCHERS].flatMap(({ host, addresses }) =>
        addresses.map((address) => `add ${host}. ${TTL_SECONDS} A ${address}`),
      ),
    ]);
    // The lab's own start asked for the tenant already, with a shorter time to live.
    await runCommand('unbound-control', [
      '-c',
      join(lab.directory, 'unbound', 'unbound.conf'),
      'flush_zone',
      'goskope.com',
    ]);
    servers.push(startServer(dtlsServer(lab.site)), startServer(webServer(lab.site)));
    await Promise.all(servers.map((server) => server.ready()));
    return {
      lab,
      enter: ['ip', 'netns', 'exec', lab.site.namespaces.pod],
      flags: [
        ...['--tenant', TENANT.name, '--stitcher', STITCHERS.map(({ host }) => host).join(',')],
        ...['--expect-ca', lab.site.certificates.root],
      ],
      configPath: writeConfig(lab.site),
      caPath: lab.site.certificates.root,
      tenant: { address: TENANT.addresses[0] ?? '', port: 443 },
      down,
    };
  } catch (error) {
    await down();
    throw error;
  }
}

function writeConfig(site: Site): string {
  const path = join(site.directory, 'bench.yaml');
  const spec = {
    tenant: TENANT.name,
    stitchers: STITCHERS.map(({ host }) => host),
    expectCa: [site.certificates.root],
    controls: { https: CONTROLS.https, stun: CONTROLS.stun, quic: CONTROLS.quic },
  };
  const config = { apiVersion: 'net-preflight.dev/v1alpha1', kind: 'PreflightConfig', spec };
  writeFileSync(path, stringify(config), { mode: 0o644 });
  return path;
}

/** coturn serves many DTLS clients at once; OpenSSL's and GnuTLS's servers one at a time. */
function dtlsServer(site: Site): ServerPlan {
  const directory = join(site.directory, 'bench-coturn');
  mkdirSync(directory, { recursive: true });
  const { chain, key } = site.certificates.service;
  const lines = [
    ...ADDRESSES.map((address) => `listening-ip=${address}`),
    `relay-ip=${ADDRESSES[0]}`,
    // Another port than the lab's own coturn has for STUN.
    'listening-port=3479',
    'tls-listening-port=443',
    `cert=${chain}`,
    `pkey=${key}`,
    ...['no-tls', 'no-tcp', 'no-cli', 'stun-only', 'relay-threads=1', 'no-stdout-log', 'simple-log', 'realm=bench'],
    `userdb=${directory}/turndb`,
    `pidfile=${directory}/turnserver.pid`,
    `log-file=${directory}/turn.log`,
  ];
  writeFileSync(join(directory, 'turnserver.conf'), `${lines.join('\n')}\n`);
  return {
    name: 'bench-turnserver',
    namespace: site.namespaces.inet,
    command: 'turnserver',
    args: ['-c', join(directory, 'turnserver.conf')],
    logPath: join(directory, 'stdout.log'),
    listens: ADDRESSES.map((address) => ({ protocol: 'udp' as const, address, port: 443 })),
  };
}

/** 443/TCP of the stitchers. */
function webServer(site: Site): ServerPlan {
  const directory = join(site.directory, 'bench-nginx');
  mkdirSync(directory, { recursive: true });
  const { chain, key } = site.certificates.service;
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${directory}/${kind};`,
  );
  const text = `daemon off;
user root;
worker_processes 1;
pid ${directory}/nginx.pid;
events { worker_connections 1024; }
http {
access_log off;
${temporary.join('\n')}
server {
${ADDRESSES.map((address) => `listen ${address}:443 ssl;`).join('\n')}
ssl_certificate ${chain};
ssl_certificate_key ${key};
location / { return 404; }
}
}
`;
  writeFileSync(join(directory, 'nginx.conf'), text);
  return {
    name: 'bench-nginx',
    namespace: site.namespaces.inet,
    command: 'nginx',
    args: ['-e', join(directory, 'error.log'), '-c', join(directory, 'nginx.conf')],
    logPath: join(directory, 'nginx.log'),
    listens: ADDRESSES.map((address) => ({ protocol: 'tcp' as const, address, port: 443 })),
  };
}
