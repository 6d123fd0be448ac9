import { describe, expect, it } from 'vitest';
import { dnsContent } from '../../src/checks/dns-content.ts';
import { dnsSearch } from '../../src/checks/dns-search.ts';
import type { DnsProbe } from '../../src/model/probe.ts';
import { certificateOf, dnsSeen, failed, httpsSeen, SILENT } from '../support/observed.ts';
import { rows } from '../support/rows.ts';
import { diagnose, judged, observationsOf, type Trouble, type World } from '../support/small-world.ts';
import { FRANKFURT, LONDON, RESOLVER, resolvConfWith, TENANT, TENANT_ADDRESSES, viewOf } from '../support/view.ts';

const POD = ['npa.svc.cluster.local', 'svc.cluster.local', 'cluster.local'];
const FOREIGN = '198.51.100.99';
const withNdots = (search: readonly string[], ndots = 5, nameservers: readonly string[] = [RESOLVER]) => {
  const conf = resolvConfWith(nameservers, search);
  return { resolvConf: conf.known ? { ...conf, value: { ...conf.value, ndots } } : conf };
};
const facts = withNdots([...POD, 'corp.example']);

/** What names below the suffix are answered with; an invented label has no name of its own here. */
const suffix = (
  answers: Parameters<typeof dnsSeen>[1],
  over: Parameters<typeof dnsSeen>[2] = {},
  zone = 'corp.example',
): Trouble => {
  return (probe) =>
    probe.kind === 'dns' && probe.name.endsWith(`${zone}.`) ? dnsSeen(probe, answers, over) : undefined;
};
const onlyA = (zone: string, address: string): Trouble => {
  return (probe) =>
    probe.kind === 'dns' && probe.name.endsWith(`${zone}.`)
      ? dnsSeen(probe, probe.type === 'A' ? [address] : [])
      : undefined;
};
const foreignPage: Trouble = (probe) =>
  probe.kind === 'https' && probe.address === FOREIGN
    ? httpsSeen(probe, { certificate: certificateOf('ingress.local', { nameMatches: false, error: 'no match' }) })
    : undefined;
const rewriting: Trouble = (probe) =>
  probe.kind === 'dns' && (probe.randomLabel !== undefined || probe.name.endsWith('corp.example.'))
    ? dnsSeen(probe, probe.type === 'A' ? [FOREIGN] : [])
    : undefined;

const CAPTURED: World = { facts, troubles: [onlyA('corp.example', FOREIGN), foreignPage] };

describe('dns-search', () => {
  rows('dns-search', [
    {
      title: 'a wildcard below a suffix',
      world: CAPTURED,
      fault: 'dnsc-search-wildcard-capture',
      status: 'fail',
      severity: 'critical',
      words: [
        `${TENANT}.corp.example.`,
        FOREIGN,
        'wildcard',
        'ingress.local',
        'ndots:5',
        TENANT_ADDRESSES[0] ?? '',
        LONDON,
      ],
    },
    {
      title: 'a wildcard with an IPv6 address only',
      world: {
        facts,
        troubles: [
          (probe) =>
            probe.kind === 'dns' && probe.name.endsWith('corp.example.')
              ? dnsSeen(probe, probe.type === 'AAAA' ? ['2001:db8::99'] : [])
              : undefined,
          (probe) =>
            probe.kind === 'https' && probe.address === '2001:db8::99'
              ? httpsSeen(probe, { failure: failed('network_unreachable', 'connect') })
              : undefined,
        ],
      },
      fault: 'dnsc-search-wildcard-capture',
      status: 'fail',
      words: ['2001:db8::99', 'network_unreachable'],
    },
    {
      title: 'a wildcard that leads to the service itself',
      world: { facts, troubles: [onlyA('corp.example', FOREIGN)] },
      fault: null,
      status: 'pass',
      not: 'dnsc-search-wildcard-capture',
      words: ['its own server'],
    },
    {
      title: 'a suffix that answers with the same addresses',
      world: { facts, troubles: [suffix(TENANT_ADDRESSES), foreignPage] },
      fault: null,
      status: 'pass',
      not: 'dnsc-search-wildcard-capture',
    },
    {
      title: 'trap 41: the wildcard is never asked with ndots:1',
      world: { ...CAPTURED, facts: withNdots([...POD, 'corp.example'], 1) },
      fault: null,
      status: 'pass',
      not: 'dnsc-search-wildcard-capture',
      words: ['corp.example would answer for any name, but is never asked', 'ndots:1'],
    },
    {
      title: 'a suffix that nobody answers for',
      world: { facts, troubles: [suffix(SILENT)] },
      fault: 'dnsc-search-suffix-slow',
      status: 'warn',
      severity: 'medium',
      words: ['corp.example', 'glibc finds it after 10', 'musl gives up after 5', RESOLVER],
    },
    {
      title: 'a suffix with a late SERVFAIL',
      world: { facts, troubles: [suffix('SERVFAIL', { durationMs: 3_200, rttMs: 3_200 })] },
      fault: 'dnsc-search-suffix-slow',
      status: 'warn',
      words: ['SERVFAIL after 3.2 s'],
      not: 'dnsc-search-servfail-musl',
    },
    {
      title: 'a silent suffix and an image with musl',
      world: { facts, settings: { targetLibc: 'musl' }, troubles: [suffix(SILENT)] },
      fault: 'dnsc-search-suffix-slow',
      status: 'fail',
      severity: 'high',
    },
    {
      title: 'a question that was lost once is no slow suffix',
      world: { facts, troubles: [suffix('NXDOMAIN', { durationMs: 1_300, rttMs: 300, attempts: 2 })] },
      fault: null,
      status: 'pass',
      not: 'dnsc-search-suffix-slow',
    },
    {
      title: 'silence where every other question is lost too',
      world: {
        facts,
        troubles: [
          suffix(SILENT),
          (probe) =>
            probe.kind === 'dns' && probe.name === `${TENANT}.` && probe.type === 'A'
              ? dnsSeen(probe, TENANT_ADDRESSES, { attempts: 3 })
              : undefined,
          (probe) =>
            probe.kind === 'dns' && probe.name.endsWith('.cluster.local.')
              ? dnsSeen(probe, 'NXDOMAIN', { attempts: 2 })
              : undefined,
        ],
      },
      fault: null,
      status: 'pass',
      not: 'dnsc-search-suffix-slow',
    },
    {
      title: 'SERVFAIL at once, the image not known',
      world: { facts, troubles: [suffix('SERVFAIL')] },
      fault: 'dnsc-search-servfail-musl',
      status: 'warn',
      severity: 'medium',
      words: ['corp.example', 'musl', '--target-libc', 'EAI_AGAIN'],
      not: 'dnsc-search-suffix-slow',
    },
    {
      title: 'SERVFAIL at once and an image with musl',
      world: { facts, settings: { targetLibc: 'musl' }, troubles: [suffix('SERVFAIL')] },
      fault: 'dnsc-search-servfail-musl',
      status: 'fail',
      severity: 'high',
    },
    {
      title: 'REFUSED: glibc stops walking and asks for the name, musl waits and gives up',
      world: { facts, troubles: [suffix('REFUSED')] },
      fault: 'dnsc-search-servfail-musl',
      status: 'warn',
      words: ['REFUSED'],
    },
    {
      title: 'an empty answer, which musl takes for the truth',
      world: { facts, troubles: [suffix([])] },
      fault: 'dnsc-search-servfail-musl',
      status: 'warn',
      words: ['NOERROR without an address'],
    },
    {
      title: 'an empty answer for A beside NXDOMAIN for AAAA is NXDOMAIN for musl too',
      world: {
        facts,
        troubles: [
          (probe) =>
            probe.kind === 'dns' && probe.name.endsWith('corp.example.')
              ? dnsSeen(probe, probe.type === 'A' ? [] : 'NXDOMAIN')
              : undefined,
        ],
      },
      fault: null,
      status: 'pass',
      not: 'dnsc-search-servfail-musl',
    },
    {
      title: 'SERVFAIL below a suffix that is asked last of all',
      world: { facts: withNdots([...POD, 'corp.example'], 2), troubles: [suffix('SERVFAIL')] },
      fault: null,
      status: 'pass',
      not: 'dnsc-search-servfail-musl',
    },
    {
      title: 'trap 2: NXDOMAIN below every suffix',
      world: { facts },
      fault: null,
      status: 'pass',
      words: ['4 suffixes', 'none answers'],
    },
    {
      title: 'DNS knows the name, the C library does not',
      world: {
        facts: { ...facts, nameServiceSwitch: { known: true, value: { hosts: ['files'] } } },
        settings: { systemLookup: true },
        troubles: [
          (probe) =>
            probe.kind === 'lookup'
              ? {
                  probe,
                  startedMs: 5,
                  durationMs: 2,
                  attempts: 1,
                  failure: failed('dns_nxdomain_error', 'resolve', 'getaddrinfo ENOTFOUND'),
                  addresses: [],
                }
              : undefined,
        ],
      },
      fault: null,
      status: 'warn',
      words: ['nsswitch.conf names no dns', 'getent ahosts'],
    },
    {
      title: 'more suffixes than old libraries read',
      world: { facts: withNdots([...POD, 'a.example', 'b.example', 'c.example', 'd.example']) },
      fault: null,
      status: 'pass',
      words: ['glibc before 2.26 does not read 1 of the suffixes'],
    },
  ]);

  it('a resolver that invents answers for every name has captured nothing by its suffixes', () =>
    expect(diagnose('dns-search', { facts, troubles: [rewriting, foreignPage] }).map((one) => one.status)).toEqual([
      'skip',
    ]));

  it('a capture is the only root cause, and nobody connects to the foreign address but to look', () => {
    const { rootCauses, verdict } = judged(CAPTURED);
    expect(rootCauses.map((one) => one.fault)).toEqual(['dnsc-search-wildcard-capture']);
    expect(verdict).toBe('NotReady');
  });

  const below = (world: World) =>
    observationsOf(world).filter((one) => one.probe.kind === 'dns' && (one.probe as DnsProbe).name.includes('com.svc'));

  it.each([
    ['a public resolver', { facts: withNdots(POD, 5, ['198.51.100.53']) }],
    ['an absolute name everywhere', { facts: withNdots([]) }],
    ['resolvers given by configuration', { settings: { resolvers: [{ address: RESOLVER, port: 53 }] } }],
  ])('is not walked: %s', (_what, world) => {
    expect(below(world)).toEqual([]);
    expect(diagnose('dns-search', world)).toEqual([]);
  });

  it('is walked at a private resolver, once per suffix', () => expect(below({ facts })).toHaveLength(1));

  it('a name in the hosts file is not walked: libc finds it there', () => {
    const hosts = { known: true, value: [{ address: '10.0.0.1', names: [TENANT] }] } as const;
    expect(diagnose('dns-search', { facts: { ...facts, hosts } })[0]?.target?.host).toBe(LONDON);
    const all = { known: true, value: [{ address: '10.0.0.1', names: [TENANT, LONDON, FRANKFURT] }] } as const;
    expect(diagnose('dns-search', { facts: { ...facts, hosts: all } })).toEqual([]);
  });

  it('is not waited for without end', () => {
    const base = observationsOf({ facts }).filter((one) => !('rcode' in one && one.probe.name.includes('corp')));
    const probe = { kind: 'dns', server: { address: RESOLVER, port: 53 }, type: 'A', transport: 'udp' } as const;
    const waiting = (ms: number) =>
      viewOf({ facts, observations: base, waiting: [{ probe: { ...probe, name: `${TENANT}.corp.example.` }, ms }] });
    expect(dnsSearch.enough?.(waiting(1_900))).toEqual([]);
    expect(dnsSearch.enough?.(waiting(2_000))).toHaveLength(1);
  });

  it.each([
    ['all suffixes deny', { facts }, true],
    ['a suffix is silent: getaddrinfo would hang', { facts, troubles: [suffix(SILENT)] }, false],
    ['a suffix captures: it would bring foreign addresses', CAPTURED, false],
    ['a public resolver is not walked by us, nor through libc', { facts: withNdots(POD, 5, ['198.51.100.53']) }, false],
    ['no suffix comes first', { facts: withNdots([...POD, 'corp.example'], 1) }, true],
  ])('the C library is asked when it is safe: %s', (_what, world, asked) => {
    const settings = { systemLookup: true };
    const observations = observationsOf({ ...world, settings });
    const view = viewOf({ facts: world.facts ?? {}, settings, observations });
    expect(dnsContent.plan(view).some((probe) => probe.kind === 'lookup' && probe.host === TENANT)).toBe(asked);
  });
});
