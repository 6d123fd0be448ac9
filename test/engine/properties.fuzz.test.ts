// What must hold for every state of the small world: truth before colour.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyOf } from '../../src/engine/schedule.ts';
import type { Observation } from '../../src/model/observation.ts';
import { failed, leafOf } from '../support/observed.ts';
import { healthy, judged, observationsOf, type Trouble, type World } from '../support/small-world.ts';
import {
  dnsFails,
  dtls,
  everyCertificate,
  missing,
  NOTHING_LEAVES,
  names,
  outside,
  quic,
  sameTuple,
  smallAlert,
  stun,
  tcpFails,
  tenant,
  tenantCertificate,
} from '../support/troubles.ts';
import { FRANKFURT, LONDON, proxied, RESOLVER, resolvConfWith, TENANT } from '../support/view.ts';

const TROUBLES: Readonly<Record<string, readonly Trouble[]>> = {
  'dns udp silent': [dnsFails('udp')],
  'dns udp refused': [dnsFails('udp', failed('connection_refused'))],
  'dns tcp silent': [dnsFails('tcp')],
  'first nameserver silent': [dnsFails('both', undefined, RESOLVER)],
  'upstream dead': [names(outside, 'SERVFAIL')],
  'everything refused': [names(() => true, 'REFUSED')],
  'no tenant': [missing(TENANT)],
  'no london': [missing(LONDON)],
  'no frankfurt at the second': [missing(FRANKFURT, 'goskope.com.', '10.96.0.11')],
  'tenant in a sink': [names((name) => name === `${TENANT}.`, ['0.0.0.0'])],
  'tcp silent': [tcpFails('generic_timeout_error')],
  'tcp refused': [tcpFails('connection_refused')],
  'tenant refuses': [tcpFails('connection_refused', ['198.51.100.10'])],
  'tcp prohibited': [tcpFails('host_unreachable')],
  intercepted: [everyCertificate('CN=Corp')],
  'tenant untrusted': [tenantCertificate(leafOf(TENANT, {}, { trusted: false, error: 'X' }))],
  'tenant 503': [tenant({ status: 503 })],
  'tenant 503 at one': [tenant({ status: 503 }, '198.51.100.10')],
  'tls reset': [tenant({ failure: failed('connection_reset', 'tls_handshake') })],
  'dtls silent': [dtls('no-answer')],
  'one dtls silent': [dtls('no-answer', ['198.51.100.21'])],
  'dtls refused': [dtls('port-unreachable')],
  'cookie only': [dtls('hello-verify-then-silence')],
  'late flight': [dtls('late')],
  'bad dtls certificate': [dtls('certificate-untrusted')],
  'first packet only': [sameTuple(true, false, false)],
  'small alert': [smallAlert('handshake_failure')],
  'quic silent': [quic()],
  'stun silent': [stun()],
  'nothing leaves': NOTHING_LEAVES,
};
const NAMES = Object.keys(TROUBLES);

const FACTS: readonly NonNullable<World['facts']>[] = [
  {},
  { resolvConf: resolvConfWith([RESOLVER, '10.96.0.11']) },
  { resolvConf: resolvConfWith([]) },
  { proxy: proxied('http://10.0.0.20:3128') },
  { apiServer: { known: false, why: 'not set' } },
];

const world: fc.Arbitrary<World> = fc
  .record({
    facts: fc.constantFrom(...FACTS),
    troubles: fc.shuffledSubarray(NAMES, { maxLength: 4 }),
    depth: fc.constantFrom('quick' as const, 'standard' as const),
    expectCa: fc.constantFrom([], ['PEM']),
  })
  .map(({ facts, troubles, depth, expectCa }) => ({
    facts,
    settings: { depth, expectCa },
    troubles: troubles.flatMap((name) => TROUBLES[name] ?? []),
  }));

const partly = world.chain((one) => {
  const all = observationsOf(one);
  return fc.record({ world: fc.constant(one), seen: fc.subarray(all) });
});

const RANK = { Ready: 0, ReadyWithWarnings: 1, Inconclusive: 2, NotReady: 3 } as const;

/** What alone proves that the tenant and the tunnel work. */
function proof(seen: readonly Observation[]) {
  return {
    tenant: seen.some(
      (one) =>
        one.probe.kind === 'https' &&
        'http' in one &&
        one.probe.host === TENANT &&
        one.failure === null &&
        (one.http?.status ?? 999) < 500,
    ),
    tunnel: seen.some((one) => 'outcome' in one && one.probe.variant === 'full' && one.failure === null),
  };
}

/** Each run draws other states. */
const RUNS = 60;

describe('every state of the small world', { timeout: 30_000 }, () => {
  it('the order in which observations came does not matter, to the last word', () => {
    const shuffled = world.chain((one) => {
      const all = observationsOf(one);
      return fc.record({
        world: fc.constant(one),
        all: fc.constant(all),
        other: fc.shuffledSubarray(all, { minLength: all.length }),
      });
    });
    fc.assert(
      fc.property(shuffled, ({ world: one, all, other }) => {
        expect(judged(one, other)).toEqual(judged(one, all));
      }),
      { numRuns: RUNS },
    );
  });

  it('an unknown never passes: no Ready without proof of the tenant and of the tunnel', () => {
    fc.assert(
      fc.property(partly, ({ world: one, seen }) => {
        const { verdict } = judged(one, seen);
        if (verdict === 'Ready' || verdict === 'ReadyWithWarnings')
          expect(proof(seen)).toEqual({ tenant: true, tunnel: true });
      }),
      { numRuns: RUNS },
    );
  });

  it('nothing seen is no verdict about anything', () => {
    fc.assert(
      fc.property(world, (one) => {
        const { verdict, rootCauses } = judged(one, []);
        const resolvConf = one.facts?.resolvConf;
        const noNameserver = resolvConf?.known === true && resolvConf.value.nameservers.length === 0;
        expect(verdict).toBe(noNameserver ? 'NotReady' : 'Inconclusive');
        expect(rootCauses).toHaveLength(noNameserver ? 1 : 0);
      }),
      { numRuns: RUNS / 2 },
    );
  });

  it('healing one trouble never makes the verdict worse', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(NAMES, { minLength: 1, maxLength: 4 }), ([first = '', ...rest]) => {
        const troubles = rest.flatMap((name) => TROUBLES[name] ?? []);
        // The healed one stands last, so that it cannot have covered up another.
        const before = judged({ troubles: [...troubles, ...(TROUBLES[first] ?? [])] });
        const after = judged({ troubles });
        expect(RANK[after.verdict]).toBeLessThanOrEqual(RANK[before.verdict]);
      }),
      { numRuns: RUNS },
    );
  });

  it('one more good observation never makes the verdict worse', () => {
    fc.assert(
      fc.property(world, fc.nat(), (one, pick) => {
        const bad = observationsOf(one).filter((each) => each.failure !== null);
        const chosen = bad[pick % Math.max(1, bad.length)];
        if (!chosen) return;
        const key = keyOf(chosen.probe);
        // What failed is answered after all, and asked on from there.
        const better: Trouble = (probe) => (keyOf(probe) === key ? healthy(probe) : undefined);
        const after = judged({ ...one, troubles: [better, ...(one.troubles ?? [])] });
        expect(RANK[after.verdict]).toBeLessThanOrEqual(RANK[judged(one).verdict]);
      }),
      { numRuns: RUNS },
    );
  });

  it('what fails has a root cause, and every explanation leads to one', () => {
    fc.assert(
      fc.property(world, (one) => {
        const { verdict, rootCauses, findings } = judged(one);
        expect(rootCauses.some((each) => each.status === 'fail')).toBe(verdict === 'NotReady');
        const ids = rootCauses.map((each) => each.fault ?? each.check);
        for (const each of findings) if (each.causedBy) expect(ids).toContain(each.causedBy);
      }),
      { numRuns: RUNS },
    );
  });
});
