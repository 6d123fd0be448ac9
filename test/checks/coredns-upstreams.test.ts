import { describe, expect, it } from 'vitest';
import { corednsUpstreams } from '../../src/checks/coredns-upstreams.ts';
import type { Settings } from '../../src/model/settings.ts';
import { dnsSeen, SILENT, soa } from '../support/observed.ts';
import { rows } from '../support/rows.ts';
import { diagnose, judged, observationsOf, type Trouble } from '../support/small-world.ts';
import { missing } from '../support/troubles.ts';
import { LONDON, RESOLVER, TENANT, viewOf } from '../support/view.ts';

const ZONE: Partial<Settings> = {
  privateZones: [{ zone: 'private.test', forwarders: [{ address: '10.0.0.10', port: 53 }], probe: 'app.private.test' }],
};
const MIXED_FILE = '.:53 {\n    kubernetes cluster.local\n    forward . 10.0.0.10 8.8.8.8\n}\n';

/** Labels below the private zone: the public upstream denies those that the predicate picks, the private one the others. */
const labels =
  (toPublic: (label: number) => boolean): Trouble =>
  (probe) => {
    if (probe.kind !== 'dns' || !probe.name.endsWith('private.test.')) return undefined;
    if (probe.randomLabel === undefined) return dnsSeen(probe, ['10.0.0.50']);
    return dnsSeen(probe, 'NXDOMAIN', { authority: [soa(toPublic(probe.randomLabel) ? '.' : 'private.test.')] });
  };

/** The private upstream refuses public names. */
const refused =
  (host: string, label: (label: number) => boolean): Trouble =>
  (probe) => {
    if (probe.kind !== 'dns' || probe.name !== `${host}.`) return undefined;
    const bad =
      probe.randomLabel === undefined ? probe.type === 'A' && probe.transport === 'udp' : label(probe.randomLabel);
    return bad ? dnsSeen(probe, 'REFUSED') : undefined;
  };

const odd = (label: number) => label % 2 === 1;

describe('coredns-upstreams', () => {
  rows('coredns-upstreams', [
    {
      title: 'names below the zone are denied by two authorities',
      world: { settings: ZONE, troubles: [labels(odd)] },
      fault: 'coredns-mixed-upstreams',
      status: 'fail',
      severity: 'high',
      words: [RESOLVER, 'the root', '6 of somebody else', 'private.test:53 {'],
    },
    {
      title: 'the Corefile says who they are',
      world: { settings: { ...ZONE, corefile: { name: 'Corefile', text: MIXED_FILE } }, troubles: [labels(odd)] },
      fault: 'coredns-mixed-upstreams',
      status: 'fail',
      words: ['10.0.0.10 and 8.8.8.8', 'Corefile:3:'],
    },
    {
      title: 'no zone is declared: names below a public one are refused at times',
      world: { troubles: [refused(LONDON, odd)] },
      fault: 'coredns-mixed-upstreams',
      status: 'fail',
      words: [LONDON, '6 of somebody else (REFUSED'],
    },
  ]);

  it('one refusal of an address of either kind is reason enough to ask on', () => {
    const aaaa: Trouble = (probe) =>
      probe.kind === 'dns' && probe.name === `${TENANT}.` && probe.type === 'AAAA'
        ? dnsSeen(probe, 'REFUSED')
        : undefined;
    const below: Trouble = (probe) =>
      probe.kind === 'dns' && probe.name === `${TENANT}.` && probe.randomLabel !== undefined && odd(probe.randomLabel)
        ? dnsSeen(probe, 'REFUSED')
        : undefined;
    const { rootCauses } = judged({ troubles: [aaaa, below] });
    expect(rootCauses.map((one) => one.fault)).toEqual(['coredns-mixed-upstreams']);
  });

  it.each([
    ['all come from the zone', { settings: ZONE, troubles: [labels(() => false)] }],
    [
      'all leak: the zone is not forwarded',
      { settings: ZONE, troubles: [missing('app.private.test', '.'), labels(() => true)] },
    ],
    ['a name that is always refused: a list', { troubles: [refused(TENANT, () => true)] }],
    ['a name that does not exist', { troubles: [missing(TENANT)] }],
    ['all is well', {}],
  ])('%s: nothing is said', (_title, world) => {
    const said = diagnose('coredns-upstreams', world).filter((one) => one.fault !== undefined);
    expect(said).toEqual([]);
  });

  it('is the only root cause, whatever fails at random with it', () => {
    for (const world of [
      { settings: ZONE, troubles: [labels(odd)] },
      { settings: ZONE, troubles: [labels(odd), refused(TENANT, odd)] },
      { troubles: [refused(TENANT, odd)] },
      { troubles: [refused(TENANT, odd), refused(LONDON, odd)] },
    ]) {
      const { rootCauses, verdict } = judged(world);
      expect([verdict, rootCauses.map((one) => one.fault)]).toEqual(['NotReady', ['coredns-mixed-upstreams']]);
    }
  });

  it('asks one question after another about refusals, and stops where nothing comes back', () => {
    const mute: Trouble = (probe) =>
      probe.kind === 'dns' && probe.randomLabel === 3 ? dnsSeen(probe, SILENT) : undefined;
    const asked = observationsOf({ troubles: [mute, refused(TENANT, odd)] }).filter(
      ({ probe }) => probe.kind === 'dns' && probe.name === `${TENANT}.` && probe.randomLabel !== undefined,
    );
    expect(asked).toHaveLength(3);
  });

  it('keeps within 60 datagrams to one nameserver, with many zones too', () => {
    const [zone] = ZONE.privateZones ?? [];
    if (!zone) throw new Error('no zone');
    for (const count of [1, 2, 5]) {
      const privateZones = Array.from({ length: count }, (_, index) => ({
        ...zone,
        zone: `z${index}.private.test`,
        probe: `app.z${index}.private.test`,
      }));
      const asked = observationsOf({
        settings: { privateZones },
        troubles: [labels(odd), refused(TENANT, odd)],
      }).filter(({ probe }) => probe.kind === 'dns' && probe.server.address === RESOLVER && probe.transport === 'udp');
      expect(asked.length).toBeLessThanOrEqual(60);
    }
  });

  it('is not asked at quick depth without a reason', () => {
    const settings = { ...ZONE, depth: 'quick' as const };
    const asked = observationsOf({ settings, troubles: [labels(() => false)] });
    expect(asked.filter(({ probe }) => probe.kind === 'dns' && probe.name === 'private.test.')).toEqual([]);
    expect(corednsUpstreams.plan(viewOf({ settings }))).toEqual([]);
  });
});
