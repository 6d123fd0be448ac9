// Forty stitchers, of which thirty-seven are silent, one refuses and two answer: the table must stay readable.

import type { Report } from '../../../src/model/report.ts';
import { fail, pass, report, stitcher, warn } from './build.ts';
import { dnsFine, egressFine, environmentFine, httpFine, tlsFine } from './findings.ts';

const sites = Array.from({ length: 40 }, (_, i) => ({
  host: `gateway-site${String(i + 1).padStart(2, '0')}.gw.npa.goskope.com`,
  addresses: [`203.0.113.${i * 2 + 20}`, `203.0.113.${i * 2 + 21}`],
}));
const silent = sites.slice(2, 39);

export const manyTargets: Report = report({
  verdict: 'NotReady',
  exitCode: 3,
  headline: '74 of 80 stitcher addresses do not answer on UDP 443',
  metadata: { durationMs: 9_870 },
  findings: [
    ...environmentFine,
    ...dnsFine,
    ...sites.flatMap(({ host, addresses }, i) =>
      addresses.map((address) => pass('tcp', 'tcp', stitcher(host, address, 'tcp'), `connects in ${12 + i} ms`)),
    ),
    ...tlsFine,
    ...httpFine,
    fail('dtls', 'udp', null, '74 of 80 stitcher addresses do not answer on UDP 443', {
      fault: 'udp443-dest-specific',
      cause:
        'UDP 443 passes to 203.0.113.20-23 and to a QUIC control host, but not to 203.0.113.24-97: a rule by destination.',
      breaks: 'the tunnel, unless a Publisher happens to be given gateway-site01 or gateway-site02.',
      remedy: { summary: 'Permit UDP 443 to 203.0.113.20-99, not only to the first two sites.', commands: [] },
      evidence: [
        { text: 'no answer in 3 s', command: 'openssl s_client -dtls1_2 -connect 203.0.113.24:443' },
        { text: 'certificate arrives', command: 'openssl s_client -dtls1_2 -connect 203.0.113.20:443' },
      ],
    }),
    ...sites
      .slice(0, 2)
      .flatMap(({ host, addresses }, i) =>
        addresses.map((address) => pass('dtls', 'udp', stitcher(host, address), `identity proven, ${18 + i} ms`)),
      ),
    ...silent.flatMap(({ host, addresses }) =>
      addresses.map((address) =>
        fail('dtls', 'udp', stitcher(host, address), 'no answer', { causedBy: 'udp443-dest-specific' }),
      ),
    ),
    ...sites.slice(39).flatMap(({ host, addresses }) =>
      addresses.map((address) =>
        warn('dtls', 'udp', stitcher(host, address), 'port closed (ICMP) after 41 ms', {
          fault: 'dtls-stitcher-silent',
          cause: `${host} refuses 443/UDP by ICMP while others answer.`,
        }),
      ),
    ),
    ...egressFine,
  ],
});
