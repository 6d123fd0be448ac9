// The C library's own lookup: nsswitch, hosts file, search list. It cannot be cancelled, and a process cannot exit while
// one hangs (libuv joins its threads), so callers ask only where every nameserver is known to answer.

import { lookup as libcLookup } from 'node:dns/promises';
import type { Failure } from '../model/failure.ts';
import { classify, timeoutFailure } from './classify.ts';

export interface Lookup {
  readonly addresses: readonly string[];
  readonly failure: Failure | null;
}

/** All addresses of a host as an application would get them. Never rejects; ends early on abort. */
export function lookup(host: string, signal: AbortSignal): Promise<Lookup> {
  return new Promise((resolve) => {
    const onAbort = () =>
      resolve({ addresses: [], failure: timeoutFailure('resolve', `getaddrinfo(${host}) has not returned`) });
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    // Node throws at once for what no library can look up.
    Promise.resolve()
      .then(() => libcLookup(host, { all: true, order: 'verbatim' }))
      .then((found) => resolve({ addresses: found.map((entry) => entry.address), failure: null }))
      .catch((error: unknown) => resolve({ addresses: [], failure: classify(error, 'resolve') }))
      .finally(() => signal.removeEventListener('abort', onAbort));
  });
}
