// Places where nobody answers: ports that refuse, UDP that is swallowed, SYNs that are dropped. Without root or a firewall.

import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import type { Endpoint } from '../model/target.ts';
import { bindUdp, closeUdp, LOOPBACK, listenTcp, type Running } from './loopback.ts';

/** A UDP port that reads and never answers. */
export function startSilentUdp(): Promise<Running> {
  return bindUdp(() => {});
}

/**
 * A UDP port and a TCP port that refuse, kept ours so that no other program can begin to listen there meanwhile.
 * UDP: a socket connected to itself takes no datagram from anybody else, so the kernel answers with port unreachable.
 * TCP: the local end of an established connection has no listener, so the kernel answers a SYN with a reset.
 */
export async function startClosed(): Promise<Closed> {
  const udp = await closedUdp();
  const tcp = await closedTcp();
  const close = async (): Promise<void> => {
    await Promise.all([udp.close(), tcp.close()]);
  };
  return { udp: udp.endpoint, tcp: tcp.endpoint, close };
}

export interface Closed {
  readonly udp: Endpoint;
  readonly tcp: Endpoint;
  close(): Promise<void>;
}

async function closedUdp(): Promise<Running> {
  const socket = createSocket('udp4');
  socket.on('error', () => {});
  await new Promise<void>((resolve) => socket.bind(0, LOOPBACK, resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.connect(port, LOOPBACK, () => resolve()));
  return { endpoint: { address: LOOPBACK, port }, close: () => closeUdp(socket) };
}

async function closedTcp(): Promise<Running> {
  const anchor = await listenTcp(createServer());
  const holder = await connected(anchor.endpoint.port);
  const { port } = holder.address() as AddressInfo;
  const close = async (): Promise<void> => {
    holder.destroy();
    await anchor.close();
  };
  return { endpoint: { address: LOOPBACK, port }, close };
}

// Runs in a thread of its own, because Node accepts connections as soon as its event loop turns: this loop never does.
const LISTEN_AND_NEVER_ACCEPT = `
const { createServer } = require('node:net');
const { parentPort, workerData } = require('node:worker_threads');
const server = createServer();
server.listen({ port: 0, host: '${LOOPBACK}', backlog: 1 }, () => {
  parentPort.postMessage(server.address().port);
  Atomics.wait(new Int32Array(workerData), 0, 0);
});`;

/**
 * A TCP port whose SYNs vanish, as behind a firewall that drops. Its listener never accepts, and its accept queue is full:
 * Linux then drops every further SYN without a word (listen(2); tcp_abort_on_overflow concerns later packets only).
 * With a backlog of 1 the queue holds two connections.
 */
export async function startSynDrop(): Promise<Running> {
  const gate = new SharedArrayBuffer(4);
  const worker = new Worker(LISTEN_AND_NEVER_ACCEPT, { eval: true, workerData: gate, execArgv: [] });
  const port = await new Promise<number>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  const fillers = [await connected(port), await connected(port)];
  const close = async (): Promise<void> => {
    for (const filler of fillers) filler.destroy();
    await worker.terminate();
  };
  return { endpoint: { address: LOOPBACK, port }, close };
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, LOOPBACK);
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.on('error', () => {});
      resolve(socket);
    });
  });
}
