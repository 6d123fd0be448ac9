import { describe, expect, it } from 'vitest';
import { leafOf } from '../support/observed.ts';
import { rows } from '../support/rows.ts';
import { diagnose, judged } from '../support/small-world.ts';
import { dtls, names, tcpFails, tenant, tenantCertificate } from '../support/troubles.ts';
import { LONDON, RESOLVER, TENANT, tenantTarget } from '../support/view.ts';

const INSIDE = '10.20.30.40';
const inside = names((name) => name === `${TENANT}.`, [INSIDE], { flags: ['aa', 'rd', 'ra'] });

describe('dns-horizon', () => {
  rows('dns-horizon', [
    {
      title: 'a private address that shows the tenant’s certificate',
      world: { troubles: [inside] },
      fault: 'dnsx-split-horizon',
      status: 'warn',
      severity: 'medium',
      words: [TENANT, INSIDE, RESOLVER, 'usable', '(aa)'],
    },
    {
      title: 'a private address where nobody is, while others connect',
      world: { troubles: [inside, tcpFails('generic_timeout_error', [INSIDE])] },
      fault: 'dnsx-split-horizon',
      status: 'fail',
      severity: 'critical',
      words: [INSIDE, 'no answer'],
    },
    {
      title: 'a private address where somebody else is',
      world: {
        troubles: [
          inside,
          tenantCertificate(
            leafOf('intranet.corp.example', {}, { nameMatches: false, error: 'ERR_TLS_CERT_ALTNAME_INVALID' }),
          ),
        ],
      },
      fault: 'dnsx-split-horizon',
      status: 'fail',
      words: ['intranet.corp.example'],
    },
    {
      title: 'nothing can be reached from here: that proves nothing about DNS',
      world: { troubles: [inside, tcpFails('generic_timeout_error'), dtls('no-answer')] },
      fault: 'dnsx-split-horizon',
      status: 'warn',
      words: ['not found out'],
    },
    {
      title: 'one stitcher inside and dead, the other works',
      world: { troubles: [names((name) => name === `${LONDON}.`, [INSIDE]), dtls('no-answer', [INSIDE])] },
      fault: 'dnsx-split-horizon',
      status: 'warn',
      words: [LONDON],
    },
    {
      title: 'shared address space counts as inside',
      world: { troubles: [names((name) => name === `${TENANT}.`, ['100.64.1.2'])] },
      fault: 'dnsx-split-horizon',
      status: 'warn',
    },
  ]);

  it('public answers, a sinkhole and a registry inside are somebody else’s business', () => {
    expect(diagnose('dns-horizon', {})).toEqual([]);
    expect(diagnose('dns-horizon', { troubles: [names((name) => name === `${TENANT}.`, ['0.0.0.0'])] })).toEqual([]);
    const mirror = { targets: [tenantTarget({ role: 'registry' })] };
    expect(diagnose('dns-horizon', { settings: mirror, troubles: [inside] })).toEqual([]);
  });

  it('explains what fails at the private address', () => {
    for (const trouble of [
      tcpFails('connection_refused', [INSIDE]),
      tenant({ certificate: leafOf(TENANT, {}, { trusted: false, error: 'x' }) }),
    ]) {
      const { rootCauses, verdict } = judged({ troubles: [inside, trouble] });
      expect(rootCauses.map((one) => one.fault)).toEqual(['dnsx-split-horizon']);
      expect(verdict).toBe('NotReady');
    }
  });
});
