// Hand-made: a UDP server far away. Each datagram reaches the real server, and its answer the client, a fixed time later.
// Started as a program: address, port, the real server's address and port, milliseconds each way.

import { createSocket, type Socket } from 'node:dgram';
import { join } from 'node:path';
import type { ServerPlan } from '../processes.ts';
import type { Site } from './site.ts';

export interface FarServer {
  readonly address: string;
  readonly port: number;
  readonly real: { readonly address: string; readonly port: number };
  readonly oneWayMs: number;
}

export function farProxy(site: Site, far: FarServer): ServerPlan {
  const { address, port, real, oneWayMs } = far;
  return {
    name: 'far-proxy',
    namespace: site.namespaces.inet,
    command: process.execPath,
    args: [import.meta.filename, address, String(port), real.address, String(real.port), String(oneWayMs)],
    logPath: join(site.directory, 'far-proxy.log'),
    listens: [{ protocol: 'udp', address, port }],
  };
}

function serve(address: string, port: number, realAddress: string, realPort: number, oneWayMs: number): void {
  const listening = createSocket('udp4');
  const clients = new Map<string, Socket>();
  listening.on('message', (datagram, client) => {
    const key = `${client.address}:${client.port}`;
    const known = clients.get(key);
    const upstream = known ?? createSocket('udp4');
    if (!known) {
      clients.set(key, upstream);
      upstream.on('error', () => {});
      upstream.on('message', (answer) => {
        setTimeout(() => listening.send(answer, client.port, client.address), oneWayMs);
      });
    }
    setTimeout(() => upstream.send(datagram, realPort, realAddress), oneWayMs);
  });
  listening.bind(port, address);
}

if (process.argv[1] === import.meta.filename) {
  const [address = '', port = '', realAddress = '', realPort = '', oneWayMs = ''] = process.argv.slice(2);
  serve(address, Number(port), realAddress, Number(realPort), Number(oneWayMs));
}
