// What a user would do today: dig for each name, curl for the tenant, openssl for each address of each stitcher.

import { TENANT } from '../lab/layout.ts';
import { STITCHERS } from './lab-world.ts';

export interface ByHand {
  readonly serial: string;
  readonly parallel: string;
  /** How long openssl only sleeps, in ms: it waits for half a second at the end of a DTLS session before it exits. */
  readonly serialSleepMs: number;
  readonly parallelSleepMs: number;
}

const SESSION_SLEEP_MS = 500;

/** Shell scripts that print one word for each step that worked. */
export function byHand(caPath: string): ByHand {
  const steps = [
    ...[TENANT, ...STITCHERS].map(({ host }) => `dig +short ${host}. A | grep -q . && echo name`),
    `curl -sS --cacert ${caPath} -o /dev/null -w 'https %{http_code}\\n' https://${TENANT.host}/api/v2/infrastructure/publishers`,
    ...STITCHERS.flatMap(({ host, addresses }) =>
      addresses.map(
        (address) =>
          `openssl s_client -dtls1_2 -connect ${address}:443 -servername ${host} -CAfile ${caPath} -brief </dev/null 2>&1 | grep -q 'Verification: OK' && echo dtls`,
      ),
    ),
  ];
  const sessions = STITCHERS.flatMap(({ addresses }) => addresses).length;
  return {
    serial: `${steps.join('\n')}\n`,
    parallel: `${steps.map((step) => `(${step}) &`).join('\n')}\nwait\n`,
    serialSleepMs: sessions * SESSION_SLEEP_MS,
    parallelSleepMs: SESSION_SLEEP_MS,
  };
}

/** What both scripts print, sorted, when all is well. */
export const ALL_WELL = [
  ...STITCHERS.flatMap(({ addresses }) => addresses.map(() => 'dtls')),
  'https 401',
  ...[TENANT, ...STITCHERS].map(() => 'name'),
].join(' ');
