// Everything that came from the network is out to harm the reader: nothing of it may reach a terminal, a log or a parser.

import type { Report } from '../../../src/model/report.ts';
import { fail, HEALTHY_FACTS, pass, report, tenant, unknown, warn } from './build.ts';
import { certificate, httpsSeen } from './observations.ts';

const CLEAR_SCREEN = '\x1b[2J\x1b[H\x1b[32m READY \x1b[0m';
const TITLE = '\x1b]0;owned\x07';
const LINK = '\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\';
const BIDI = 'moc.epoksog\u202e\u2066.emca\u200b\u200f';
const LONG = 'A'.repeat(10_000);
const HTML = '<script>alert("x")</script> & \' ]]>';
/** Not real: what a proxy variable with credentials looks like. */
export const PLANTED_SECRET = 'hunter2-Zq9';
const PROXY = `http://svc:${PLANTED_SECRET}@proxy.corp.example:3128`;

export const hostile: Report = report({
  verdict: 'NotReady',
  exitCode: 3,
  headline: `the proxy ${PROXY} answers\r\n${CLEAR_SCREEN} ${BIDI}`,
  vantage: { pod: `npa-0${TITLE}`, node: 'node-3\nREADY', namespace: LONG },
  facts: {
    ...HEALTHY_FACTS,
    proxy: {
      known: true,
      value: { httpProxy: PROXY, httpsProxy: PROXY, noProxy: LINK, allProxy: null, conflicts: [] },
    },
    capabilities: { known: false, why: `/proc/self/status: ${CLEAR_SCREEN}` },
  },
  findings: [
    pass('environment', 'environment', null, `pod network, search ${BIDI}, proxy ${PROXY}`),
    warn('dns', 'dns-content', { ...tenant(), host: `evil\n${CLEAR_SCREEN}` }, `TXT "${LONG}"`, {
      fault: 'dnsx-odd\x1b[31m-text\nfault{label="x"} 1',
      cause: `TXT ${HTML} ${LINK} e\u0301\u0301\u0301\u0301\u0301\u0301\u0301`,
      evidence: [{ text: `${TITLE}\x9b31m"quoted" \\ back\\slash`, command: `dig TXT ${BIDI}` }],
    }),
    fail('tls', 'tls', tenant(), `certificate is for ${HTML} ${CLEAR_SCREEN}`, {
      fault: 'tls-hostname-mismatch',
      cause: `The certificate names ${BIDI} ${LONG}, the server calls itself ${HTML} ${'\u{1f600}'.repeat(600)}.`,
      breaks: `enrollment\u2028and\u2029more \ud800`,
      remedy: {
        summary: `Tell ${LONG} about ${PROXY}.`,
        commands: [`curl -x ${PROXY} https://acme.goskope.com`, `echo ${CLEAR_SCREEN}; echo ${LONG}`],
        docs: `javascript:${HTML}`,
      },
      evidence: Array.from({ length: 50 }, (_, i) => ({ text: `line ${i}\n${LINK}`, command: `echo ${i} ${TITLE}` })),
    }),
    unknown('http', 'http', tenant(), `Server: ${HTML}${CLEAR_SCREEN}\x00\x07\ufffe`),
  ],
  observations: [
    httpsSeen(
      { startedMs: 15, durationMs: 31 },
      certificate(`${HTML}${CLEAR_SCREEN}`, `CN=${BIDI}`, { nameMatches: false }),
      {
        server: `${HTML}${CLEAR_SCREEN}`,
        location: `https://x/?access_token=${PLANTED_SECRET}`,
      },
    ),
  ],
});
