import { describe, expect, it } from 'vitest';
import type { Facts } from '../../src/model/fact.ts';
import { dnsSeen, failed, SILENT } from '../support/observed.ts';
import { rows } from '../support/rows.ts';
import { judged, type Trouble } from '../support/small-world.ts';
import { dnsFails, tcpFails } from '../support/troubles.ts';
import { RESOLVER, resolvConfWith } from '../support/view.ts';

const REFUSED = failed('connection_refused', 'receive', 'recvmsg ECONNREFUSED');
const CACHE = '169.254.20.10';
const list = (...addresses: string[]): Partial<Facts> => ({ resolvConf: resolvConfWith(addresses) });
const mode = (value: string): Partial<Facts> => ({ networkingMode: { known: true, value } });
const silent = (...addresses: string[]): Trouble[] => addresses.map((one) => dnsFails('both', SILENT, one));
const refused = (...addresses: string[]): Trouble[] => addresses.map((one) => dnsFails('both', REFUSED, one));

describe('nameservers behind dns-path', () => {
  rows('dns-path', [
    {
      title: 'the cache of the node is silent, the DNS Service answers',
      world: { facts: list(CACHE), troubles: silent(CACHE) },
      fault: 'dns-nodelocal-down',
      status: 'fail',
      severity: 'critical',
      words: [CACHE, RESOLVER, 'node-local-dns'],
    },
    {
      title: 'the cache of the node refuses',
      world: { facts: list(CACHE), troubles: refused(CACHE) },
      fault: 'dns-nodelocal-down',
      status: 'fail',
      words: ['refuses'],
    },
    {
      title: 'the cache of the node is dead, the next nameserver answers: pod mode has no way round',
      world: { facts: list(CACHE, RESOLVER), troubles: silent(CACHE) },
      fault: 'dns-nodelocal-down',
      status: 'fail',
    },
    {
      title: 'the same in host mode',
      world: { facts: { ...list(CACHE, RESOLVER), ...mode('host') }, troubles: silent(CACHE) },
      fault: 'dns-nodelocal-down',
      status: 'warn',
    },
    {
      title: 'the cache and the DNS Service are both silent',
      world: { facts: list(CACHE), troubles: silent(CACHE, RESOLVER) },
      fault: null,
      status: 'fail',
      not: 'dns-nodelocal-down',
    },
    {
      title: "a cloud's resolver in the link-local range is no cache of the node",
      world: { facts: list('169.254.169.253'), troubles: silent('169.254.169.253') },
      fault: null,
      status: 'fail',
      not: 'dns-nodelocal-down',
    },
    {
      title: 'the DNS Service refuses, other Services connect',
      world: { troubles: refused(RESOLVER) },
      fault: 'dns-no-endpoints',
      status: 'fail',
      severity: 'critical',
      words: [RESOLVER, '10.96.0.1:443', 'endpointslices'],
    },
    {
      title: 'ICMP is limited in rate: one refusal among silent questions is enough',
      world: {
        troubles: [
          (probe) =>
            probe.kind === 'dns' && probe.name === '.' && probe.transport === 'udp'
              ? dnsSeen(probe, SILENT)
              : undefined,
          ...refused(RESOLVER),
        ],
      },
      fault: 'dns-no-endpoints',
      status: 'fail',
    },
    {
      title: 'the DNS Service and every other Service refuse: the Service network is broken',
      world: { troubles: [...refused(RESOLVER), tcpFails('connection_refused', ['10.96.0.1'])] },
      fault: null,
      status: 'fail',
      not: 'dns-no-endpoints',
    },
    {
      title: 'a resolver outside the Service range refuses: a stopped server, not a Service',
      world: { facts: list('10.0.0.53'), troubles: refused('10.0.0.53') },
      fault: null,
      status: 'fail',
      not: 'dns-no-endpoints',
    },
    {
      title: 'the same, inside the declared Service range',
      world: { facts: list('10.0.0.53'), settings: { serviceCidrs: ['10.0.0.0/16'] }, troubles: refused('10.0.0.53') },
      fault: null,
      status: 'fail',
      not: 'dns-no-endpoints',
    },
  ]);

  it('inside a declared range, and nothing better elsewhere, it is the Service', () => {
    const settings = { serviceCidrs: ['10.0.0.0/16'], clusterDns: '10.0.0.53' };
    const { rootCauses } = judged({ facts: list('10.0.0.53'), settings, troubles: refused('10.0.0.53') });
    expect(rootCauses.map((one) => one.fault)).toEqual(['dns-no-endpoints']);
  });
});
