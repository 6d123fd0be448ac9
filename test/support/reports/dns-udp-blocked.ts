// The resolver cannot be asked over UDP, so nothing behind a name can be judged.

import type { Report } from '../../../src/model/report.ts';
import { fail, pass, RESOLVER, report, skip, stitcher, tenant } from './build.ts';
import { environmentFine } from './findings.ts';
import { dnsSeen, TIMEOUT } from './observations.ts';

const because = { causedBy: 'dns-udp-blocked' } as const;

export const dnsUdpBlocked: Report = report({
  verdict: 'NotReady',
  exitCode: 3,
  headline: 'UDP 53 to the resolver 10.96.0.10 is dropped, TCP 53 passes',
  metadata: { durationMs: 3_120 },
  findings: [
    ...environmentFine,
    fail('dns-path', 'dns-path', RESOLVER, 'no answer by UDP, NOERROR by TCP in 4 ms', {
      fault: 'dns-udp-blocked',
      cause:
        '10.96.0.10 answers none of 9 questions over UDP 53, of any name or size, and every one of them over TCP 53 within 4 ms. No ICMP came back, so a policy or firewall drops the datagrams.',
      breaks: 'every lookup of every container in this pod: the C library asks over UDP first.',
      remedy: {
        summary: 'Add protocol UDP to the port 53 egress rule of the NetworkPolicy that selects npa-publisher/npa-0.',
        commands: [
          'kubectl -n npa-publisher get networkpolicy -o yaml',
          'kubectl -n npa-publisher edit networkpolicy <name>',
        ],
        docs: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/',
      },
      evidence: [
        { text: 'no servers could be reached', command: 'dig @10.96.0.10 . NS' },
        { text: 'NOERROR', command: 'dig @10.96.0.10 . NS +tcp' },
      ],
    }),
    pass('dns-server', 'dns-server', RESOLVER, 'answers 3 names by TCP, 4 ms'),
    skip('tcp', 'tcp', tenant(null), 'not judged: no address', because),
    skip('tls', 'tls', tenant(null), 'not judged: no address', because),
    skip('http', 'http', tenant(null), 'not judged: no address', because),
    skip(
      'dtls',
      'udp',
      { ...stitcher('gateway-lon1.gw.npa.goskope.com', ''), address: '' },
      'not judged: no address',
      because,
    ),
    skip(
      'dtls',
      'udp',
      { ...stitcher('gateway-fra1.gw.npa.goskope.com', ''), address: '' },
      'not judged: no address',
      because,
    ),
    skip('mtu', 'mtu', null, 'not judged: no address', because),
    pass('egress', 'egress', null, '203.0.113.7 by TCP and by UDP'),
  ],
  observations: [
    dnsSeen('acme.goskope.com', null, { startedMs: 2, durationMs: 2_500, attempts: 3, failure: TIMEOUT }),
    dnsSeen('acme.goskope.com', '198.51.100.10', { startedMs: 210, durationMs: 4 }, 'tcp'),
  ],
});
