// The C library's own lookup, beside ours.

import type { ProbeRunner } from '../model/probe-context.ts';
import { lookup as ask } from '../net/lookup.ts';

export const lookup: ProbeRunner<'lookup'> = async (probe, context, signal) => {
  const startedMs = context.now();
  const { addresses, failure } = await ask(probe.host, signal);
  return { probe, startedMs, durationMs: context.now() - startedMs, attempts: 1, failure, addresses };
};
