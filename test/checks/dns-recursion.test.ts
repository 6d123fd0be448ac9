import { describe, expect, it } from 'vitest';
import { dnsSeen } from '../support/observed.ts';
import { rows } from '../support/rows.ts';
import { diagnose, judged, observationsOf, type Trouble } from '../support/small-world.ts';
import { names } from '../support/troubles.ts';
import { RESOLVER, TENANT } from '../support/view.ts';

const PORTAL = '203.0.113.99';

/** What random labels below com. lead to, one list for each label. */
function invented(...addresses: readonly (readonly string[])[]): Trouble {
  return (probe) =>
    probe.kind === 'dns' && probe.randomLabel !== undefined && probe.name === 'com.'
      ? dnsSeen(probe, addresses[(probe.randomLabel - 1) % addresses.length] ?? [])
      : undefined;
}

describe('dns-recursion', () => {
  rows('dns-recursion', [
    {
      title: 'two random names, one address',
      world: { troubles: [invented([PORTAL])] },
      fault: 'dnsx-nxdomain-rewrite',
      status: 'warn',
      severity: 'medium',
      words: [PORTAL, RESOLVER, 'com.'],
    },
    {
      title: 'the tenant leads there too',
      world: { troubles: [invented([PORTAL]), names((name) => name === `${TENANT}.`, [PORTAL])] },
      fault: 'dnsx-nxdomain-rewrite',
      status: 'fail',
      severity: 'critical',
      words: [TENANT, PORTAL],
    },
    { title: 'random names are denied', world: {}, fault: null, status: 'pass', words: ['denies'] },
    {
      title: 'the tenant is sent into a sinkhole, random names are denied',
      world: { troubles: [names((name) => name === `${TENANT}.`, ['0.0.0.0'])] },
      fault: null,
      status: 'pass',
      not: 'dnsx-nxdomain-rewrite',
    },
  ]);

  it('addresses that differ from label to label prove no portal', () => {
    expect(diagnose('dns-recursion', { troubles: [invented(['203.0.113.98'], [PORTAL])] })).toEqual([]);
  });

  it('one random name in a healthy world, none at quick depth, and never below a search suffix', () => {
    const asked = observationsOf().filter((one) => one.probe.kind === 'dns' && one.probe.randomLabel !== undefined);
    expect(asked.map((one) => (one.probe.kind === 'dns' ? one.probe.name : ''))).toContain('com.');
    expect(asked.filter((one) => one.probe.kind === 'dns' && one.probe.name === 'com.').length).toBe(1);
  });

  it('an invented answer leaves the verdict Ready', () => {
    const { rootCauses, verdict } = judged({ troubles: [invented([PORTAL])] });
    expect(rootCauses.map((one) => one.fault)).toEqual(['dnsx-nxdomain-rewrite']);
    expect(verdict).toBe('ReadyWithWarnings');
  });
});
