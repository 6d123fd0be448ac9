// A known fault that somebody has accepted until a date: seen, named, not blocking.

import type { Report } from '../../../src/model/report.ts';
import { FRANKFURT, LONDON, pass, report, stitcher, warn } from './build.ts';
import { dnsFine, egressFine, environmentFine, httpFine, tcpFine, tlsFine } from './findings.ts';

const waived = { reason: 'Frankfurt moves to new addresses, change CHG-4711', until: '2026-12-31' };

export const waivedFault: Report = report({
  verdict: 'ReadyWithWarnings',
  exitCode: 0,
  headline: 'acme.goskope.com and 1 of 2 stitchers are reachable; 1 fault is waived',
  metadata: { durationMs: 2_690 },
  findings: [
    ...environmentFine,
    ...dnsFine,
    ...tcpFine,
    ...tlsFine,
    ...httpFine,
    pass('dtls', 'udp', stitcher(LONDON, '198.51.100.21'), 'identity proven, 19 ms'),
    pass('dtls', 'udp', stitcher(LONDON, '198.51.100.22'), 'identity proven, 20 ms'),
    ...['198.51.100.23', '198.51.100.24'].map((address) =>
      warn('dtls', 'udp', stitcher(FRANKFURT, address), 'no answer to 3 hellos', {
        fault: 'dtls-stitcher-silent',
        severity: 'high',
        cause: `${FRANKFURT} (${address}) is silent on 443/UDP while London answers.`,
        waived,
      }),
    ),
    ...egressFine,
  ],
});
