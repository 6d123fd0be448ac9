// Starting programs and waiting for them: commands that end, servers that stay, and how to ask whether one listens.

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly cwd?: string;
}

/** Runs a command to its end. A non-zero exit is a result, not an exception; a program that is missing throws. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(options.env === undefined ? {} : { env: { ...options.env } }),
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs, killSignal: 'SIGKILL' }),
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({ code, stdout: Buffer.concat(out).toString('utf8'), stderr: Buffer.concat(err).toString('utf8') }),
    );
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
  });
}

/** As runCommand, for commands that have to work: throws with what the program said. */
export async function mustRun(command: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const result = await runCommand(command, args, options);
  if (result.code !== 0) {
    throw new Error(
      `${command} ${args.join(' ')} ended with ${result.code}: ${result.stderr.trim() || result.stdout.trim()}`,
    );
  }
  return result.stdout;
}

/** Field 22 of /proc/<pid>/stat: start time in clock ticks since boot. With the pid it names a process for good. */
export function startTicks(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command in parentheses may hold spaces and parentheses, so count from the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

export interface Listening {
  readonly protocol: 'udp' | 'tcp';
  readonly address: string;
  readonly port: number;
  /** UDP: the socket is connected to one peer, which the kernel shows as another state. */
  readonly connected?: boolean;
}

export interface ServerPlan {
  readonly name: string;
  readonly namespace: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly logPath: string;
  /** The server is ready when all of these are bound. */
  readonly listens: readonly Listening[];
  readonly env?: Readonly<Record<string, string>>;
  /** For a server that takes its time over SIGTERM. */
  readonly stopSignal?: 'SIGTERM' | 'SIGKILL';
}

export interface Server {
  readonly name: string;
  readonly pid: number;
  readonly namespace: string;
  stop(): Promise<void>;
  ready(): Promise<void>;
}

const READY_WITHIN_MS = 20_000;
const POLL_MS = 15;
const STOP_WITHIN_MS = 1_500;

/** Starts a server inside a namespace. `ip netns exec` becomes the program, so the pid is the server's own. */
export function startServer(plan: ServerPlan): Server {
  const log = openSync(plan.logPath, 'a');
  // stdin stays an open pipe: `openssl s_server` ends when its terminal does.
  const child = spawn('ip', ['netns', 'exec', plan.namespace, plan.command, ...plan.args], {
    stdio: ['pipe', log, log],
    env: { PATH: process.env.PATH ?? '', LANG: 'C', ...plan.env },
  });
  closeSync(log);
  child.on('error', () => {});
  child.stdin?.on('error', () => {});
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  return {
    name: plan.name,
    pid: child.pid ?? 0,
    namespace: plan.namespace,
    stop: () => stopChild(child, ended, plan.stopSignal ?? 'SIGTERM'),
    ready: () => waitUntilListening(plan, child),
  };
}

async function stopChild(child: ChildProcess, ended: Promise<void>, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  child.kill(signal);
  const inTime = await Promise.race([ended.then(() => true), sleep(STOP_WITHIN_MS, false, { ref: false })]);
  if (!inTime) {
    child.kill('SIGKILL');
    await ended;
  }
}

async function waitUntilListening(plan: ServerPlan, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`${plan.name} ended at once: ${tail(plan.logPath)}`);
    if (child.pid !== undefined && plan.listens.every((one) => isListening(child.pid ?? 0, one))) return;
    if (Date.now() > deadline)
      throw new Error(`${plan.name} does not listen after ${READY_WITHIN_MS} ms: ${tail(plan.logPath)}`);
    await sleep(POLL_MS);
  }
}

/** /proc/<pid>/net shows the sockets of that process's namespace. Addresses are little-endian hex there. */
export function isListening(pid: number, wanted: Listening): boolean {
  const local = `${hexAddress(wanted.address)}:${wanted.port.toString(16).toUpperCase().padStart(4, '0')}`;
  // include/net/tcp_states.h: 0A is LISTEN, a bound UDP socket is 07 (CLOSE), a connected one 01 (ESTABLISHED).
  const state = wanted.protocol === 'tcp' ? '0A' : wanted.connected === true ? '01' : '07';
  for (const line of socketLines(pid, wanted.protocol)) {
    const fields = line.trim().split(/\s+/);
    if (fields[1] === local && fields[3] === state) return true;
  }
  return wanted.address === '0.0.0.0' && isListeningOnIpv6Any(pid, wanted, state);
}

function isListeningOnIpv6Any(pid: number, wanted: Listening, state: string): boolean {
  const local = `${'0'.repeat(32)}:${wanted.port.toString(16).toUpperCase().padStart(4, '0')}`;
  return socketLines(pid, `${wanted.protocol}6`).some((line) => {
    const fields = line.trim().split(/\s+/);
    return fields[1] === local && fields[3] === state;
  });
}

function socketLines(pid: number, table: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/net/${table}`, 'utf8').split('\n').slice(1);
  } catch {
    return [];
  }
}

function hexAddress(address: string): string {
  return address
    .split('.')
    .reverse()
    .map((octet) => Number(octet).toString(16).toUpperCase().padStart(2, '0'))
    .join('');
}

function tail(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim().split('\n').slice(-5).join(' | ').slice(-800);
  } catch {
    return '(no log)';
  }
}

/** Asks until the answer is yes. Used where listening is not enough, such as zones that are still loading. */
export async function untilTrue(what: string, ask: () => Promise<boolean>, withinMs = READY_WITHIN_MS): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await ask())) {
    if (Date.now() > deadline) throw new Error(`lab: ${what} did not happen within ${withinMs} ms`);
    await sleep(POLL_MS);
  }
}
