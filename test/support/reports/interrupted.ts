// Ended by SIGTERM while the stitchers were still being asked.

import type { Report } from '../../../src/model/report.ts';
import { report, STITCHERS, stitcher, unknown } from './build.ts';
import { dnsFine, environmentFine, tcpFine, tlsFine } from './findings.ts';

export const interrupted: Report = report({
  verdict: 'Inconclusive',
  exitCode: 143,
  headline: '2 of 4 stitcher addresses had not answered when the run ended',
  metadata: { durationMs: 1_180, interrupted: 'SIGTERM' },
  findings: [
    ...environmentFine,
    ...dnsFine,
    ...tcpFine,
    ...tlsFine,
    ...STITCHERS.slice(0, 2).map(([host, address]) =>
      unknown('dtls', 'udp', stitcher(host, address), 'no answer yet after 1.1 s'),
    ),
  ],
});
