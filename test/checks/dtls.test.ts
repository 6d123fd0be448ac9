import { describe, expect, it } from 'vitest';
import { dtls as check } from '../../src/checks/dtls.ts';
import type { DtlsProbe } from '../../src/model/probe.ts';
import { dnsSeen, dtlsSeen, sameTupleSeen, stunSeen } from '../support/observed.ts';
import { FRANKFURT, LONDON, RESOLVER, stitcherTarget, tenantTarget, viewOf } from '../support/view.ts';

const [LON1, LON2, FRA] = ['198.51.100.21', '198.51.100.22', '198.51.100.23'] as const;

describe('dtls is not finished', () => {
  const resolved = [LONDON, FRANKFURT].map((host) =>
    dnsSeen(
      { kind: 'dns', server: { address: RESOLVER, port: 53 }, name: `${host}.`, type: 'A', transport: 'udp' },
      host === LONDON ? [LON1, LON2] : [FRA],
    ),
  );
  const full = (host: string, address: string): DtlsProbe => ({
    kind: 'dtls',
    host,
    address,
    port: 443,
    variant: 'full',
  });
  const targets = (addressPolicy: 'any' | 'all' | 'quorum') => [
    tenantTarget(),
    stitcherTarget(LONDON, { addressPolicy }),
    stitcherTarget(FRANKFURT, { addressPolicy }),
  ];
  const conclude = (policy: 'any' | 'all' | 'quorum', ...seen: readonly ReturnType<typeof dtlsSeen>[]) =>
    check
      .diagnose(viewOf({ settings: { targets: targets(policy) }, observations: [...resolved, ...seen] }))
      .map((one) => one.status);

  it('nothing seen: unknown', () => {
    expect(conclude('any')).toEqual(['error']);
  });
  it('one works of three: enough for any, not for all, not for most', () => {
    expect(conclude('any', dtlsSeen(full(LONDON, LON1)))).toEqual(['pass']);
    expect(conclude('all', dtlsSeen(full(LONDON, LON1)))).toEqual(['error', 'pass']);
    expect(conclude('quorum', dtlsSeen(full(LONDON, LON1)))).toEqual(['error', 'pass']);
  });
  it('one dead of three: too early for any, over for all', () => {
    expect(conclude('any', dtlsSeen(full(LONDON, LON1), 'no-answer'))).toEqual(['error']);
    expect(conclude('all', dtlsSeen(full(LONDON, LON1), 'no-answer'))).toEqual(['fail']);
  });

  it('asks for the controls while a hello is late, and for two addresses at most closely', () => {
    const probes = [full(LONDON, LON1), full(LONDON, LON2), full(FRANKFURT, FRA)];
    const calm = viewOf({ settings: { targets: targets('any') }, observations: resolved });
    expect(check.plan(calm)).toEqual(probes);
    const waiting = probes.map((probe) => ({ probe, ms: 700, suspect: true }));
    const plan = check.plan(viewOf({ settings: { targets: targets('any') }, observations: resolved, waiting }));
    expect(plan.filter((one) => one.kind === 'dtls' && one.variant === 'sameTuple')).toHaveLength(2);
    expect(plan.filter((one) => one.kind === 'stun')).toHaveLength(2);
    expect(plan.filter((one) => one.kind === 'quic')).toHaveLength(2);
    expect(plan.filter((one) => one.kind === 'tcp').map((one) => one.address)).toEqual([
      LON1,
      LON2,
      FRA,
      '203.0.113.200',
      '203.0.113.201',
    ]);
  });

  it('a small alert is asked for only where the socket is alive', () => {
    const dead = dtlsSeen(full(LONDON, LON1), 'hello-verify-then-silence');
    const plan = (...answered: boolean[]) =>
      check
        .plan(
          viewOf({
            settings: { targets: [stitcherTarget(LONDON)] },
            observations: [...resolved, dead, sameTupleSeen(dead.probe, answered)],
          }),
        )
        .filter((one) => one.kind === 'dtls' && one.variant === 'smallAlert');
    expect(plan(true, false, false)).toHaveLength(1);
    expect(plan(false, false, false)).toHaveLength(0);
  });

  it('ends the wait for a flight when the flow is known to be cut after its first packet', () => {
    const probe = full(LONDON, LON1);
    const enough = (ms: number, ...answered: boolean[]) =>
      check.enough?.(
        viewOf({
          settings: { targets: [stitcherTarget(LONDON)] },
          observations: [
            ...resolved,
            sameTupleSeen(probe, answered),
            stunSeen({ kind: 'stun', address: '203.0.113.210', port: 3478 }),
          ],
          waiting: [{ probe, ms, suspect: true }],
        }),
      );
    expect(enough(2_400, true, false, false)).toEqual([]);
    expect(enough(2_500, true, false, false)).toEqual([probe]);
    expect(enough(9_000, true, true, false)).toEqual([]);
    expect(enough(9_000, false, false, false)).toEqual([]);
  });
});
