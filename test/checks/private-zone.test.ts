import { describe, expect, it } from 'vitest';
import { privateZone } from '../../src/checks/private-zone.ts';
import type { Settings } from '../../src/model/settings.ts';
import { dnsSeen, failed, SILENT, soa } from '../support/observed.ts';
import { rows, textOf } from '../support/rows.ts';
import { diagnose, judged, type Trouble } from '../support/small-world.ts';
import { names, outside } from '../support/troubles.ts';
import { RESOLVER, resolvConfWith, viewOf } from '../support/view.ts';

const HOLDER = '10.0.0.10';
const PROBE = 'app.private.test.';
const ZONE: Partial<Settings> = {
  privateZones: [{ zone: 'private.test', forwarders: [{ address: HOLDER, port: 53 }], probe: 'app.private.test' }],
};
const ROOT =
  '.:53 {\n    errors\n    kubernetes cluster.local\n    forward . 10.0.0.53\n    cache 30\n    loop\n    reload\n}\n';
const STUB = 'private.test:53 {\n    errors\n    forward . 10.0.0.10\n}\n';
const withFile = (text: string): Partial<Settings> => ({ ...ZONE, corefile: { name: 'Corefile', text } });

/** The zone through the nameservers; names below it that nobody has fare alike. */
const through = (answers: Parameters<typeof dnsSeen>[1], authority: string | null = null, server?: string): Trouble => {
  const over = authority === null ? {} : { authority: [soa(authority)] };
  return (probe) =>
    probe.kind === 'dns' &&
    probe.server.address !== HOLDER &&
    (server === undefined || probe.server.address === server) &&
    probe.name.endsWith('private.test.')
      ? dnsSeen(probe, probe.randomLabel !== undefined && Array.isArray(answers) ? 'NXDOMAIN' : answers, over)
      : undefined;
};
const holder = (answers: Parameters<typeof dnsSeen>[1]): Trouble =>
  names((name) => name === PROBE, answers, {}, HOLDER);
const SOUND = holder(['10.0.0.50']);
const LEAK = through('NXDOMAIN', '.');

describe('private-zone', () => {
  rows('private-zone', [
    {
      title: 'the root denies it, its own server answers',
      world: { settings: ZONE, troubles: [LEAK, SOUND] },
      fault: 'coredns-stub-missing',
      status: 'fail',
      severity: 'high',
      words: [
        'the root of public DNS',
        HOLDER,
        '10.0.0.50',
        "'private.test:53 {' '    errors' '    cache 30'",
        'kube-system/coredns',
        '--corefile',
      ],
    },
    {
      title: 'the public parent denies it, its own server cannot be asked from here',
      world: { settings: ZONE, troubles: [through('NXDOMAIN', 'test.'), holder(SILENT)] },
      fault: 'coredns-stub-missing',
      status: 'fail',
      words: ['SOA of test.', '10.0.0.10 cannot be asked from here'],
    },
    {
      title: 'a public zone of the same name denies what the private one has',
      world: { settings: ZONE, troubles: [through('NXDOMAIN', 'private.test.'), SOUND] },
      fault: 'coredns-stub-missing',
      status: 'fail',
    },
    {
      title: 'the Corefile has no block',
      world: { settings: withFile(ROOT), troubles: [LEAK, SOUND] },
      fault: 'coredns-stub-missing',
      status: 'fail',
      words: ['Corefile:1:1'],
    },
    {
      title: 'the Corefile is right, and nobody follows it',
      world: { settings: withFile(ROOT + STUB), troubles: [LEAK, SOUND] },
      fault: 'coredns-stub-missing',
      status: 'fail',
      words: ['does not follow that file', 'rollout restart'],
    },
    {
      title: 'the block stands inside the root block',
      world: { settings: withFile(ROOT.replace('    loop\n', STUB)), troubles: [LEAK, SOUND] },
      fault: 'coredns-stub-misplaced',
      status: 'fail',
      words: [
        'Corefile:6:1',
        'survive a restart',
        'coredns patch --corefile Corefile --zone private.test --forward 10.0.0.10',
      ],
    },
    {
      title: 'a directive that CoreDNS does not know',
      world: { settings: withFile(`${ROOT}${STUB.replace('errors', 'erors')}`), troubles: [LEAK, SOUND] },
      fault: 'coredns-stub-misplaced',
      status: 'fail',
      words: ['erors'],
    },
    {
      title: 'a leading dot',
      world: { settings: withFile(`${ROOT}.${STUB}`), troubles: [LEAK, SOUND] },
      fault: 'coredns-stub-wrong-suffix',
      status: 'fail',
      words: ['.private.test'],
    },
    {
      title: 'a host name as the target',
      world: { settings: withFile(ROOT + STUB.replace('10.0.0.10', 'dns1.corp')), troubles: [LEAK, SOUND] },
      fault: 'coredns-stub-wrong-suffix',
      status: 'fail',
      words: ['dns1.corp'],
    },
    {
      title: 'refused, public names fine',
      world: { settings: ZONE, troubles: [through('REFUSED'), SOUND] },
      fault: 'coredns-private-upstream-refuses',
      status: 'fail',
      severity: 'high',
      words: ['access list', HOLDER, 'allow-query'],
    },
    {
      title: 'SERVFAIL, public names fine',
      world: { settings: ZONE, troubles: [through('SERVFAIL'), holder(SILENT)] },
      fault: 'coredns-private-upstream-refuses',
      status: 'fail',
      words: ['dropped on the way', '10.0.0.10 cannot be asked from here'],
    },
    {
      title: 'silence, public names fine',
      world: { settings: ZONE, troubles: [through(SILENT), SOUND] },
      fault: 'coredns-private-upstream-refuses',
      status: 'fail',
      words: ['no answer'],
    },
    {
      title: 'forwarded to somebody else, who is silent',
      world: {
        settings: withFile(ROOT + STUB.replace('10.0.0.10', '10.0.0.99')),
        troubles: [through('SERVFAIL'), SOUND],
      },
      fault: 'coredns-private-upstream-refuses',
      status: 'fail',
      words: ['10.0.0.99', 'not what was declared'],
    },
    {
      title: 'the second nameserver does not know the zone',
      world: {
        settings: ZONE,
        facts: { resolvConf: resolvConfWith([RESOLVER, '10.96.0.11']) },
        troubles: [through('NXDOMAIN', '.', '10.96.0.11'), through(['10.0.0.50'], 'private.test.'), SOUND],
      },
      fault: 'coredns-stub-missing',
      status: 'warn',
    },
    {
      title: 'one CoreDNS pod does not know the zone',
      world: {
        settings: { ...ZONE, dnsEndpoints: [{ address: '10.244.2.10', port: 53 }] },
        troubles: [through('NXDOMAIN', '.', '10.244.2.10'), through(['10.0.0.50'], 'private.test.'), SOUND],
      },
      fault: 'coredns-stub-missing',
      status: 'warn',
      words: ['10.244.2.10'],
    },
    {
      title: 'the zone answers',
      world: { settings: ZONE, troubles: [through(['10.0.0.50'], 'private.test.')] },
      fault: null,
      status: 'pass',
      words: ['app.private.test 10.0.0.50'],
    },
    {
      title: 'the name is not in the zone: nobody can tell',
      world: { settings: ZONE, troubles: [through('NXDOMAIN', 'private.test.'), holder('NXDOMAIN')] },
      fault: null,
      status: 'error',
      words: ['does not exist at its own servers'],
    },
  ]);

  it('is not judged when no outside name is found at all: the upstream, not the zone', () => {
    const world = { settings: ZONE, troubles: [names(outside, 'SERVFAIL'), LEAK] };
    expect(diagnose('private-zone', world).map((one) => one.status)).toEqual(['skip']);
    expect(judged(world).rootCauses.map((one) => one.fault)).toEqual(['coredns-upstream-dead']);
  });

  it.each([
    ['coredns-stub-missing', LEAK],
    ['coredns-private-upstream-refuses', through('REFUSED')],
  ] as const)('%s is the only root cause, at each depth', (fault, trouble) => {
    for (const depth of ['quick', 'standard'] as const) {
      const { rootCauses, verdict } = judged({ settings: { ...ZONE, depth }, troubles: [trouble, SOUND] });
      expect([verdict, rootCauses.map((one) => one.fault)]).toEqual(['NotReady', [fault]]);
    }
  });

  it('a name that another server strips of its address is for somebody else', () => {
    const { rootCauses } = judged({ settings: ZONE, troubles: [through([]), SOUND] });
    expect(rootCauses.map((one) => one.fault)).toEqual(['dnsx-rebind-filtered']);
  });

  it('asks the zone’s own servers and the pods only when something is wrong, when time is short', () => {
    const settings = { ...ZONE, depth: 'quick' as const, dnsEndpoints: [{ address: '10.244.2.10', port: 53 }] };
    const [probe] = privateZone.plan(viewOf({ settings }));
    expect(privateZone.plan(viewOf({ settings }))).toHaveLength(1);
    if (probe?.kind !== 'dns') throw new Error('no question');
    const at = (answers: Parameters<typeof dnsSeen>[1]) =>
      privateZone
        .plan(viewOf({ settings, observations: [dnsSeen(probe, answers)] }))
        .map((one) => ('server' in one ? one.server.address : ''));
    expect(at(['10.0.0.50'])).toEqual([RESOLVER]);
    expect(at(failed('generic_timeout_error'))).toEqual([RESOLVER, '10.244.2.10', HOLDER]);
  });

  it('says nothing without a declared zone', () => {
    expect(diagnose('private-zone')).toEqual([]);
    expect(privateZone.plan(viewOf())).toEqual([]);
  });

  it('keeps no hostile Corefile from being judged', () => {
    const [one] = diagnose('private-zone', { settings: withFile('{{{ \u001b[31m "'), troubles: [LEAK, SOUND] });
    expect(one?.status).toBe('fail');
    expect(one && textOf(one)).toContain('app.private.test');
  });
});
