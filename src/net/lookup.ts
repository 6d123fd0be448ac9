// The C library's own lookup: nsswitch, hosts file, search list. getaddrinfo cannot be cancelled, and a process cannot exit
// while one hangs (libuv joins its threads at exit), so it is made in a child process that can be ended.

import { type ChildProcess, fork } from 'node:child_process';
import type { Failure } from '../model/failure.ts';
import { childPath } from './child-path.ts';
import { classify, failureOf, timeoutFailure } from './classify.ts';

export interface Lookup {
  readonly addresses: readonly string[];
  readonly failure: Failure | null;
}

export interface LookupOrder {
  readonly id: number;
  readonly host: string;
}

export interface LookupAnswer {
  readonly id: number;
  readonly addresses: readonly string[];
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** One child for all lookups of a run; it ends with the last of them. */
interface Asking {
  readonly child: ChildProcess;
  readonly waiting: Map<number, (answer: Lookup) => void>;
}

let asking: Asking | null = null;
let lastId = 0;

/** All addresses of a host as an application would get them. Never rejects; ends early on abort. */
export function lookup(host: string, signal: AbortSignal): Promise<Lookup> {
  const late = { addresses: [], failure: timeoutFailure('resolve', `getaddrinfo(${host}) has not returned`) };
  if (signal.aborted) return Promise.resolve(late);
  return new Promise((resolve) => {
    const current = asking ?? start();
    lastId += 1;
    const id = lastId;
    const finish = (answer: Lookup) => {
      signal.removeEventListener('abort', onAbort);
      current.waiting.delete(id);
      if (current.waiting.size === 0) stop(current);
      resolve(answer);
    };
    const onAbort = () => finish(late);
    signal.addEventListener('abort', onAbort, { once: true });
    current.waiting.set(id, finish);
    current.child.send({ id, host } satisfies LookupOrder, (error) => {
      if (error) finish({ addresses: [], failure: classify(error, 'resolve') });
    });
  });
}

function start(): Asking {
  // Nothing of ours but the variables that the C library reads; the child needs no flags of the parent.
  const child = fork(childPath('lookup-child'), [], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: [] });
  const started: Asking = { child, waiting: new Map() };
  const failAll = (detail: string) => {
    for (const finish of [...started.waiting.values()]) {
      finish({ addresses: [], failure: failureOf('unknown_failure', 'resolve', detail) });
    }
  };
  child.on('message', (answer: LookupAnswer) => {
    const { addresses, error } = answer;
    const failure = error ? classify(Object.assign(new Error(error.message), { code: error.code }), 'resolve') : null;
    started.waiting.get(answer.id)?.({ addresses, failure });
  });
  child.on('error', (error) => failAll(error.message));
  child.once('exit', () => {
    if (asking === started) asking = null;
    failAll('the process that asks the C library ended');
  });
  asking = started;
  return started;
}

function stop(ended: Asking): void {
  if (asking === ended) asking = null;
  ended.child.kill('SIGKILL');
}
