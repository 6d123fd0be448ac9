// One question to one nameserver.

import { randomBytes } from 'node:crypto';
import type { Failure } from '../model/failure.ts';
import type { DnsProbe } from '../model/probe.ts';
import type { ProbeRunner } from '../model/probe-context.ts';
import type { Endpoint } from '../model/target.ts';
import { failureOf } from '../net/classify.ts';
import { askTcp, askUdp, type DnsQuestion, type DnsReply } from '../net/dns.ts';
import { askAnySource } from '../net/dns-any-source.ts';
import { retrySchedule } from '../net/udp-exchange.ts';

export const dns: ProbeRunner<'dns'> = async (probe, context, signal) => {
  const startedMs = context.now();
  const { name, type, checkingDisabled, ednsBytes, randomLabel, dnssecOk } = probe;
  const question = {
    server: context.reroute(probe.server, probe.transport),
    name: randomLabel === undefined ? name : `${randomBytes(8).toString('hex')}.${name === '.' ? '' : name}`,
    type,
    ...(checkingDisabled ? { checkingDisabled } : {}),
    ...(dnssecOk ? { dnssecOk } : {}),
    ...(ednsBytes === undefined ? {} : { ednsBytes }),
  };
  const reply = await ask(probe, question, context.rttMs, signal);
  const answer = reply.answer;
  return {
    probe,
    startedMs,
    durationMs: context.now() - startedMs,
    attempts: reply.attempts,
    ...(reply.answeredTry === undefined ? {} : { answeredTry: reply.answeredTry }),
    failure: reply.failure ?? (answer ? rcodeFailure(answer.rcode) : null),
    rcode: answer?.rcode ?? null,
    flags: answer?.flags ?? [],
    answers: answer?.answers ?? [],
    authority: answer?.authority ?? [],
    ...(answer && answer.additional.length > 0 ? { additional: answer.additional } : {}),
    rttMs: reply.rttMs,
    sizeBytes: reply.sizeBytes,
    extendedErrors: answer?.extendedErrors ?? [],
    ...(reply.source ? { source: asNamed(reply.source, question.server, probe.server) } : {}),
  };
};

function ask(
  probe: DnsProbe,
  question: DnsQuestion,
  rttMs: number | null,
  signal: AbortSignal,
): Promise<DnsReply & { readonly source?: Endpoint | null }> {
  if (probe.transport === 'tcp') return askTcp(question, signal);
  return probe.anySource
    ? askAnySource(question, retrySchedule(rttMs), signal)
    : askUdp(question, schedule(rttMs), signal);
}

// A lossy path eats three tries of a question now and then; libc would ask once more after 5 s.
function schedule(rttMs: number | null): number[] {
  const first = retrySchedule(rttMs);
  return [...first, ...LATE_TRIES_MS.filter((at) => at > (first.at(-1) ?? 0) + 500)];
}

const LATE_TRIES_MS = [1_200, 2_200, 3_400];

/** Where the answer came from, in the report's words: the server's own address when it came from where the question went. */
function asNamed(source: Endpoint, sentTo: Endpoint, server: Endpoint): Endpoint {
  return source.address === sentTo.address && source.port === sentTo.port ? server : source;
}

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
