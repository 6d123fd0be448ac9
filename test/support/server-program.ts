// Starts a real server program on a UDP port of 127.0.0.1 and ends it by its pid.

import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export interface RunningProgram {
  /** What it printed so far, both streams. */
  readonly output: () => string;
  stop(): Promise<void>;
}

/** Is it on PATH? Tests that need a missing program are skipped by name. */
export function hasProgram(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** A UDP port of 127.0.0.1 that nobody has bound a moment ago. */
export async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

/** Resolves when the program has bound `udpPort`; rejects with its output when it ends before or takes 10 s. */
export async function startProgram(command: string, args: readonly string[], udpPort: number): Promise<RunningProgram> {
  // An open stdin: s_server and gnutls-serv end when theirs does.
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  let failure: Error | null = null;
  child.once('error', (error) => {
    failure = error;
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output = (output + String(chunk)).slice(-20_000);
    });
  }
  for (let waitedMs = 0; !isBound(udpPort); waitedMs += 20) {
    if (failure || child.exitCode !== null || waitedMs > 10_000) {
      await stop(child);
      throw new Error(`${command} is not listening on ${udpPort}: ${failure ?? output}`);
    }
    await pause(20);
  }
  return { output: () => output, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGKILL');
  await gone;
}

// proc(5): local address and port in hex, second column.
function isBound(port: number): boolean {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return ['/proc/net/udp', '/proc/net/udp6'].some((path) =>
    new RegExp(`^\\s*\\d+: [0-9A-F]+:${hex} `, 'm').test(readFileSync(path, 'utf8')),
  );
}
