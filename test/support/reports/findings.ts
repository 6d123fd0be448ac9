// The findings that many scenarios share: what each check says when all is well.

import type { Finding } from '../../../src/model/finding.ts';
import { pass, RESOLVER, STITCHERS, stitcher, TENANT_ADDRESS, TENANT_HOST, tenant } from './build.ts';

export const environmentFine: readonly Finding[] = [
  pass('environment', 'environment', null, 'pod network, 1 nameserver (10.96.0.10), ndots 5, no proxy'),
];

export const dnsFine: readonly Finding[] = [
  pass('dns', 'dns-path', RESOLVER, '3 names by UDP and TCP, 11 ms', {
    evidence: [{ text: 'NOERROR, 1 address', command: `dig @10.96.0.10 ${TENANT_HOST}. A` }],
  }),
];

export const tcpFine: readonly Finding[] = [
  pass('tcp', 'tcp', tenant(), 'connects in 12 ms'),
  ...STITCHERS.map(([host, address], i) =>
    pass('tcp', 'tcp', stitcher(host, address, 'tcp'), `connects in ${18 + i} ms`),
  ),
];

export const tlsFine: readonly Finding[] = [
  pass('tls', 'tls', tenant(), 'TLSv1.3, *.goskope.com, 63 days left', {
    evidence: [
      {
        text: 'Verify return code: 0 (ok)',
        command: `openssl s_client -connect ${TENANT_ADDRESS}:443 -servername ${TENANT_HOST}`,
      },
    ],
  }),
];

export const httpFine: readonly Finding[] = [pass('http', 'http', tenant(), 'tenant API answers 401 (no token given)')];

export const dtlsFine: readonly Finding[] = STITCHERS.map(([host, address], i) =>
  pass('dtls', 'udp', stitcher(host, address), `identity proven, ${19 + i} ms`),
);

export const egressFine: readonly Finding[] = [pass('egress', 'egress', null, '203.0.113.7')];
