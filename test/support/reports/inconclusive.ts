// An init container runs before the DNS sidecar: names cannot be judged from here.

import type { Report } from '../../../src/model/report.ts';
import { HEALTHY_FACTS, pass, report, skip, stitcher, tenant, unknown } from './build.ts';

const sidecar = { host: '127.0.0.1', address: '127.0.0.1', port: 53, protocol: 'dns', role: 'resolver' } as const;
const because = { causedBy: 'dns-client' } as const;

export const inconclusive: Report = report({
  verdict: 'Inconclusive',
  exitCode: 5,
  headline: 'DNS cannot be judged here: the sidecar at 127.0.0.1:53 is not running yet',
  metadata: { durationMs: 96, depth: 'quick' },
  facts: {
    ...HEALTHY_FACTS,
    routes: { known: false, why: '/proc/net/route: permission denied' },
    resolvConf: {
      known: true,
      value: {
        path: '/etc/resolv.conf',
        nameservers: ['127.0.0.1'],
        search: [],
        ndots: 1,
        timeoutSeconds: 5,
        attempts: 2,
        options: [],
      },
    },
  },
  findings: [
    pass('environment', 'environment', null, 'pod network, DNS sidecar declared at 127.0.0.1, no proxy'),
    unknown('dns-client', 'dns-client', sidecar, 'not checkable here: 127.0.0.1:53 refuses, its sidecar starts later', {
      severity: 'medium',
      cause:
        'The only nameserver is 127.0.0.1, where the declared DNS sidecar will listen. Init containers run before it, so a refusal now says nothing about later.',
      remedy: {
        summary:
          'Run the gate after the sidecar (a native sidecar, Kubernetes 1.29 or newer), or give the upstream with --resolver.',
        commands: ['net-preflight gate --resolver 10.96.0.10:53'],
      },
      evidence: [{ text: 'connection refused', command: 'dig @127.0.0.1 acme.goskope.com. A' }],
    }),
    skip('tcp', 'tcp', tenant(null), 'not judged: no address', because),
    skip('tls', 'tls', tenant(null), 'not judged: no address', because),
    skip(
      'dtls',
      'udp',
      { ...stitcher('gateway-lon1.gw.npa.goskope.com', ''), address: '' },
      'not judged: no address',
      because,
    ),
  ],
});
