// A port rule swallows UDP 443: the tunnel cannot come up, everything else works.

import type { Finding } from '../../../src/model/finding.ts';
import type { Report } from '../../../src/model/report.ts';
import { fail, pass, report, STITCHERS, skip, stitcher, TENANT_ADDRESS, TENANT_HOST } from './build.ts';
import { dnsFine, environmentFine, httpFine, tcpFine, tlsFine } from './findings.ts';
import { certificate, dnsSeen, dtlsSilent, httpsSeen, stunSeen, TIMEOUT, tcpSeen } from './observations.ts';

const cause: Finding = fail('dtls', 'udp', null, 'UDP 443 is dropped on the way to every stitcher', {
  fault: 'udp443-drop',
  cause:
    'Nothing comes back from 443/UDP: 4 addresses, 3 hellos each, no ICMP. 443/TCP to the same addresses connects, and UDP 3478 is answered by stun.example.net, so UDP leaves this pod: it is a rule on the port, often "block QUIC".',
  breaks: 'the tunnel. Every new Publisher pod would start, report Ready, and carry nothing.',
  remedy: {
    summary: "Permit UDP 443 from 203.0.113.7 (this pod's egress) to 198.51.100.21-24, above any QUIC rule.",
    commands: [],
  },
  evidence: [
    { text: 'no answer in 3 s', command: 'openssl s_client -dtls1_2 -connect 198.51.100.21:443' },
    { text: 'open', command: 'nc -vz 198.51.100.21 443' },
  ],
});

export const udp443Drop: Report = report({
  verdict: 'NotReady',
  exitCode: 3,
  headline: 'UDP 443 is dropped on the way to every stitcher',
  metadata: { durationMs: 2_740 },
  findings: [
    ...environmentFine,
    ...dnsFine,
    ...tcpFine,
    ...tlsFine,
    ...httpFine,
    cause,
    ...STITCHERS.map(([host, address]) =>
      fail('dtls', 'udp', stitcher(host, address), 'no answer', { causedBy: 'udp443-drop' }),
    ),
    skip('mtu', 'mtu', null, 'not judged: nothing came back from 443/UDP', { causedBy: 'udp443-drop' }),
    pass('egress', 'egress', null, '203.0.113.7 by TCP and by UDP'),
  ],
  observations: [
    dnsSeen(TENANT_HOST, TENANT_ADDRESS, { startedMs: 2, durationMs: 11 }),
    httpsSeen({ startedMs: 15, durationMs: 44 }, certificate('*.goskope.com', 'CN=DigiCert Global G2 TLS RSA SHA256')),
    ...STITCHERS.map(([, address], i) => tcpSeen(address, { startedMs: 16 + i, durationMs: 18 + i })),
    ...STITCHERS.map(([host, address], i) =>
      dtlsSilent(host, address, { startedMs: 17 + i, durationMs: 2_500, attempts: 3, failure: TIMEOUT }),
    ),
    stunSeen({ startedMs: 260, durationMs: 22 }),
  ],
});
