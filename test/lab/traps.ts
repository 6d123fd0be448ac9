// The catalogue's healthy oddities (section 3): worlds that look odd and must not fail. Each says how to see that it is really there.

import { DNS_TRAPS } from './traps/dns.ts';
import { DTLS_TRAPS } from './traps/dtls.ts';
import { PATH_TRAPS } from './traps/path.ts';
import { POD_TRAPS } from './traps/pod.ts';
import type { Trap } from './traps/trap.ts';

export const traps: readonly Trap[] = [...DNS_TRAPS, ...POD_TRAPS, ...DTLS_TRAPS, ...PATH_TRAPS].toSorted(
  (a, b) => a.number - b.number,
);

/** Traps that need no network and are tested where their rule is. */
export const UNIT_LEVEL_TRAPS: Readonly<Record<number, string>> = {
  17: 'no DTLS server in Debian 12 starts without a cookie, speaks DTLS 1.3 or puts 1.0 in its records at will: the message bytes are in the unit tests of the DTLS client',
};

export function trapByNumber(number: number): Trap {
  const trap = traps.find((one) => one.number === number);
  if (trap === undefined)
    throw new Error(`the lab has no trap ${number}; it has ${traps.map((one) => one.number).join(', ')}`);
  return trap;
}
