// Does anybody else answer on 443/UDP? Any QUIC server answers a version it does not know.

import { randomBytes } from 'node:crypto';
import type { ProbeRunner } from '../model/probe-context.ts';
import { exchange, retrySchedule } from '../net/udp-exchange.ts';
import { offeredVersions, versionProbe } from '../parse/quic.ts';

export const quic: ProbeRunner<'quic'> = async (probe, context, signal) => {
  const startedMs = context.now();
  const destinationId = randomBytes(8);
  const sourceId = randomBytes(8);
  const result = await exchange(
    {
      endpoint: context.reroute(probe, 'udp'),
      build: () => versionProbe(destinationId, sourceId),
      accept: (bytes) => offeredVersions(bytes, destinationId, sourceId),
      scheduleMs: retrySchedule(context.rttMs),
    },
    signal,
  );
  return {
    probe,
    startedMs,
    durationMs: context.now() - startedMs,
    attempts: result.attempts,
    failure: result.failure,
    versions: result.value ?? [],
    rttMs: result.rttMs,
  };
};
