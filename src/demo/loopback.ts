// Opening and closing the demo's sockets: 127.0.0.1 only, on ports that the kernel picks (always above 1023).

import type { Socket as UdpSocket } from 'node:dgram';
import { createSocket } from 'node:dgram';
import type { AddressInfo, Server, Socket as TcpSocket } from 'node:net';
import type { Endpoint } from '../model/target.ts';

export const LOOPBACK = '127.0.0.1';

/** Something that listens, and that must be closed by whoever started it. */
export interface Running {
  readonly endpoint: Endpoint;
  close(): Promise<void>;
}

/** A bound UDP socket. A send that fails (the client has gone) is nobody's business here. */
export async function bindUdp(
  onMessage: (datagram: Buffer, from: Endpoint) => void,
): Promise<Running & { socket: UdpSocket }> {
  const socket = createSocket('udp4');
  socket.on('error', () => {});
  socket.on('message', (datagram, from) => onMessage(datagram, { address: from.address, port: from.port }));
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, LOOPBACK, () => {
      socket.off('error', reject);
      resolve();
    });
  });
  return { socket, endpoint: { address: LOOPBACK, port: socket.address().port }, close: () => closeUdp(socket) };
}

export function closeUdp(socket: UdpSocket): Promise<void> {
  return new Promise((resolve) => socket.close(() => resolve()));
}

/** Listens with a TCP server (plain, TLS, HTTP). Closing ends its open connections too. */
export async function listenTcp(server: Server): Promise<Running> {
  const open = new Set<TcpSocket>();
  // 'connection' is the raw socket, also for a TLS server.
  server.on('connection', (socket: TcpSocket) => {
    open.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, LOOPBACK, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of open) socket.destroy();
    });
  return { endpoint: { address: LOOPBACK, port }, close };
}
