// Servers on 127.0.0.1 that behave as a test says, and proof that a probe leaves nothing open behind it.

import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { bindUdp, listenTcp } from '../../src/demo/loopback.ts';
import type { ProbeContext } from '../../src/model/probe-context.ts';
import type { Endpoint } from '../../src/model/target.ts';

export interface LoopbackServer {
  readonly endpoint: Endpoint;
  /** Connections that are open now, and all there ever were. TCP only. */
  open(): number;
  total(): number;
  close(): Promise<void>;
}

const running: { close(): Promise<void> }[] = [];

/** For `afterEach`: closes what the test has started. */
export async function closeAll(): Promise<void> {
  await Promise.all(running.splice(0).map((one) => one.close()));
}

export function kept<T extends { close(): Promise<void> }>(one: T): T {
  running.push(one);
  return one;
}

export function tcpServer(onConnection: (socket: Socket) => void): Promise<LoopbackServer> {
  return watched(createServer(onConnection));
}

/** Any server that listens on TCP, with its connections counted. */
export async function watched(server: Server): Promise<LoopbackServer> {
  let open = 0;
  let total = 0;
  server.on('connection', (socket: Socket) => {
    open += 1;
    total += 1;
    socket.on('error', () => {});
    socket.once('close', () => {
      open -= 1;
    });
  });
  const { endpoint, close } = await listenTcp(server);
  return kept({ endpoint, close, open: () => open, total: () => total });
}

export interface UdpServer {
  readonly endpoint: Endpoint;
  readonly received: readonly Buffer[];
  close(): Promise<void>;
}

/** `reply` sends back to whoever asked. `number` counts from 1. */
export async function udpServer(
  onMessage: (datagram: Buffer, reply: (answer: Buffer) => void, number: number) => void,
): Promise<UdpServer> {
  const received: Buffer[] = [];
  const server = await bindUdp((datagram, from) => {
    received.push(datagram);
    onMessage(datagram, (answer) => server.socket.send(answer, from.port, from.address), received.length);
  });
  return kept({ endpoint: server.endpoint, received, close: server.close });
}

export function contextOf(over: Partial<ProbeContext> = {}): ProbeContext {
  return {
    now: () => performance.now(),
    reroute: (endpoint) => endpoint,
    expectCa: [],
    psk: null,
    rttMs: null,
    ...over,
  };
}

/** Network handles of this process. Timers are not counted: the test runner has its own. */
function handles(): number {
  return process.getActiveResourcesInfo().filter((one) => /^(TCPSocketWrap|UDPWrap|TLSWrap|ConnectWrap)/.test(one))
    .length;
}

/**
 * Runs a probe and waits until it has let go of everything: no socket of ours is left, no connection is open at the servers.
 * Fails when that has not come about within a second.
 */
export async function releasing<T>(work: () => Promise<T>, ...servers: readonly LoopbackServer[]): Promise<T> {
  const before = handles();
  const result = await work();
  const leaked = () => handles() > before || servers.some((one) => one.open() > 0);
  for (let tries = 0; leaked() && tries < 50; tries += 1) await sleep(20);
  if (leaked())
    throw new Error(`left open: ${handles() - before} handles, ${servers.map((one) => one.open()).join()} connections`);
  return result;
}
