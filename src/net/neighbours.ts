// The kernel's neighbour table: proof that the first hop exists. Reads a file; sends nothing.

import { readFile } from 'node:fs/promises';
import { type Neighbour, neighbours } from '../parse/proc-net.ts';

/** Empty where there is no such table (not Linux). */
export async function readNeighbours(): Promise<Neighbour[]> {
  try {
    return neighbours(await readFile('/proc/net/arp', 'utf8'));
  } catch {
    return [];
  }
}
