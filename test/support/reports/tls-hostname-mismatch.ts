// The tenant's address belongs to somebody else: an ingress controller answers with its own certificate.

import type { Report } from '../../../src/model/report.ts';
import { fail, report, skip, tenant } from './build.ts';
import { dnsFine, dtlsFine, egressFine, environmentFine, tcpFine } from './findings.ts';
import { certificate, httpsSeen } from './observations.ts';

export const tlsHostnameMismatch: Report = report({
  verdict: 'NotReady',
  exitCode: 3,
  headline: 'acme.goskope.com answers with a certificate for another name',
  metadata: { durationMs: 380 },
  findings: [
    ...environmentFine,
    ...dnsFine,
    ...tcpFine,
    fail('tls', 'tls', tenant(), 'certificate is for ingress.local', {
      fault: 'tls-hostname-mismatch',
      cause:
        '198.51.100.10:443 presents "Kubernetes Ingress Controller Fake Certificate" for ingress.local when asked for acme.goskope.com. The name resolves alike at every nameserver, so the address itself leads to another server.',
      breaks: 'enrollment: the bootstrap script verifies the name and stops.',
      remedy: {
        summary: 'Find out who routes 198.51.100.10 to an ingress controller and let it reach the tenant.',
        commands: ['kubectl get ingress,service -A -o wide | grep 198.51.100.10'],
      },
      evidence: [
        {
          text: 'subject=CN = Kubernetes Ingress Controller Fake Certificate',
          command:
            'openssl s_client -connect 198.51.100.10:443 -servername acme.goskope.com -verify_return_error </dev/null',
        },
        { text: 'every nameserver gives 198.51.100.10 and no other address' },
      ],
    }),
    skip('http', 'http', tenant(), 'not judged: no trusted connection', { causedBy: 'tls-hostname-mismatch' }),
    ...dtlsFine,
    ...egressFine,
  ],
  observations: [
    httpsSeen(
      {
        startedMs: 15,
        durationMs: 31,
        attempts: 2,
        failure: {
          code: 'ssl_invalid_hostname',
          operation: 'tls_handshake',
          detail: "Hostname/IP does not match certificate's altnames",
        },
      },
      certificate('ingress.local', 'CN=Kubernetes Ingress Controller Fake Certificate', {
        nameMatches: false,
        trusted: false,
      }),
    ),
  ],
});
