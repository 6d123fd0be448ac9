// One question to one nameserver.

import { randomBytes } from 'node:crypto';
import type { Failure } from '../model/failure.ts';
import type { ProbeRunner } from '../model/probe-context.ts';
import { failureOf } from '../net/classify.ts';
import { askTcp, askUdp } from '../net/dns.ts';
import { retrySchedule } from '../net/udp-exchange.ts';

export const dns: ProbeRunner<'dns'> = async (probe, context, signal) => {
  const startedMs = context.now();
  const { name, type, checkingDisabled, ednsBytes, randomLabel } = probe;
  const question = {
    server: context.reroute(probe.server, probe.transport),
    name: randomLabel === undefined ? name : `${randomBytes(8).toString('hex')}.${name === '.' ? '' : name}`,
    type,
    ...(checkingDisabled ? { checkingDisabled } : {}),
    ...(ednsBytes === undefined ? {} : { ednsBytes }),
  };
  const reply =
    probe.transport === 'udp'
      ? await askUdp(question, retrySchedule(context.rttMs), signal)
      : await askTcp(question, signal);
  const answer = reply.answer;
  return {
    probe,
    startedMs,
    durationMs: context.now() - startedMs,
    attempts: reply.attempts,
    failure: reply.failure ?? (answer ? rcodeFailure(answer.rcode) : null),
    rcode: answer?.rcode ?? null,
    flags: answer?.flags ?? [],
    answers: answer?.answers ?? [],
    authority: answer?.authority ?? [],
    ...(answer && answer.additional.length > 0 ? { additional: answer.additional } : {}),
    rttMs: reply.rttMs,
    sizeBytes: reply.sizeBytes,
    extendedErrors: answer?.extendedErrors ?? [],
  };
};

// NOERROR without answers (NODATA) is an answer, not a failure.
function rcodeFailure(rcode: string): Failure | null {
  switch (rcode) {
    case 'NOERROR':
      return null;
    case 'NXDOMAIN':
      return failureOf('dns_nxdomain_error', 'resolve', rcode);
    case 'SERVFAIL':
      return failureOf('dns_servfail_error', 'resolve', rcode);
    case 'REFUSED':
      return failureOf('dns_refused_error', 'resolve', rcode);
    default:
      return failureOf('dns_server_misbehaving', 'resolve', rcode);
  }
}
