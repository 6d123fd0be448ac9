// One address of four is silent: a warning, the Publisher still has three.

import type { Report } from '../../../src/model/report.ts';
import { FRANKFURT, LONDON, pass, report, stitcher, warn } from './build.ts';
import { dnsFine, egressFine, environmentFine, httpFine, tcpFine, tlsFine } from './findings.ts';

export const stitcherSilentWarning: Report = report({
  verdict: 'ReadyWithWarnings',
  exitCode: 0,
  headline: '1 of 4 stitcher addresses is silent (198.51.100.22)',
  metadata: { durationMs: 2_710 },
  findings: [
    ...environmentFine,
    ...dnsFine,
    ...tcpFine,
    ...tlsFine,
    ...httpFine,
    pass('dtls', 'udp', stitcher(LONDON, '198.51.100.21'), 'identity proven, 19 ms'),
    warn('dtls', 'udp', stitcher(LONDON, '198.51.100.22'), 'no answer to 3 hellos', {
      fault: 'dtls-stitcher-silent',
      cause:
        'gateway-lon1.gw.npa.goskope.com (198.51.100.22) answered none of 3 hellos on 443/UDP, sent from fresh ports; the other 3 addresses complete the handshake on the same path. The address or its allow-list entry is at fault, not this network.',
      breaks: 'nothing while another stitcher answers; a Publisher that is given this one waits for its next choice.',
      remedy: {
        summary:
          'Repeat in some minutes; if 198.51.100.22 stays silent, ask the network team whether the allow-list names it.',
        commands: ['net-preflight check --stitcher gateway-lon1.gw.npa.goskope.com'],
      },
      evidence: [
        { text: 'no answer in 3 s', command: 'openssl s_client -dtls1_2 -connect 198.51.100.22:443' },
        { text: 'certificate arrives', command: 'openssl s_client -dtls1_2 -connect 198.51.100.21:443' },
      ],
    }),
    pass('dtls', 'udp', stitcher(FRANKFURT, '198.51.100.23'), 'identity proven, 21 ms'),
    pass('dtls', 'udp', stitcher(FRANKFURT, '198.51.100.24'), 'identity proven, 22 ms'),
    ...egressFine,
  ],
});
