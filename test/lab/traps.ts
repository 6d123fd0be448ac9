// The catalogue's healthy oddities (section 3): worlds that look odd and must not fail.

import type { World } from './world.ts';

export interface Trap {
  readonly number: number;
  readonly what: string;
  readonly apply: (world: World, variant?: string) => Promise<void>;
}

export const traps: readonly Trap[] = [];

export function trapByNumber(number: number): Trap {
  const trap = traps.find((one) => one.number === number);
  if (trap === undefined) throw new Error(`the lab has no trap ${number}`);
  return trap;
}
