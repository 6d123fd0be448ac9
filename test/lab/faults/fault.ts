// A fault as the lab knows it: its id in the catalogue, what is done to the world, and what the check has to say.

import type { World } from '../disturbances.ts';

export interface LabFault {
  readonly id: string;
  /** What is injected, in a few words. */
  readonly how: string;
  /** The exit code of a check without flags: 3, or 0 where the fault is only a warning. */
  readonly exitCode: 0 | 3;
  /** What the root cause has to name: real addresses, files, names. */
  readonly mentions: RegExp;
  /** Of a later fault: a check names it already, so it has to stay named. */
  readonly alreadyNamed?: boolean;
  readonly inject: (world: World) => Promise<void>;
  /** What has to be done once the nodes have forgotten all flows: for faults that live in the connection table. */
  readonly afterwards?: (world: World) => Promise<void>;
}
