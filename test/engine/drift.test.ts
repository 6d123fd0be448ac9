import { describe, expect, it } from 'vitest';
import { drift } from '../../src/engine/drift.ts';
import { stunSeen } from '../support/observed.ts';
import { HEALTHY_FACTS, report, stitcher, warn } from '../support/reports/build.ts';
import { LONDON, resolvConfWith } from '../support/view.ts';

const stun = stunSeen({ kind: 'stun', address: '203.0.113.210', port: 3478 });
const seenFrom = (address: string) => ({ ...stun, mapped: { address, port: 1 } });
const made = (parts: Partial<Parameters<typeof report>[0]> = {}) =>
  report({ verdict: 'Ready', exitCode: 0, headline: 'good', findings: [], observations: [stun], ...parts });
const silent = warn('dtls', 'udp', stitcher(LONDON, '198.51.100.21'), 'silent', { fault: 'dtls-stitcher-silent' });

describe('drift', () => {
  it('says nothing when nothing has changed', () => {
    expect(drift(made(), made())).toEqual([]);
  });

  it('tells of a new verdict first, then of causes that came and went', () => {
    const worse = made({ verdict: 'ReadyWithWarnings', findings: [silent] });
    expect(drift(made(), worse)).toEqual([
      'verdict: Ready → ReadyWithWarnings',
      `new: dtls-stitcher-silent at ${LONDON}`,
    ]);
    expect(drift(worse, made())).toEqual([
      'verdict: ReadyWithWarnings → Ready',
      `gone: dtls-stitcher-silent at ${LONDON}`,
    ]);
  });

  it('tells of a new egress address, and not of one that is not known', () => {
    const moved = made({ observations: [seenFrom('192.0.2.77')] });
    expect(drift(made(), moved)).toEqual(['egress address: 203.0.113.77 → 192.0.2.77']);
    expect(drift(made(), made({ observations: [] }))).toEqual([]);
    expect(drift(made({ observations: [] }), moved)).toEqual([]);
  });

  it('tells of other nameservers', () => {
    const other = made({ facts: { ...HEALTHY_FACTS, resolvConf: resolvConfWith(['10.96.0.11']) } });
    const unknown = made({ facts: { ...HEALTHY_FACTS, resolvConf: { known: false, why: 'ENOENT' } } });
    expect(drift(made(), other)).toEqual(['nameservers: 10.96.0.10 → 10.96.0.11']);
    expect(drift(made(), unknown)).toEqual(['nameservers: 10.96.0.10 → unknown']);
  });
});
