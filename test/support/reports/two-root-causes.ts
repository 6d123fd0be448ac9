// Two independent failures and two lesser warnings: the worst comes first, the fourth gets one line.

import type { Report } from '../../../src/model/report.ts';
import { fail, LONDON, pass, RESOLVER, report, STITCHERS, skip, stitcher, tenant, warn } from './build.ts';
import { egressFine, environmentFine, tcpFine } from './findings.ts';

export const twoRootCauses: Report = report({
  verdict: 'NotReady',
  exitCode: 3,
  headline: 'the certificate of acme.goskope.com expired, and UDP 443 is rejected on the way to every stitcher',
  metadata: { durationMs: 1_960 },
  findings: [
    ...environmentFine,
    pass('dns-path', 'dns-path', RESOLVER, '3 names by UDP, 11 ms'),
    warn('dns-path', 'dns-path', RESOLVER, 'TCP 53 times out', {
      fault: 'dns-tcp-blocked',
      severity: 'medium',
      cause:
        'Small answers arrive over UDP; TCP 53 of 10.96.0.10 does not connect in 3 s. No required name is truncated today.',
      remedy: { summary: 'Permit TCP 53 to 10.96.0.10 beside UDP 53.', commands: [] },
      evidence: [{ text: 'timed out', command: 'dig @10.96.0.10 acme.goskope.com. A +tcp' }],
    }),
    warn('dns-client', 'dns-client', null, '5 questions for each external name', {
      fault: 'dnsc-ndots-amplification',
      severity: 'low',
      cause: 'ndots 5 and 3 search suffixes turn each external name into 4 wasted questions.',
      evidence: [],
    }),
    ...tcpFine,
    fail('tls', 'tls', tenant(), 'certificate expired 3 days ago', {
      fault: 'tls-server-cert-expired',
      severity: 'critical',
      cause:
        'The certificate of acme.goskope.com at 198.51.100.10 ended on 2026-11-17T23:59:59Z. The clock of this pod agrees with the Date header within 1 s, and a control host is valid.',
      breaks: 'enrollment and every call to the tenant API.',
      remedy: { summary: 'Renew the certificate of acme.goskope.com, or ask its owner to.', commands: [] },
      evidence: [
        {
          text: 'notAfter=Nov 17 23:59:59 2026 GMT',
          command:
            'openssl s_client -connect 198.51.100.10:443 -servername acme.goskope.com </dev/null | openssl x509 -noout -enddate',
        },
      ],
    }),
    skip('http', 'http', tenant(), 'not judged: no trusted connection', { causedBy: 'tls-server-cert-expired' }),
    fail('dtls', 'udp', null, 'UDP 443 is rejected on the way to every stitcher', {
      fault: 'udp443-reject',
      severity: 'critical',
      cause:
        'ICMP "administratively prohibited" comes back for 443/UDP from all 4 addresses within 1 ms, less than their round trip of 18 ms: a device near this pod rejects it.',
      breaks: 'the tunnel. Every new Publisher pod would start, report Ready, and carry nothing.',
      remedy: { summary: 'Permit UDP 443 from this pod to 198.51.100.21-24 on the nearest firewall.', commands: [] },
      evidence: [{ text: 'Connection refused', command: 'nc -uvz 198.51.100.21 443' }],
    }),
    ...STITCHERS.map(([host, address]) =>
      fail('dtls', 'udp', stitcher(host, address), 'rejected by ICMP in 1 ms', { causedBy: 'udp443-reject' }),
    ),
    warn('mtu', 'mtu', stitcher(LONDON, '198.51.100.21'), 'interface MTU 1500, path 1420', {
      fault: 'mtu-above-path',
      severity: 'low',
      cause: 'The path to 198.51.100.21 carries 1420 bytes, the interface offers 1500; path MTU discovery works.',
    }),
    ...egressFine,
  ],
});
