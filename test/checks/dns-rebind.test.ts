import { describe, expect, it } from 'vitest';
import type { Settings } from '../../src/model/settings.ts';
import { SILENT, soa } from '../support/observed.ts';
import { rows } from '../support/rows.ts';
import { diagnose, observationsOf } from '../support/small-world.ts';
import { names, outside } from '../support/troubles.ts';
import { RESOLVER } from '../support/view.ts';

const HOLDER = '10.0.0.10';
const PROBE = 'app.private.example.com';
const settings: Partial<Settings> = {
  privateZones: [{ zone: 'private.example.com', forwarders: [{ address: HOLDER, port: 53 }], probe: PROBE }],
};
const isProbe = (name: string) => name === `${PROBE}.`;
const held = names(isProbe, ['10.0.0.50'], {}, HOLDER);
const BLOCKED = { extendedErrors: [{ code: 15, text: '' }] };

describe('dns-rebind', () => {
  rows('dns-rebind', [
    {
      title: 'an address at the holder, an empty answer through the chain',
      world: { settings, troubles: [names(isProbe, [], {}, RESOLVER), held] },
      fault: 'dnsx-rebind-filtered',
      status: 'fail',
      severity: 'high',
      words: [PROBE, '10.0.0.50', RESOLVER, '10.0.0.10:53', '--rebind-domain-ok=/private.example.com/'],
    },
    {
      title: 'and it says that it was blocked',
      world: { settings, troubles: [names(isProbe, 'REFUSED', BLOCKED, RESOLVER), held] },
      fault: 'dnsx-rebind-filtered',
      status: 'fail',
      words: ['15 (Blocked)'],
    },
  ]);

  it.each<[string, Parameters<typeof diagnose>[1]]>([
    ['no zone is declared', {}],
    ['the chain has the address', { settings, troubles: [names(isProbe, ['10.0.0.50'])] }],
    [
      'the holder has no address either: a genuine empty answer',
      { settings, troubles: [names(isProbe, [], { authority: [soa('private.example.com.')] })] },
    ],
    [
      'the holder cannot be asked from here: nothing is proven',
      { settings, troubles: [names(isProbe, [], {}, RESOLVER), names(isProbe, SILENT, {}, HOLDER)] },
    ],
    [
      'NXDOMAIN through the chain: nobody forwards the zone',
      { settings, troubles: [names(isProbe, 'NXDOMAIN', {}, RESOLVER), held] },
    ],
    ['REFUSED without a word: an access list', { settings, troubles: [names(isProbe, 'REFUSED', {}, RESOLVER), held] }],
    ['nothing resolves at all', { settings, troubles: [held, names(outside, [])] }],
  ])('%s', (_title, world) => {
    expect(diagnose('dns-rebind', world)).toEqual([]);
  });

  it('the zone’s own servers are asked only in doubt', () => {
    const asked = (troubles: Parameters<typeof observationsOf>[0]) =>
      observationsOf(troubles).filter((one) => one.probe.kind === 'dns' && one.probe.server.address === HOLDER);
    expect(asked({ settings, troubles: [names(isProbe, ['10.0.0.50'])] })).toEqual([]);
    expect(asked({ settings, troubles: [names(isProbe, [], {}, RESOLVER), held] }).length).toBe(1);
  });
});
