// Plain clients for the demo's servers, with no code of the agent in them: what a network engineer would see with bare sockets.

import { execFile, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { connect, isIP } from 'node:net';
import { checkServerIdentity, connect as connectTls } from 'node:tls';
import type { Endpoint } from '../../src/model/target.ts';

/** Long enough for an answer on the loopback, short enough to wait for silence. */
export const SILENCE_MS = 250;

export interface Exchange {
  readonly replies: readonly Buffer[];
  /** `ECONNREFUSED` when the port is closed. */
  readonly error: string | null;
}

/** Sends datagrams one after another on one connected socket, each after the reply to the one before (or after silence). */
export async function udpExchange(
  to: Endpoint,
  datagrams: readonly (Buffer | ((replies: readonly Buffer[]) => Buffer))[],
): Promise<Exchange> {
  const socket = createSocket('udp4');
  const replies: Buffer[] = [];
  let error: string | null = null;
  let wake = (): void => {};
  socket.on('error', (problem: NodeJS.ErrnoException) => {
    error = problem.code ?? problem.message;
    wake();
  });
  socket.on('message', (reply) => {
    replies.push(reply);
    wake();
  });
  await new Promise<void>((resolve) => socket.connect(to.port, to.address, () => resolve()));
  for (const datagram of datagrams) {
    const answered = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, SILENCE_MS);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    socket.send(typeof datagram === 'function' ? datagram(replies) : datagram);
    await answered;
  }
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return { replies, error };
}

/** The low four bits of the second flags byte, RFC 1035 section 4.1.1; null when it is no message. */
export function rcodeOf(reply: Buffer | undefined): string | null {
  if (reply === undefined || reply.length < 12) return null;
  const code = reply.readUInt8(3) & 15;
  return { 0: 'NOERROR', 2: 'SERVFAIL', 3: 'NXDOMAIN' }[code] ?? `rcode ${code}`;
}

/** `open`, `silent`, or the error code. */
export function tcpOutcome(to: Endpoint): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(to.port, to.address);
    const done = (outcome: string): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(outcome);
    };
    const timer = setTimeout(() => done('silent'), SILENCE_MS);
    socket.once('connect', () => done('open'));
    socket.once('error', (problem: NodeJS.ErrnoException) => done(problem.code ?? problem.message));
  });
}

/** Node's own verdict on a TLS server's certificate: `ok` or its code. */
export function tlsVerdict(to: Endpoint, servername: string, ca: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connectTls({
      host: to.address,
      port: to.port,
      // RFC 6066: an address is never sent as a server name.
      servername: isIP(servername) === 0 ? servername : '',
      ca: [...ca],
      checkServerIdentity: (_asked, certificate) => checkServerIdentity(servername, certificate),
    });
    const done = (verdict: string): void => {
      socket.destroy();
      resolve(verdict);
    };
    socket.once('secureConnect', () => done('ok'));
    socket.once('error', (problem: NodeJS.ErrnoException) => done(problem.code ?? problem.message));
  });
}

/** Whether a foreign client is installed; says so aloud when it is not. */
export function installed(tool: string, versionFlag: string): boolean {
  const found = spawnSync(tool, [versionFlag], { stdio: 'ignore' }).error === undefined;
  if (!found) process.stderr.write(`SKIPPED: ${tool} is not installed\n`);
  return found;
}

/** Runs a foreign client with nothing on its stdin; whatever it printed, on both streams. */
export function run(tool: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const child = execFile(tool, args, { timeout: 10_000 }, (_error, stdout, stderr) => resolve(stdout + stderr));
    child.stdin?.end();
  });
}
