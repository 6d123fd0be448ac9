// Does a TCP connection open? Nothing is sent on it.

import type { ProbeRunner } from '../model/probe-context.ts';
import { dial } from '../net/tcp.ts';

export const tcp: ProbeRunner<'tcp'> = async (probe, context, signal) => {
  const startedMs = context.now();
  const dialled = await dial(context.reroute(probe, 'tcp'), signal);
  dialled.socket?.destroy();
  return {
    probe,
    startedMs,
    durationMs: context.now() - startedMs,
    attempts: dialled.attempts,
    failure: dialled.failure,
    localAddress: dialled.localAddress,
    connectMs: dialled.connectMs,
  };
};
