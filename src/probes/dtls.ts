// Does a DTLS server answer here, with its whole flight, a certificate that is good, and the key to it?

import { randomBytes } from 'node:crypto';
import type { CertificateJudgement } from '../model/observation.ts';
import type { DtlsProbe } from '../model/probe.ts';
import type { ProbeContext, ProbeRunner } from '../model/probe-context.ts';
import { converse } from '../net/dtls.ts';
import { firstFlight } from '../net/dtls-machine.ts';
import { sameTuple } from '../net/dtls-same-tuple.ts';
import type { Machine, Seen } from '../net/dtls-seen.ts';
import { anchorLookup } from '../net/trust.ts';
import { judgeChain } from '../parse/certificate-chain.ts';
import { readCertificate } from '../parse/certificate-read.ts';
import { parseKeyExchange, provesKey } from '../parse/dtls-key-exchange.ts';
import { keyExchangeOf, suiteName, versionName } from '../parse/dtls-messages.ts';
import { describeError, type Judged, outcomeOf } from './dtls-outcome.ts';

/**
 * Nothing DTLS-like for so long is called no answer. Three hellos have had at least 1.4 s each by then, which is two round trips
 * over a satellite; a server that answers later than that is of no use to a tunnel.
 */
const SILENCE_MS = 2500;
/**
 * A server whose large datagrams are lost falls back to small ones after 5.0 s (Mbed TLS) or 7.1 s (OpenSSL). Giving up earlier
 * would call a slow path a dead one.
 */
const FLIGHT_MS = 9500;
/** Controls are asked while somebody waits; their healthy answer is one or two round trips away. */
const CONTROL_MS = 1900;
const SOCKETS = 3;
const RANDOM_BYTES = 32;

export const dtls: ProbeRunner<'dtls'> = async (probe, context, signal) => {
  const startedMs = context.now();
  const machine = machineFor(probe, context);
  await converse(context.reroute({ address: probe.address, port: probe.port }, 'udp'), machine, context.now, signal);
  const { seen } = machine;
  const durationMs = context.now() - startedMs;
  const judged = judge(seen, probe.host, context.expectCa);
  return {
    probe,
    startedMs,
    durationMs,
    attempts: seen.hellos,
    ...outcomeOf(seen, probe.variant, judged),
    rttMs: seen.rttMs,
    sent: { datagrams: seen.datagramsSent, sockets: seen.sockets },
    received: { ...seen.received },
    helloVerify: seen.helloVerify,
    version: seen.serverHello ? versionName(seen.serverHello.version) : null,
    suite: seen.serverHello ? suiteName(seen.serverHello.suite) : null,
    alert: seen.alert,
    ...judged,
    clientCertificateRequested: seen.clientCertificateRequested,
    missing: seen.missing,
    errors: seen.errors.map(describeError),
    answered: seen.answered,
  };
};

function machineFor(probe: DtlsProbe, { rttMs }: ProbeContext): Machine {
  const { host, variant } = probe;
  if (variant === 'sameTuple') return sameTuple({ host, random: randomBytes(RANDOM_BYTES), rttMs });
  const patience =
    variant === 'full'
      ? { silenceMs: SILENCE_MS, flightMs: FLIGHT_MS, limitMs: SILENCE_MS + FLIGHT_MS }
      : { silenceMs: CONTROL_MS, flightMs: CONTROL_MS, limitMs: CONTROL_MS };
  const randoms = Array.from({ length: SOCKETS }, () => randomBytes(RANDOM_BYTES));
  return firstFlight({ host, variant, randoms, rttMs, ...patience });
}

// A certificate is judged even when the rest of the flight is missing: it is evidence.
function judge(seen: Seen, host: string, expectCa: readonly string[]): Judged {
  if (!seen.chain) return { certificate: null, keyProven: null };
  const certificate: CertificateJudgement = judgeChain(seen.chain, host, anchorLookup(expectCa), new Date());
  return { certificate, keyProven: proveKey(seen) };
}

// null when the suite has nothing to prove it with (static RSA); false also for a ServerKeyExchange that makes no sense.
function proveKey({ chain, serverHello, keyExchange, clientRandom }: Seen): boolean | null {
  if (!chain?.[0] || !serverHello || !clientRandom) return null;
  const exchange = keyExchangeOf(serverHello.suite);
  if (!keyExchange || (exchange !== 'ecdhe' && exchange !== 'dhe')) return null;
  const leaf = readCertificate(chain[0]);
  const parsed = parseKeyExchange(keyExchange, exchange, serverHello.version);
  return leaf !== null && parsed !== null && provesKey(parsed, clientRandom, serverHello.random, leaf);
}
