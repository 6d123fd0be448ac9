// hosts(5): addresses and their names.

import type { HostsEntry } from '../model/fact.ts';
import { addressClass } from './ip.ts';

const MAX_LINES = 10_000;

/** Never throws; lines without a name are left out. Names in lower case. */
export function parseHosts(text: string): HostsEntry[] {
  const entries: HostsEntry[] = [];
  for (const raw of text.split('\n').slice(0, MAX_LINES)) {
    const [address, ...names] = raw.replace(/#.*/, '').trim().split(/\s+/);
    // As libc does, a line that begins with no address is passed over.
    if (address && addressClass(address) !== null && names.length > 0)
      entries.push({ address, names: names.map((name) => name.toLowerCase()) });
  }
  return entries;
}
