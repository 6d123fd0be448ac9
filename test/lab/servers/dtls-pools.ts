// OpenSSL and GnuTLS as DTLS servers. Each process serves one client at a time, so a stitcher is a pool of them.
// Neither falls back to smaller datagrams: OpenSSL is told its MTU, GnuTLS always fills 1300 bytes.

import { join } from 'node:path';
import { DTLS_POOLS } from '../layout.ts';
import type { ServerPlan } from '../processes.ts';
import type { Site } from './site.ts';

/** s_server subtracts 28 bytes of IP and UDP header itself. */
const OPENSSL_MTU = '1400';

export function opensslPool(site: Site): ServerPlan[] {
  const { chain, key } = site.certificates.service;
  return members('openssl', (port) => ({
    command: 'openssl',
    args: [
      's_server',
      '-dtls1_2',
      '-4',
      '-accept',
      String(port),
      '-cert',
      chain,
      '-cert_chain',
      chain,
      '-key',
      key,
      '-mtu',
      OPENSSL_MTU,
      '-quiet',
    ],
    site,
  }));
}

export function gnutlsPool(site: Site): ServerPlan[] {
  const { chain, key } = site.certificates.service;
  return members('gnutls', (port) => ({
    command: 'gnutls-serv',
    args: [
      '--udp',
      '--port',
      String(port),
      '--x509certfile',
      chain,
      '--x509keyfile',
      key,
      '--disable-client-cert',
      '--echo',
    ],
    site,
  }));
}

function members(
  pool: keyof typeof DTLS_POOLS,
  one: (port: number) => { command: string; args: string[]; site: Site },
): ServerPlan[] {
  const { firstPort, size } = DTLS_POOLS[pool];
  return Array.from({ length: size }, (_, index) => {
    const port = firstPort + index;
    const { command, args, site } = one(port);
    return {
      name: `${pool}-${port}`,
      namespace: site.namespaces.inet,
      command,
      args,
      logPath: join(site.directory, `${pool}-${port}.log`),
      listens: [{ protocol: 'udp', address: '0.0.0.0', port }],
    };
  });
}
