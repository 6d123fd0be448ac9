// Healthy oddities of names and answers.

import { changeTenantZone, TENANT_RECORDS } from '../faults/dns-server.ts';
import { CLUSTER, STITCHERS, TENANT } from '../layout.ts';
import { ALIAS_HEADS } from '../servers/aliases.ts';
import { ALWAYS, type Trap } from './trap.ts';

const STITCHER_RECORDS = STITCHERS.flatMap((stitcher) => [
  `delete ${stitcher.host}.`,
  ...stitcher.addresses.map((address) => `add ${stitcher.host}. 60 A ${address}`),
]);

const dig = (rest: string): string => `dig @${CLUSTER.dnsService} ${rest}`;

export const DNS_TRAPS: readonly Trap[] = [
  {
    number: 1,
    what: 'no AAAA: NOERROR without an answer',
    variants: ['healthy world'],
    apply: ALWAYS,
    proof: { host: 'pod', shell: dig(`${TENANT.host}. AAAA +noall +comments`), prints: /NOERROR[\s\S]*ANSWER: 0/ },
  },
  {
    number: 2,
    what: 'NXDOMAIN for the name under each search suffix',
    variants: ['healthy world'],
    apply: ALWAYS,
    proof: {
      host: 'pod',
      shell: dig(`${TENANT.host}.svc.cluster.local. A +noall +comments`),
      prints: /NXDOMAIN/,
    },
  },
  {
    number: 3,
    what: 'eight CNAMEs across three zones, in mixed case',
    variants: ['aliases'],
    apply: (world) =>
      changeTenantZone(
        world,
        [`delete ${TENANT.host}.`, `add ${TENANT.host}. 60 CNAME ${ALIAS_HEADS.mixedCase}`],
        TENANT_RECORDS,
      ),
    proof: { host: 'pod', shell: `${dig(`${TENANT.host}. A +short`)} | grep -c '[.]$'`, prints: /^8$/m },
  },
  {
    number: 4,
    what: 'a GSLB whose servers hand out different halves of the addresses, for 0 seconds',
    variants: ['gslb'],
    apply: (world) =>
      changeTenantZone(
        world,
        STITCHERS.flatMap((stitcher, index) => [
          `delete ${stitcher.host}.`,
          `add ${stitcher.host}. 0 CNAME ${['lon1', 'fra1'][index]}.lb.npa.goskope.com.`,
        ]),
        STITCHER_RECORDS,
      ),
    proof: {
      host: 'pod',
      shell: `for i in $(seq 40); do ${dig(`${STITCHERS[0].host}. A +short`)} | tail -1; done | sort -u | wc -l`,
      prints: /^2$/m,
    },
  },
  {
    number: 5,
    what: 'an answer that does not fit into UDP: TC, then good by TCP',
    variants: ['long aliases'],
    apply: (world) =>
      changeTenantZone(
        world,
        [`delete ${TENANT.host}.`, `add ${TENANT.host}. 60 CNAME ${ALIAS_HEADS.long}`],
        TENANT_RECORDS,
      ),
    proof: {
      host: 'pod',
      shell: dig(`${TENANT.host}. A +ignore +bufsize=1232 +noall +comments`),
      prints: /flags:[^;]* tc/,
    },
  },
];
