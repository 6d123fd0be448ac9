import { describe, expect, it } from 'vitest';
import type { DnsObservation } from '../../src/model/observation.ts';
import { dnsSeen } from '../support/observed.ts';
import { rows } from '../support/rows.ts';
import { judged, look, observationsOf, type Trouble } from '../support/small-world.ts';
import { dtls, names, tcpFails } from '../support/troubles.ts';
import { FRANKFURT, LONDON, RESOLVER, resolvConfWith, TENANT } from '../support/view.ts';

const RETIRED = '198.51.100.99';
/** Long enough for a TTL to go down. */
const LATER = 3_000;
const isTenant = (name: string) => name === `${TENANT}.`;
const STALE = { extendedErrors: [{ code: 3, text: '' }] };

/** The tenant's answers: the first one and its repetition, with their TTLs. */
function tenantAt(
  address: string,
  ttls: readonly [number, number],
  over: Partial<DnsObservation> = {},
  server?: string,
): Trouble {
  return (probe) => {
    if (probe.kind !== 'dns' || !isTenant(probe.name) || probe.type !== 'A' || probe.randomLabel !== undefined)
      return undefined;
    if (server !== undefined && probe.server.address !== server) return undefined;
    const ttl = probe.again === undefined ? ttls[0] : ttls[1];
    return dnsSeen(probe, [address], {
      answers: [{ name: probe.name, type: 'A', ttl, data: address }],
      ...(probe.again === undefined ? {} : { startedMs: 1_500 }),
      ...over,
    });
  };
}

/** A name that no cache knows, in the tenant's zone. */
const noRecursion: Trouble = (probe) =>
  probe.kind === 'dns' && probe.randomLabel !== undefined && probe.name === 'goskope.com.'
    ? dnsSeen(probe, 'SERVFAIL')
    : undefined;

const dead = tcpFails('generic_timeout_error', [RETIRED]);

describe('dns-stale', () => {
  rows('dns-stale', [
    {
      title: 'nobody is there, and the answer says itself that it is stale',
      world: { troubles: [tenantAt(RETIRED, [30, 30], STALE), dead] },
      fault: 'dnsx-stale-answer',
      status: 'fail',
      severity: 'high',
      words: [TENANT, RETIRED, RESOLVER, 'Stale Answer'],
    },
    {
      title: 'nobody is there, the TTL stands still, and nothing uncached resolves',
      world: { nowMs: LATER, troubles: [tenantAt(RETIRED, [30, 30]), noRecursion, dead] },
      fault: 'dnsx-stale-answer',
      status: 'fail',
      words: ['stands still at 30 s', 'SERVFAIL'],
    },
    {
      title: 'one stitcher of two',
      world: {
        troubles: [names((name) => name === `${LONDON}.`, [RETIRED], STALE), dtls('no-answer', [RETIRED])],
      },
      fault: 'dnsx-stale-answer',
      status: 'warn',
      words: [LONDON],
    },
  ]);

  it.each<[string, readonly Trouble[]]>([
    ['a dead host whose record ages: DNS is right', [tenantAt(RETIRED, [30, 28]), dead]],
    [
      'a dead host, a resolver without a cache: the TTL stands still, but recursion works',
      [tenantAt(RETIRED, [60, 60]), dead],
    ],
    ['stale by its own word, and the service is there', [tenantAt('198.51.100.10', [30, 30], STALE)]],
    ['a TTL of 0', [tenantAt(RETIRED, [0, 0]), noRecursion, dead]],
  ])('%s', (_title, troubles) => {
    expect(judged({ nowMs: LATER, troubles }).rootCauses.map((one) => one.fault)).not.toContain('dnsx-stale-answer');
  });

  it('is the root of what fails at the retired address', () => {
    const { rootCauses } = judged({ troubles: [tenantAt(RETIRED, [30, 30], STALE), dead] });
    expect(rootCauses.map((one) => one.fault)).toEqual(['dnsx-stale-answer']);
  });

  it('another nameserver knows better: nothing is dead, so nothing is judged here', () => {
    const facts = { resolvConf: resolvConfWith([RESOLVER, '10.96.0.11']) };
    const troubles = [tenantAt(RETIRED, [30, 30], {}, RESOLVER), dead];
    expect(judged({ facts, nowMs: LATER, troubles }).verdict).not.toBe('NotReady');
  });

  it('asks nothing in a healthy world, and the repetition only when a TTL can have gone down', () => {
    expect(observationsOf().some((one) => one.probe.kind === 'dns' && one.probe.again !== undefined)).toBe(false);
    const view = look({
      nowMs: LATER,
      troubles: [names((name) => name === `${FRANKFURT}.`, [RETIRED]), dtls('no-answer', [RETIRED])],
    });
    const repeated = view.all('dns').filter((one) => one.probe.again !== undefined);
    expect(repeated.map((one) => one.probe.name)).not.toContain(`${LONDON}.`);
  });
});
