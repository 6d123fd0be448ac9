// The child process of lookup.ts: looks up what it is asked, and is ended by its parent whether it hangs or not.

import { lookup } from 'node:dns/promises';
import type { LookupAnswer, LookupOrder } from './lookup.ts';

process.on('message', ({ id, host }: LookupOrder) => {
  // Node throws at once for what no library can look up.
  Promise.resolve()
    .then(() => lookup(host, { all: true, order: 'verbatim' }))
    .then((found) => answer({ id, addresses: found.map((entry) => entry.address), error: null }))
    .catch((error: NodeJS.ErrnoException) =>
      answer({ id, addresses: [], error: { code: error.code ?? '', message: error.message } }),
    );
});

// A parent that has gone takes nothing: end with it.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));

function answer(told: LookupAnswer): void {
  process.send?.(told);
}
