import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainAll } from '../../src/engine/explain.ts';
import type { Conclusion } from '../../src/model/check.ts';
import { aboutDtls, concluded } from '../support/conclusions.ts';

const path = concluded('fail', {
  check: 'dns-path',
  layer: 'dns-path',
  fault: 'dns-udp-blocked',
  breaksWhat: ['names'],
});
const content = concluded('fail', {
  check: 'dns-content',
  layer: 'dns-content',
  needs: ['names'],
  breaksWhat: ['name:acme'],
});
const tcp = concluded('skip', { check: 'tcp', layer: 'tcp', needs: ['names', 'name:acme'] });
const http = concluded('skip', { needs: ['name:acme'] });
const drop = concluded('fail', { check: 'tcp', layer: 'tcp', fault: 'tcp-egress-drop', breaksWhat: ['egress'] });

const causes = (conclusions: readonly Conclusion[]) => conclusions.map((one) => one.causedBy);

describe('explainAll', () => {
  it('follows the chain to its root', () => {
    expect(causes(explainAll([path, content, tcp, http]))).toEqual([
      undefined,
      'dns-udp-blocked',
      'dns-udp-blocked',
      'dns-udp-blocked',
    ]);
  });

  it('names the check where the cause has no name', () => {
    expect(causes(explainAll([content, http]))).toEqual([undefined, 'dns-content']);
  });

  it('needs the layers’ order and the evidence, both', () => {
    const unrelated = concluded('skip', { needs: ['name:other'] });
    expect(causes(explainAll([content, unrelated]))).toEqual([undefined, undefined]);
    const earlier = concluded('fail', { check: 'dns-path', layer: 'dns-path', needs: ['name:acme'] });
    expect(causes(explainAll([content, earlier]))).toEqual([undefined, undefined]);
  });

  it('passes explain nothing and need no explanation', () => {
    const passed = concluded('pass', { needs: ['names'] });
    expect(causes(explainAll([path, passed]))).toEqual([undefined, undefined]);
    const broken = concluded('pass', { check: 'dns-path', layer: 'dns-path', breaksWhat: ['name:acme'] });
    expect(causes(explainAll([broken, http]))).toEqual([undefined, undefined]);
  });

  it('what only warns explains no failure, but a skip', () => {
    const slight: Conclusion = { ...path, status: 'warn' };
    expect(causes(explainAll([slight, content]))).toEqual([undefined, undefined]);
    expect(causes(explainAll([slight, tcp]))).toEqual([undefined, 'dns-udp-blocked']);
  });

  it('TCP that goes nowhere explains silence on UDP, when the silence says that it needs the same way out', () => {
    expect(causes(explainAll([drop, aboutDtls('fail', { needs: ['egress'] })]))).toEqual([
      undefined,
      'tcp-egress-drop',
    ]);
    expect(causes(explainAll([drop, aboutDtls('fail', { needs: ['names'] })]))).toEqual([undefined, undefined]);
  });

  it('one cause met at two targets is one root, which tells of both', () => {
    const other: Conclusion = {
      ...drop,
      target: { host: 'registry.example', port: 443, protocol: 'https', role: 'registry' },
    };
    const [first, second] = explainAll([drop, other]);
    expect([first?.causedBy, second?.causedBy]).toEqual([undefined, 'tcp-egress-drop']);
    expect(first?.evidence.map((one) => one.text)).toEqual(['the same at registry.example port 443']);
  });

  it('the same fault at two targets that share nothing is two roots', () => {
    const own = (host: string) =>
      concluded('fail', {
        check: 'tls',
        layer: 'tls',
        fault: 'tls-server-cert-expired',
        target: { host, port: 443, protocol: 'https', role: 'tenant' },
        breaksWhat: [`tls:${host}`],
      });
    expect(causes(explainAll([own('a'), own('b')]))).toEqual([undefined, undefined]);
  });

  const LAYERS = ['dns-client', 'dns-path', 'dns-content', 'tcp', 'tls', 'http', 'udp', 'proxy', 'egress'] as const;
  const THINGS = ['resolver', 'names', 'name:a', 'egress', 'tcp:a'];
  const conclusion = fc
    .record({
      status: fc.constantFrom('pass', 'warn', 'fail', 'error', 'skip'),
      layer: fc.constantFrom(...LAYERS),
      fault: fc.option(fc.constantFrom('f1', 'f2', 'f3'), { nil: undefined }),
      needs: fc.subarray(THINGS),
      breaksWhat: fc.subarray(THINGS),
    })
    .map(({ status, layer, fault, ...parts }) =>
      concluded(status as 'fail', { layer, check: layer, ...parts, ...(fault ? { fault: `${fault}-${layer}` } : {}) }),
    );
  const several = fc
    .array(conclusion, { maxLength: 12 })
    .map((all) => all.map((one, at) => ({ ...one, summary: `number ${at}` })));

  it('each chain ends at a root that is in the report, and failures never vanish', () => {
    fc.assert(
      fc.property(several, (conclusions) => {
        const explained = explainAll(conclusions);
        const roots = explained.filter((one) => (one.status === 'fail' || one.status === 'warn') && !one.causedBy);
        for (const one of explained.filter((each) => each.causedBy))
          expect(roots.map((root) => root.fault ?? root.check)).toContain(one.causedBy);
        if (explained.some((one) => one.status === 'fail'))
          expect(roots.some((one) => one.status === 'fail')).toBe(true);
      }),
    );
  });

  it('does not depend on the order', () => {
    const shuffled = several.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        const bySummary = (all: readonly Conclusion[]) => new Map(explainAll(all).map((each) => [each.summary, each]));
        expect(bySummary(other)).toEqual(bySummary(one));
      }),
    );
  });
});
