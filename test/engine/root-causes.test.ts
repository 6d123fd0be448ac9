// One thing wrong, one root cause: everything else that suffers is explained by it.

import { describe, expect, it } from 'vitest';
import { ONLY_WARNS, SINGLE_FAULTS } from '../support/scenarios.ts';
import { judged, type World } from '../support/small-world.ts';
import { RESOLVER, resolvConfWith, settingsWith, tenantTarget } from '../support/view.ts';

const FAULTS = Object.entries(SINGLE_FAULTS).map(([fault, world]) => ({ fault, world }));

function expectOnly(fault: string, world: World): void {
  const { verdict, exitCode, rootCauses, headline, findings } = judged(world);
  expect(rootCauses.map((one) => one.fault)).toEqual([fault]);
  expect(verdict).toBe(fault === ONLY_WARNS ? 'ReadyWithWarnings' : 'NotReady');
  expect(exitCode).toBe(fault === ONLY_WARNS ? 0 : 3);
  expect(headline).toBe(rootCauses[0]?.summary);
  for (const one of findings) {
    if (one.status === 'fail' && one.fault !== fault) expect([one.check, one.causedBy]).toEqual([one.check, fault]);
  }
}

describe('root causes', () => {
  it('the healthy world has none', () => {
    const { verdict, exitCode, rootCauses, findings, headline } = judged();
    expect([verdict, exitCode, rootCauses]).toEqual(['Ready', 0, []]);
    expect(new Set(findings.map((one) => one.status))).toEqual(new Set(['pass']));
    expect(headline).toBe('acme.goskope.com and 2 stitchers are reachable from here');
  });

  it.each(FAULTS)('$fault', ({ fault, world }) => expectOnly(fault, world));

  it.each(FAULTS)('$fault, asked at quick depth', ({ fault, world }) =>
    expectOnly(fault, { ...world, settings: { depth: 'quick' } }),
  );

  // Where the same cause is met twice, it is still one cause.
  it.each(FAULTS.filter(({ fault }) => !fault.startsWith('dnsc-')))(
    '$fault, with two nameservers',
    ({ fault, world }) =>
      expectOnly(fault, { ...world, facts: { ...world.facts, resolvConf: resolvConfWith([RESOLVER, '10.96.0.11']) } }),
  );

  const registry = tenantTarget({ host: 'gateway-fra1.gw.npa.goskope.com', role: 'registry', path: '/v2/' });
  const own = new Set(['dnsx-tenant-nxdomain', 'tls-server-cert-expired', 'tls-hostname-mismatch']);
  it.each(FAULTS.filter(({ fault }) => !own.has(fault)))('$fault, with a second HTTPS target', ({ fault, world }) =>
    expectOnly(fault, { ...world, settings: { targets: [...settingsWith().targets, registry] } }),
  );

  it.each(FAULTS)('$fault, with a stitcher given by its address', ({ fault, world }) => {
    const literal = { ...settingsWith().targets[1], host: '198.51.100.21' } as typeof registry;
    const { rootCauses, verdict } = judged({
      ...world,
      settings: { targets: [...settingsWith().targets, literal] },
    });
    expect(verdict).not.toBe('Ready');
    expect(rootCauses.map((one) => one.fault)).toEqual([fault]);
  });
});
