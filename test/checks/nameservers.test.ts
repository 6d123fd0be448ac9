import { describe, expect, it } from 'vitest';
import { nameservers } from '../../src/checks/nameservers.ts';
import type { Facts } from '../../src/model/fact.ts';
import { dnsSeen, failed, SILENT } from '../support/observed.ts';
import { rows } from '../support/rows.ts';
import { judged, type Trouble, type World } from '../support/small-world.ts';
import { dnsFails, NOTHING_LEAVES } from '../support/troubles.ts';
import { RESOLVER, resolvConfWith, TENANT, viewOf } from '../support/view.ts';

const REFUSED = failed('connection_refused', 'receive', 'recvmsg ECONNREFUSED');
const STALE = '10.96.0.11';
const CACHE = '169.254.20.10';
const list = (...addresses: string[]): Partial<Facts> => ({ resolvConf: resolvConfWith(addresses) });
const mode = (value: string): Partial<Facts> => ({ networkingMode: { known: true, value } });
const silent = (...addresses: string[]): Trouble[] => addresses.map((one) => dnsFails('both', SILENT, one));
const refused = (...addresses: string[]): Trouble[] => addresses.map((one) => dnsFails('both', REFUSED, one));
/** Says that it knows the cluster, and means another one. */
const otherCluster: Trouble = (probe) =>
  probe.kind === 'dns' && probe.server.address === RESOLVER ? dnsSeen(probe, ['10.43.0.1']) : undefined;
const HOST_NETWORK: Partial<Facts> = {
  resolvConf: resolvConfWith(['10.0.0.53'], ['corp.example']),
  hostNetwork: { known: true, value: true },
};
const noCluster: Trouble = (probe) =>
  probe.kind === 'dns' && probe.server.address === '10.0.0.53' && probe.name.startsWith('kubernetes.')
    ? dnsSeen(probe, 'NXDOMAIN')
    : undefined;

describe('nameservers', () => {
  rows('nameservers', [
    {
      title: 'the first of two is dead',
      world: { facts: list('10.0.0.91', RESOLVER), troubles: silent('10.0.0.91') },
      fault: 'dnsc-first-nameserver-dead',
      status: 'fail',
      severity: 'high',
      words: ['10.0.0.91', RESOLVER, 'glibc waits 5 s', 'musl asks all at once', 'local-dns'],
    },
    ...['host', 'lwip'].map((value) => ({
      title: `the same in ${value} mode: no sidecar, so only slow`,
      world: { facts: { ...list('10.0.0.91', RESOLVER), ...mode(value) }, troubles: silent('10.0.0.91') },
      fault: 'dnsc-first-nameserver-dead',
      status: 'warn' as const,
      severity: 'medium' as const,
    })),
    {
      title: 'the same for something that is not the Publisher',
      world: { facts: list('10.0.0.91', RESOLVER), settings: { profile: 'none' }, troubles: silent('10.0.0.91') },
      fault: 'dnsc-first-nameserver-dead',
      status: 'warn',
    },
    {
      title: 'a loopback address first, which refuses: the sidecar passes over it',
      world: { facts: list('127.0.0.53', RESOLVER), troubles: refused('127.0.0.53') },
      fault: 'dnsc-first-nameserver-dead',
      status: 'warn',
      words: ['127.0.0.53', 'goes on to the next at once'],
    },
    {
      title: 'the second of two is dead: nobody asks it',
      world: { facts: list(RESOLVER, '10.0.0.91'), troubles: silent('10.0.0.91') },
      fault: null,
      status: 'pass',
      not: 'dnsc-first-nameserver-dead',
    },
    {
      title: 'four nameservers, the first three dead',
      world: {
        facts: list('10.0.0.91', '10.0.0.92', '10.0.0.93', RESOLVER),
        troubles: silent('10.0.0.91', '10.0.0.92', '10.0.0.93'),
      },
      fault: 'dnsc-nameserver-limit',
      status: 'fail',
      severity: 'critical',
      words: ['10.0.0.91', '10.0.0.93', RESOLVER, '4 nameservers', 'DNSConfigForming'],
    },
    {
      title: 'four nameservers, all well',
      world: { facts: list(RESOLVER, '10.0.0.92', '10.0.0.93', '10.0.0.94') },
      fault: null,
      status: 'pass',
      words: ['1 further line that libc never reads'],
    },
    {
      title: 'four nameservers, the first dead: libc gets along with the second',
      world: { facts: list('10.0.0.91', RESOLVER, '10.0.0.93', '10.0.0.94'), troubles: silent('10.0.0.91') },
      fault: 'dnsc-first-nameserver-dead',
      status: 'fail',
      not: 'dnsc-nameserver-limit',
    },
    {
      title: 'an address of the Service range that is nobody, while the DNS Service answers beside it',
      world: { facts: list(STALE), troubles: silent(STALE) },
      fault: 'dnsc-stale-cluster-ip',
      status: 'fail',
      severity: 'critical',
      words: [STALE, RESOLVER, 'kubernetes.default.svc.cluster.local.', 'clusterDNS'],
    },
    {
      title: 'the same, host unreachable',
      world: { facts: list(STALE), troubles: [dnsFails('both', failed('host_unreachable'), STALE)] },
      fault: 'dnsc-stale-cluster-ip',
      status: 'fail',
    },
    {
      title: 'the same, with the DNS Service declared at an address that nobody would guess',
      world: { facts: list(STALE), settings: { clusterDns: '10.96.7.7' }, troubles: silent(STALE) },
      fault: 'dnsc-stale-cluster-ip',
      status: 'fail',
      words: ['10.96.7.7'],
    },
    {
      title: 'a hostNetwork pod that the node resolves for',
      world: { facts: HOST_NETWORK, troubles: [noCluster] },
      fault: 'dnsc-hostnetwork-clusterfirst',
      status: 'warn',
      severity: 'medium',
      words: ['10.0.0.53', 'ClusterFirstWithHostNet', RESOLVER, 'corp.example'],
    },
    {
      title: 'a hostNetwork pod with ClusterFirstWithHostNet',
      world: { facts: { hostNetwork: { known: true, value: true } } },
      fault: null,
      status: 'pass',
      not: 'dnsc-hostnetwork-clusterfirst',
    },
    {
      title: 'trap 8: a pod of its own with an explicit dnsConfig',
      world: { facts: { ...HOST_NETWORK, hostNetwork: { known: true, value: false } }, troubles: [noCluster] },
      fault: null,
      status: 'pass',
      not: 'dnsc-hostnetwork-clusterfirst',
    },
    {
      title: 'a machine that is in no cluster',
      world: {
        facts: {
          ...HOST_NETWORK,
          identity: { known: true, value: { pod: null, namespace: null, node: null, inPod: false } },
        },
        troubles: [noCluster],
      },
      fault: null,
      status: 'pass',
      not: 'dnsc-hostnetwork-clusterfirst',
    },
    { title: 'all is well', world: {}, fault: null, status: 'pass', words: ['1 nameserver'] },
  ]);

  // Somebody else's matter: nothing about the list itself is wrong.
  const others: readonly (readonly [string, World, string])[] = [
    ['the cluster DNS is silent, and is nowhere else', { troubles: silent(RESOLVER) }, 'dnsc-stale-cluster-ip'],
    [
      'an address outside the Service range',
      { facts: list('10.0.0.53'), troubles: silent('10.0.0.53') },
      'dnsc-stale-cluster-ip',
    ],
    [
      'the tenth address answers for another cluster',
      { facts: list(STALE), troubles: [...silent(STALE), otherCluster] },
      'dnsc-stale-cluster-ip',
    ],
    ['UDP is blocked, TCP passes', { facts: list(STALE), troubles: [dnsFails('udp')] }, 'dnsc-stale-cluster-ip'],
    ['nothing leaves the pod', { facts: list(STALE), troubles: NOTHING_LEAVES }, 'dnsc-stale-cluster-ip'],
    [
      'a filter in the pod itself',
      {
        facts: list('10.0.0.91', RESOLVER),
        troubles: [dnsFails('udp', failed('operation_not_permitted', 'send'), '10.0.0.91')],
      },
      'dnsc-first-nameserver-dead',
    ],
    ['the cache of the node', { facts: list(CACHE, RESOLVER), troubles: silent(CACHE) }, 'dnsc-first-nameserver-dead'],
  ];
  it.each(others)('%s', (_what, world, not) => {
    const { findings } = judged(world);
    expect(findings.filter((one) => one.check === 'nameservers').map((one) => one.fault)).not.toContain(not);
  });

  it.each([
    [{ facts: list('10.0.0.91', RESOLVER), troubles: silent('10.0.0.91') }, 'dnsc-first-nameserver-dead'],
    [{ facts: list(STALE), troubles: silent(STALE) }, 'dnsc-stale-cluster-ip'],
    [
      {
        facts: list('10.0.0.91', '10.0.0.92', '10.0.0.93', RESOLVER),
        troubles: silent('10.0.0.91', '10.0.0.92', '10.0.0.93'),
      },
      'dnsc-nameserver-limit',
    ],
    [{ facts: HOST_NETWORK, troubles: [noCluster] }, 'dnsc-hostnetwork-clusterfirst'],
  ] as const)('is the only root cause: %#', (world, fault) =>
    expect(judged(world).rootCauses.map((one) => one.fault)).toEqual([fault]),
  );

  it('asks nobody else while all is well', () => {
    expect(nameservers.plan(viewOf())).toEqual([]);
    const first = {
      kind: 'dns',
      server: { address: STALE, port: 53 },
      name: `${TENANT}.`,
      type: 'A',
      transport: 'udp',
    } as const;
    const late = viewOf({ facts: list(STALE), waiting: [{ probe: first, ms: 500, suspect: true }] });
    expect(nameservers.plan(late).map((probe) => probe.kind)).toEqual(['dns', 'tcp']);
  });
});
