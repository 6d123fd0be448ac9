// Does a check in the lab name the faults of faults/dns-transport.ts, each as the only root cause, and tell look-alikes apart?

import { expect, it } from 'vitest';
import type { World } from './disturbances.ts';
import {
  dnsTransportFaults,
  dropFragments,
  oneBadNameserver,
  tenantTooLarge,
  truncatedWithoutTcp,
} from './faults/dns-transport.ts';
import { faultTests, labSuite, named } from './suite.ts';

interface LookAlike {
  readonly what: string;
  readonly apply: (world: World) => Promise<void>;
  readonly fault: string;
  readonly exitCode: 0 | 3;
  /** What tells it from its neighbour. */
  readonly says: RegExp;
}

const lookAlikes: readonly LookAlike[] = [
  {
    what: 'answers that need two fragments are dropped, others of any size pass: no limit of 512 bytes',
    apply: dropFragments,
    fault: 'dns-large-udp-dropped',
    exitCode: 0,
    says: /fragments/,
  },
  {
    what: "TCP 53 is blocked and the tenant's answer is truncated: no warning any more",
    apply: truncatedWithoutTcp,
    fault: 'dns-tcp-blocked',
    exitCode: 3,
    says: /acme\.goskope\.com needs it/,
  },
  {
    what: "the tenant's own answer is above 512 bytes where those are dropped: UDP is not blocked as a whole",
    apply: tenantTooLarge,
    fault: 'dns-large-udp-dropped',
    exitCode: 3,
    says: /the answer for acme\.goskope\.com is too large/,
  },
  {
    what: 'one of two nameservers loses every other packet: the other one is named nowhere',
    apply: oneBadNameserver,
    fault: 'dns-packet-loss',
    exitCode: 0,
    says: /between this pod and 10\.0\.0\.53:53/,
  },
];

labSuite('faults: dns-transport', (lab) => {
  faultTests(lab, dnsTransportFaults);

  for (const one of lookAlikes) {
    it(`${one.fault}: ${one.what}`, async () => {
      await lab().disturb(one.apply);
      const result = await lab()
        .run(['check'])
        .finally(() => lab().heal());
      expect({ exitCode: result.exitCode, rootCauses: named(result) }, result.stderr).toEqual({
        exitCode: one.exitCode,
        rootCauses: [one.fault],
      });
      expect(JSON.stringify(result.report?.rootCauses[0])).toMatch(one.says);
    });
  }
});
