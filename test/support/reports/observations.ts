// Observations as the probes would hand them over, reduced to what a scenario wants to vary.

import type { Failure } from '../../../src/model/failure.ts';
import type {
  CertificateJudgement,
  DnsObservation,
  DtlsObservation,
  HttpsObservation,
  StunObservation,
  TcpObservation,
} from '../../../src/model/observation.ts';
import { TENANT_ADDRESS, TENANT_HOST } from './build.ts';

interface When {
  readonly startedMs: number;
  readonly durationMs: number;
  readonly attempts?: number;
  readonly failure?: Failure;
}

function seen({ startedMs, durationMs, attempts = 1, failure }: When) {
  return { startedMs, durationMs, attempts, failure: failure ?? null };
}

export function certificate(
  name: string,
  issuer: string,
  over: Partial<CertificateJudgement> = {},
): CertificateJudgement {
  return {
    chain: [
      {
        subject: `CN=${name}`,
        issuer,
        names: [name],
        validFrom: '2026-01-20T00:00:00.000Z',
        validTo: '2027-01-22T00:00:00.000Z',
        fingerprint256:
          'AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89',
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

export function dnsSeen(
  name: string,
  address: string | null,
  when: When,
  transport: 'udp' | 'tcp' = 'udp',
): DnsObservation {
  return {
    probe: { kind: 'dns', server: { address: '10.96.0.10', port: 53 }, name: `${name}.`, type: 'A', transport },
    ...seen(when),
    rcode: address === null ? null : 'NOERROR',
    flags: address === null ? [] : ['rd', 'ra'],
    answers: address === null ? [] : [{ name: `${name}.`, type: 'A', ttl: 30, data: address }],
    authority: [],
    rttMs: address === null ? null : when.durationMs,
    sizeBytes: address === null ? null : 63,
    extendedErrors: [],
  };
}

export function tcpSeen(address: string, when: When): TcpObservation {
  return {
    probe: { kind: 'tcp', address, port: 443 },
    ...seen(when),
    localAddress: '10.244.1.10',
    connectMs: when.failure ? null : when.durationMs,
  };
}

export function httpsSeen(
  when: When,
  judged: CertificateJudgement,
  headers: Readonly<Record<string, string>> = {},
): HttpsObservation {
  return {
    probe: { kind: 'https', host: TENANT_HOST, address: TENANT_ADDRESS, port: 443, path: '/api/v2/', proxy: null },
    ...seen(when),
    connectMs: 12,
    proxyStatus: null,
    tls: {
      version: 'TLSv1.3',
      cipher: 'TLS_AES_256_GCM_SHA384',
      alpn: 'http/1.1',
      handshakeMs: 21,
      certificate: judged,
    },
    http: when.failure
      ? null
      : {
          status: 401,
          headers: { server: 'nginx', 'content-type': 'application/json', ...headers },
          bodyStart: '{"status":"error","message":"Unauthorized"}',
          firstByteMs: 9,
          clockOffsetMs: -120,
        },
  };
}

export function dtlsAnswered(host: string, address: string, when: When): DtlsObservation {
  return {
    ...dtlsSilent(host, address, when),
    outcome: 'ok',
    rttMs: when.durationMs / 2,
    sent: { datagrams: 2, sockets: 1 },
    received: { datagrams: 4, bytes: 3216, largestBytes: 1280 },
    helloVerify: { cookieBytes: 20, recordVersion: 'feff' },
    version: 'DTLSv1.2',
    suite: 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
    certificate: certificate('*.gw.npa.goskope.com', 'DC=newedge, CN=New Edge Issuing CA'),
    keyProven: true,
    clientCertificateRequested: true,
  };
}

export function dtlsSilent(host: string, address: string, when: When): DtlsObservation {
  return {
    probe: { kind: 'dtls', host, address, port: 443, variant: 'full' },
    ...seen(when),
    outcome: 'no-answer',
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
}

export function stunSeen(when: When): StunObservation {
  return {
    probe: { kind: 'stun', address: '203.0.113.200', port: 3478 },
    ...seen(when),
    mapped: { address: '203.0.113.7', port: 40_112 },
    rttMs: when.durationMs,
  };
}

export const TIMEOUT: Failure = { code: 'generic_timeout_error', operation: 'receive', detail: 'no reply in 2500 ms' };
