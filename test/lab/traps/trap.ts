// A healthy oddity as the lab knows it.

import type { World } from '../disturbances.ts';
import type { Host } from '../layout.ts';

export interface Trap {
  /** Its number in the catalogue's section 3. */
  readonly number: number;
  readonly what: string;
  /** The first one is meant when none is named. */
  readonly variants: readonly string[];
  readonly apply: (world: World, variant: string) => Promise<void>;
  /** A shell command and what it prints when the oddity is there. */
  readonly proof: { readonly host: Host; readonly shell: string; readonly prints: RegExp };
}

export const ALWAYS = async (): Promise<void> => {};
