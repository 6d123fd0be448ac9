// Many questions to one nameserver in a given pattern.

import type { ProbeRunner } from '../model/probe-context.ts';
import { timeoutFailure } from '../net/classify.ts';
import { burst } from '../net/dns-burst.ts';

/** How long the last answer may take: four of the slowest round trips known, within these bounds. */
const GRACE_MS = { least: 500, unknown: 1_000, most: 2_000 };

export const dnsBurst: ProbeRunner<'dns-burst'> = async (probe, context, signal) => {
  const startedMs = context.now();
  const { how, transport, count, spacingMs, localPort, name, randomLabels } = probe;
  const graceMs =
    context.rttMs === null ? GRACE_MS.unknown : Math.min(GRACE_MS.most, Math.max(GRACE_MS.least, 4 * context.rttMs));
  const seen = await burst(
    {
      server: context.reroute(probe.server, transport),
      how,
      transport,
      count,
      spacingMs,
      name,
      randomLabels,
      graceMs,
      ...(localPort === undefined ? {} : { localPort }),
    },
    signal,
  );
  const lost = seen.sent - seen.answered - seen.refused;
  return {
    probe,
    startedMs,
    durationMs: context.now() - startedMs,
    attempts: seen.sent,
    failure:
      lost < seen.sent ? null : (seen.failure ?? timeoutFailure('receive', `no answer to ${seen.sent} questions`)),
    sent: seen.sent,
    answered: seen.answered,
    refused: seen.refused,
    lost,
    rttsMs: seen.rttsMs,
  };
};
