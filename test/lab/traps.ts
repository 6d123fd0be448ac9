// The catalogue's healthy oddities (section 3): worlds that look odd and must not fail. Each says how to see that it is really there.

import { DNS_TRAPS } from './traps/dns.ts';
import { DTLS_TRAPS } from './traps/dtls.ts';
import { PATH_TRAPS } from './traps/path.ts';
import { POD_TRAPS } from './traps/pod.ts';
import { RESOLVER_TRAPS } from './traps/resolver.ts';
import type { Trap } from './traps/trap.ts';

const all: readonly Trap[] = [...DNS_TRAPS, ...POD_TRAPS, ...DTLS_TRAPS, ...PATH_TRAPS, ...RESOLVER_TRAPS].toSorted(
  (a, b) => a.number - b.number,
);

/** Those of the catalogue. Numbers above 100 are the lab's own, harder ones: for trying, not required. */
export const traps: readonly Trap[] = all.filter((trap) => trap.number <= 100);

/** Traps that need no network and are tested where their rule is. */
export const UNIT_LEVEL_TRAPS: Readonly<Record<number, string>> = {
  17: 'no DTLS server in Debian 12 starts without a cookie, speaks DTLS 1.3 or puts 1.0 in its records at will: the message bytes are in the unit tests of the DTLS client',
};

export function trapByNumber(number: number): Trap {
  const trap = all.find((one) => one.number === number);
  if (trap === undefined)
    throw new Error(`the lab has no trap ${number}; it has ${all.map((one) => one.number).join(', ')}`);
  return trap;
}
