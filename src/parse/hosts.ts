// hosts(5): addresses and their names.

import type { HostsEntry } from '../model/fact.ts';

const MAX_LINES = 10_000;

/** Never throws; lines without a name are left out. Names in lower case. */
export function parseHosts(text: string): HostsEntry[] {
  const entries: HostsEntry[] = [];
  for (const raw of text.split('\n').slice(0, MAX_LINES)) {
    const [address, ...names] = raw.replace(/#.*/, '').trim().split(/\s+/);
    if (address && names.length > 0) entries.push({ address, names: names.map((name) => name.toLowerCase()) });
  }
  return entries;
}
