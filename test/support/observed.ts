// What a probe would have seen, from a few words: every field that a test does not care about has its usual value.

import type { Failure, FailureCode, Operation } from '../../src/model/failure.ts';
import type {
  CertificateJudgement,
  DnsBurstObservation,
  DnsObservation,
  DnsRecord,
  DtlsObservation,
  DtlsOutcome,
  HttpsObservation,
  QuicObservation,
  StunObservation,
  TcpObservation,
} from '../../src/model/observation.ts';
import type {
  DnsBurstProbe,
  DnsProbe,
  DtlsProbe,
  HttpsProbe,
  QuicProbe,
  StunProbe,
  TcpProbe,
} from '../../src/model/probe.ts';
import { EGRESS } from './view.ts';

export function failed(code: FailureCode, operation: Operation = 'receive', detail: string = code): Failure {
  return { code, operation, detail };
}

export const SILENT = failed('generic_timeout_error', 'receive', 'no answer');

const QUICK = { startedMs: 5, durationMs: 3, attempts: 1, failure: null };
const SILENT_FOR = { startedMs: 5, durationMs: 5_000, attempts: 3 };

/** `answers`: addresses for NOERROR (none: NODATA), or another RCODE, or the failure of a question nobody answered. */
export function dnsSeen(
  probe: DnsProbe,
  answers: readonly string[] | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED' | Failure,
  over: Partial<DnsObservation> = {},
): DnsObservation {
  const nothing = { flags: [], answers: [], authority: [], extendedErrors: [], rttMs: null, sizeBytes: null };
  if (typeof answers === 'object' && 'code' in answers) {
    const time = answers.code === 'generic_timeout_error' ? SILENT_FOR : { ...QUICK, attempts: 2 };
    return { probe, ...time, ...nothing, rcode: null, failure: answers, ...over };
  }
  const replied = { ...QUICK, ...nothing, flags: ['rd', 'ra'] as const, rttMs: 3, sizeBytes: 80 };
  if (typeof answers === 'string') {
    const code =
      answers === 'NXDOMAIN'
        ? 'dns_nxdomain_error'
        : answers === 'SERVFAIL'
          ? 'dns_servfail_error'
          : 'dns_refused_error';
    return { probe, ...replied, rcode: answers, failure: failed(code, 'resolve', answers), ...over };
  }
  const records = answers.map((data) => ({ name: probe.name, type: probe.type, ttl: 30, data }));
  return { probe, ...replied, rcode: 'NOERROR', answers: records, ...over };
}

/** `lost`: which of the questions, by number from 0. */
export function burstSeen(probe: DnsBurstProbe, lost: readonly number[] = [], refused = 0): DnsBurstObservation {
  const rttsMs = Array.from({ length: probe.count }, (_, index) => (lost.includes(index) ? null : 3));
  const base = { probe, ...QUICK, durationMs: probe.count * probe.spacingMs, attempts: probe.count };
  const answered = probe.count - lost.length - refused;
  const failure = lost.length === probe.count ? SILENT : null;
  return { ...base, failure, sent: probe.count, answered, refused, lost: lost.length, rttsMs };
}

export function soa(zone: string): DnsRecord {
  return { name: zone, type: 'SOA', ttl: 300, data: `ns1.${zone} 1` };
}

export function tcpSeen(probe: TcpProbe, failure: Failure | null = null): TcpObservation {
  if (failure === null) return { probe, ...QUICK, localAddress: '10.244.1.10', connectMs: 3 };
  return { probe, ...QUICK, durationMs: 3_000, attempts: 2, failure, localAddress: null, connectMs: null };
}

export function certificateOf(host: string, over: Partial<CertificateJudgement> = {}): CertificateJudgement {
  return {
    chain: [
      {
        subject: `CN=${host}`,
        issuer: 'CN=Public CA',
        names: [host],
        validFrom: '2026-10-01T00:00:00.000Z',
        validTo: '2027-03-01T00:00:00.000Z',
        fingerprint256: 'AB:CD',
      },
    ],
    nameMatches: true,
    trusted: true,
    notYetValid: false,
    expired: false,
    error: null,
    ...over,
  };
}

/** The same certificate, with parts of its leaf changed. */
export function leafOf(
  host: string,
  leaf: Partial<CertificateJudgement['chain'][number]>,
  over: Partial<CertificateJudgement> = {},
): CertificateJudgement {
  const whole = certificateOf(host, over);
  return { ...whole, chain: whole.chain.map((one) => ({ ...one, ...leaf })) };
}

const DATED = 'Sat, 21 Nov 2026 12:00:00 GMT';

/** A whole answer, unless the parts say otherwise. A certificate that does not hold is the failure, as in the probe. */
export function httpsSeen(
  probe: HttpsProbe,
  parts: {
    readonly status?: number;
    readonly certificate?: CertificateJudgement;
    readonly failure?: Failure;
    readonly proxyStatus?: number;
    readonly clockOffsetMs?: number | null;
    readonly attempts?: number;
  } = {},
): HttpsObservation {
  const { failure } = parts;
  const certificate = parts.certificate ?? certificateOf(probe.host);
  const proxyStatus = parts.proxyStatus ?? (probe.proxy ? 200 : null);
  const base = {
    probe,
    ...QUICK,
    durationMs: 40,
    attempts: parts.attempts ?? 1,
    proxyStatus,
    failure: failure ?? null,
  };
  if (failure?.operation === 'connect') return { ...base, connectMs: null, proxyStatus: null, tls: null, http: null };
  if (failure?.operation === 'proxy_connect' || failure?.operation === 'tls_handshake')
    return { ...base, connectMs: 3, tls: null, http: null };
  const tls = { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', alpn: null, handshakeMs: 20, certificate };
  if (failure?.operation === 'http_request') return { ...base, connectMs: 3, tls, http: null };
  const clockOffsetMs = parts.clockOffsetMs === undefined ? -120 : parts.clockOffsetMs;
  const http = {
    status: parts.status ?? 401,
    headers: clockOffsetMs === null ? {} : { date: DATED },
    bodyStart: '{}',
    firstByteMs: 9,
    clockOffsetMs,
  };
  const verdict = judgedAs(certificate);
  return { ...base, failure: failure ?? verdict, connectMs: 3, tls, http };
}

function judgedAs(certificate: CertificateJudgement): Failure | null {
  const detail = certificate.error ?? '';
  if (!certificate.nameMatches) return failed('ssl_invalid_hostname', 'certificate', detail);
  if (!certificate.trusted) return failed('ssl_unknown_authority', 'certificate', detail);
  return certificate.expired ? failed('ssl_invalid_certificate', 'certificate', detail) : null;
}

/** A handshake that came this far. */
export function dtlsSeen(
  probe: DtlsProbe,
  outcome: DtlsOutcome = 'ok',
  over: Partial<DtlsObservation> = {},
): DtlsObservation {
  const nothing: DtlsObservation = {
    probe,
    startedMs: 5,
    durationMs: 2_500,
    attempts: 3,
    failure: SILENT,
    outcome,
    rttMs: null,
    sent: { datagrams: 3, sockets: 3 },
    received: { datagrams: 0, bytes: 0, largestBytes: 0 },
    helloVerify: null,
    version: null,
    suite: null,
    alert: null,
    certificate: null,
    keyProven: null,
    clientCertificateRequested: false,
    missing: [],
    errors: [],
    answered: [],
  };
  if (outcome === 'ok' || outcome === 'late' || outcome.startsWith('certificate-')) {
    return {
      ...nothing,
      durationMs: outcome === 'late' ? 7_400 : 9,
      attempts: 1,
      failure: null,
      rttMs: 3,
      sent: { datagrams: 2, sockets: 1 },
      received: { datagrams: 4, bytes: 3_200, largestBytes: 1_280 },
      helloVerify: { cookieBytes: 20, recordVersion: 'feff' },
      version: 'DTLSv1.2',
      suite: 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
      certificate: certificateOf(probe.host),
      keyProven: true,
      ...over,
    };
  }
  if (outcome === 'hello-verify-then-silence' || outcome === 'flight-incomplete') {
    const received = { datagrams: 1, bytes: 60, largestBytes: 60 };
    return { ...nothing, received, helloVerify: { cookieBytes: 20, recordVersion: 'feff' }, ...over };
  }
  if (outcome === 'port-unreachable' || outcome === 'prohibited') {
    const code = outcome === 'prohibited' ? 'host_unreachable' : 'connection_refused';
    return { ...nothing, durationMs: 4, failure: failed(code), errors: [`recvmsg ${code}`], ...over };
  }
  return { ...nothing, ...over };
}

/** Which of three hellos on one socket were answered. */
export function sameTupleSeen(probe: DtlsProbe, answered: readonly boolean[]): DtlsObservation {
  return dtlsSeen({ ...probe, variant: 'sameTuple' }, answered.every(Boolean) ? 'ok' : 'no-answer', { answered });
}

export function stunSeen(probe: StunProbe, failure: Failure | null = null): StunObservation {
  if (failure) return { probe, ...SILENT_FOR, failure, mapped: null, rttMs: null };
  return { probe, ...QUICK, mapped: { address: EGRESS, port: 40_112 }, rttMs: 3 };
}

export function quicSeen(probe: QuicProbe, failure: Failure | null = null): QuicObservation {
  if (failure) return { probe, ...SILENT_FOR, failure, versions: [], rttMs: null };
  return { probe, ...QUICK, versions: ['0x00000001'], rttMs: 3 };
}
