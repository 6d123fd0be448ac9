// A STUN binding request: does UDP leave and return, and which address does the other side see?

import { randomBytes } from 'node:crypto';
import type { ProbeRunner } from '../model/probe-context.ts';
import { exchange, retrySchedule } from '../net/udp-exchange.ts';
import { bindingRequest, mappedAddress } from '../parse/stun.ts';

export const stun: ProbeRunner<'stun'> = async (probe, context, signal) => {
  const startedMs = context.now();
  const transaction = randomBytes(12);
  const result = await exchange(
    {
      endpoint: context.reroute(probe, 'udp'),
      build: () => bindingRequest(transaction),
      accept: (bytes) => mappedAddress(bytes, transaction),
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
    mapped: result.value,
    rttMs: result.rttMs,
  };
};
