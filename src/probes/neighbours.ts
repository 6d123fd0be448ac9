// Is the first hop resolved on the link?

import type { ProbeRunner } from '../model/probe-context.ts';
import { readNeighbours } from '../net/neighbours.ts';

export const neighbours: ProbeRunner<'neighbours'> = async (probe, context) => {
  const startedMs = context.now();
  const found = await readNeighbours();
  return { probe, startedMs, durationMs: context.now() - startedMs, attempts: 1, failure: null, neighbours: found };
};
