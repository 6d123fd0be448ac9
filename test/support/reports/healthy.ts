// Everything works; nothing to say.

import type { Report } from '../../../src/model/report.ts';
import type { Target } from '../../../src/model/target.ts';
import { FRANKFURT, LONDON, report, STITCHERS, TENANT_ADDRESS, TENANT_HOST } from './build.ts';
import { dnsFine, dtlsFine, egressFine, environmentFine, httpFine, tcpFine, tlsFine } from './findings.ts';
import { certificate, dnsSeen, dtlsAnswered, httpsSeen, stunSeen, tcpSeen } from './observations.ts';

function target(host: string, protocol: Target['protocol'], role: Target['role']): Target {
  return { host, port: 443, protocol, role, requirement: 'required', addressPolicy: 'any' };
}

export const healthy: Report = report({
  verdict: 'Ready',
  exitCode: 0,
  headline: 'acme.goskope.com and 2 stitchers are reachable from this pod',
  findings: [...environmentFine, ...dnsFine, ...tcpFine, ...tlsFine, ...httpFine, ...dtlsFine, ...egressFine],
  settings: {
    depth: 'standard',
    profile: 'netskope-publisher',
    targets: [
      target(TENANT_HOST, 'https', 'tenant'),
      target(LONDON, 'dtls', 'stitcher'),
      target(FRANKFURT, 'dtls', 'stitcher'),
    ],
    resolvers: null,
    systemLookup: true,
    clusterDomain: null,
    dnsSidecar: false,
    controls: { https: [], stun: [{ host: 'stun.example.net', address: '203.0.113.200', port: 3478 }], quic: [] },
    waivers: [],
    timeoutMs: 30_000,
    failOn: 'fail',
    onInconclusive: 'block',
    expectedCas: 0,
  },
  observations: [
    dnsSeen(TENANT_HOST, TENANT_ADDRESS, { startedMs: 2, durationMs: 11 }),
    dnsSeen(TENANT_HOST, TENANT_ADDRESS, { startedMs: 2, durationMs: 14 }, 'tcp'),
    httpsSeen({ startedMs: 15, durationMs: 44 }, certificate('*.goskope.com', 'CN=DigiCert Global G2 TLS RSA SHA256')),
    ...STITCHERS.map(([, address], i) => tcpSeen(address, { startedMs: 16 + i, durationMs: 18 + i })),
    ...STITCHERS.map(([host, address], i) =>
      dtlsAnswered(host, address, { startedMs: 17 + i, durationMs: 38, attempts: i === 2 ? 2 : 1 }),
    ),
    stunSeen({ startedMs: 20, durationMs: 22 }),
  ],
});
