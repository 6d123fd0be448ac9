// A whole DTLS handshake with a pre-shared key, made by node-dtls-client in a child process: that library throws out of its
// socket handler on messages that it does not know, and must not take the agent down.

import { fork } from 'node:child_process';
import type { Psk } from '../model/settings.ts';
import type { Endpoint } from '../model/target.ts';
import { childPath } from './child-path.ts';

/** What the child is told, over IPC: arguments and environment can be read by others on the host. */
export interface PskOrder extends Endpoint {
  readonly identity: string;
  readonly keyHex: string;
  readonly timeoutsMs: readonly number[];
}

/** What the child says, last message counts: one at the start of each try, one at the end. */
export type PskReport =
  | { readonly kind: 'trying'; readonly attempts: number }
  | { readonly kind: 'connected'; readonly attempts: number }
  /** `answered`: something of DTLS came from the server. */
  | { readonly kind: 'failed'; readonly attempts: number; readonly message: string; readonly answered: boolean };

export interface PskResult {
  readonly connected: boolean;
  readonly attempts: number;
  readonly answered: boolean;
  /** What went wrong, in the library's words; null when connected. */
  readonly problem: string | null;
  readonly aborted: boolean;
}

/** The library never repeats a lost datagram: so the whole handshake is tried again, with more patience each time. */
const TIMEOUTS_MS = [1000, 1500, 2500];

/** Never rejects. Owns the child: it is gone when this resolves. */
export function pskHandshake(endpoint: Endpoint, psk: Psk, signal: AbortSignal): Promise<PskResult> {
  return new Promise((resolve) => {
    let last: PskReport = { kind: 'trying', attempts: 0 };
    let startProblem: string | null = null;
    let aborted = false;
    const child = fork(childPath('dtls-psk-child'), [], {
      execPath: process.execPath,
      // Not the parent's: a debugger port or a test runner's loader would be inherited.
      execArgv: ['--max-old-space-size=64'],
      env: {},
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'json',
    });
    const onAbort = () => {
      aborted = true;
      child.kill('SIGKILL');
    };
    const finish = () => {
      signal.removeEventListener('abort', onAbort);
      resolve(resultOf(last, startProblem, aborted));
    };
    child.on('error', (error) => {
      startProblem = error.message;
      // Without a process there will be no exit event.
      if (child.pid === undefined) finish();
    });
    child.on('message', (report) => {
      if (!isReport(report)) return;
      last = report;
      if (report.kind !== 'trying') child.kill('SIGKILL');
    });
    child.once('exit', finish);
    signal.addEventListener('abort', onAbort, { once: true });
    const order: PskOrder = {
      address: endpoint.address,
      port: endpoint.port,
      identity: psk.identity,
      keyHex: psk.keyHex,
      timeoutsMs: TIMEOUTS_MS,
    };
    child.send(order, (error) => {
      if (error) startProblem ??= error.message;
    });
    if (signal.aborted) onAbort();
  });
}

function resultOf(last: PskReport, startProblem: string | null, aborted: boolean): PskResult {
  const { attempts } = last;
  if (last.kind === 'connected') return { connected: true, attempts, answered: true, problem: null, aborted: false };
  if (last.kind === 'failed') {
    return { connected: false, attempts, answered: last.answered, problem: last.message, aborted: false };
  }
  const problem = aborted
    ? 'no end of the handshake'
    : (startProblem ?? 'the DTLS library ended on an unexpected message');
  return { connected: false, attempts, answered: false, problem, aborted };
}

function isReport(value: unknown): value is PskReport {
  return typeof value === 'object' && value !== null && 'kind' in value && 'attempts' in value;
}
