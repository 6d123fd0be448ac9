import { describe, expect, it } from 'vitest';
import { rows } from '../support/rows.ts';
import { diagnose, judged } from '../support/small-world.ts';
import { dtls } from '../support/troubles.ts';
import { GATEWAY_ADDRESSES, LONDON, RESOLVER } from '../support/view.ts';

const LIMIT = { stitcherRttLimitMs: 80 };
const london = GATEWAY_ADDRESSES[LONDON] ?? [];
const far = (addresses?: readonly string[]) => dtls('ok', addresses, { rttMs: 182 });

describe('dns-geo', () => {
  rows('dns-geo', [
    {
      title: 'one stitcher is far, the other near',
      world: { settings: LIMIT, troubles: [far(london)] },
      fault: 'dnsx-geo-misdirected',
      status: 'warn',
      severity: 'low',
      words: [LONDON, RESOLVER, '182 ms', '80 ms', '3 ms', 'gateway-fra1.gw.npa.goskope.com', 'ECS'],
    },
    {
      title: 'all stitchers are far, the tenant is near',
      world: { settings: LIMIT, troubles: [far()] },
      fault: 'dnsx-geo-misdirected',
      status: 'warn',
      words: ['acme.goskope.com'],
    },
    {
      title: 'one address of a name is near: nothing is misdirected',
      world: { settings: LIMIT, troubles: [far(london.slice(0, 1))] },
      fault: null,
      status: 'pass',
      not: 'dnsx-geo-misdirected',
    },
    { title: 'within the limit', world: { settings: LIMIT }, fault: null, status: 'pass', words: ['within 80 ms'] },
  ]);

  it('says nothing where nobody has declared a limit', () => {
    expect(diagnose('dns-geo', { troubles: [far()] })).toEqual([]);
  });

  it('never fails, and both far stitchers are one warning', () => {
    const { rootCauses, verdict } = judged({ settings: LIMIT, troubles: [far()] });
    expect(rootCauses.map((one) => one.fault)).toEqual(['dnsx-geo-misdirected']);
    expect(verdict).toBe('ReadyWithWarnings');
  });

  it('a way that is long to everywhere is not DNS’s doing', () => {
    const found = diagnose('dns-geo', { settings: { stitcherRttLimitMs: 1 }, troubles: [far()] });
    expect(found.map((one) => one.fault)).not.toContain('dnsx-geo-misdirected');
    expect(found.every((one) => one.status === 'warn')).toBe(true);
  });
});
