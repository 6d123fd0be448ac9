import { describe, expect, it } from 'vitest';
import { tcp } from '../../src/checks/tcp.ts';
import { dnsSeen, failed, httpsSeen, SILENT } from '../support/observed.ts';
import { rows } from '../support/rows.ts';
import { diagnose } from '../support/small-world.ts';
import { tcpFails } from '../support/troubles.ts';
import {
  LONDON,
  NO_CONTROLS,
  RESOLVER,
  TENANT,
  TENANT_ADDRESSES,
  tcpTarget,
  tenantTarget,
  viewOf,
} from '../support/view.ts';

const [FIRST = '', SECOND = ''] = TENANT_ADDRESSES;
const NO_ROUTE = {
  routes: {
    known: true as const,
    value: [{ destination: '10.244.1.0/24', gateway: null, interface: 'eth0', family: 4 as const }],
  },
};

describe('tcp', () => {
  rows('tcp', [
    {
      title: 'network unreachable, and no default route',
      world: { facts: NO_ROUTE, troubles: [tcpFails('network_unreachable')] },
      fault: 'tcp-no-route',
      status: 'fail',
      words: [FIRST, 'default route'],
    },
    {
      title: 'network unreachable with a default route is an ICMP answer',
      world: { troubles: [tcpFails('network_unreachable')] },
      fault: 'tcp-egress-icmp-prohibited',
      status: 'fail',
      not: 'tcp-no-route',
      words: [FIRST, 'network_unreachable'],
    },
    {
      title: 'refused by everybody',
      world: { troubles: [tcpFails('connection_refused')] },
      fault: 'tcp-egress-reject',
      status: 'fail',
      severity: 'critical',
      words: [FIRST, TENANT, 'TCP 443', '203.0.113.200:443 connection_refused', '10.96.0.1'],
    },
    {
      title: 'refused by the target only: a closed port there',
      world: { troubles: [tcpFails('connection_refused', TENANT_ADDRESSES)] },
      fault: null,
      status: 'fail',
      not: 'tcp-egress-reject',
      words: [FIRST, '203.0.113.200:443 connects'],
    },
    {
      title: 'refused by the target, silence elsewhere',
      world: {
        troubles: [
          tcpFails('connection_refused', TENANT_ADDRESSES),
          tcpFails('generic_timeout_error', ['203.0.113.200', '203.0.113.201']),
        ],
      },
      fault: null,
      status: 'fail',
      not: 'tcp-egress-reject',
    },
    {
      title: 'prohibited by ICMP everywhere',
      world: { troubles: [tcpFails('host_unreachable')] },
      fault: 'tcp-egress-icmp-prohibited',
      status: 'fail',
      words: [FIRST, 'host_unreachable'],
    },
    {
      title: 'prohibited to the target only',
      world: { troubles: [tcpFails('host_unreachable', TENANT_ADDRESSES)] },
      fault: null,
      status: 'fail',
      not: 'tcp-egress-icmp-prohibited',
    },
    {
      title: 'silence from everybody',
      world: { troubles: [tcpFails('generic_timeout_error')] },
      fault: 'tcp-egress-drop',
      status: 'fail',
      severity: 'critical',
      words: [FIRST, SECOND, TENANT, 'TCP 443', '203.0.113.200:443 no answer', '10.96.0.1 is reachable'],
    },
    {
      title: 'silence from the target only: not a rule on the port',
      world: { troubles: [tcpFails('generic_timeout_error', TENANT_ADDRESSES)] },
      fault: null,
      status: 'fail',
      not: 'tcp-egress-drop',
      words: ['203.0.113.200:443 connects'],
    },
    {
      title: 'silence, and one control of two connects',
      world: { troubles: [tcpFails('generic_timeout_error', [...TENANT_ADDRESSES, '203.0.113.200'])] },
      fault: null,
      status: 'fail',
      not: 'tcp-egress-drop',
    },
    {
      title: 'silence, and nobody else to ask',
      world: { settings: { controls: NO_CONTROLS }, troubles: [tcpFails('generic_timeout_error')] },
      fault: null,
      status: 'fail',
      not: 'tcp-egress-drop',
      words: ['no control host was asked'],
    },
    {
      title: 'silence from one address, refusal by the other',
      world: {
        troubles: [tcpFails('connection_refused', [FIRST]), tcpFails('generic_timeout_error')],
      },
      fault: null,
      status: 'fail',
      not: 'tcp-egress-drop',
    },
    {
      title: 'everything dropped, but the target is only recommended',
      world: {
        settings: { targets: [tenantTarget({ requirement: 'recommended' })] },
        troubles: [tcpFails('generic_timeout_error')],
      },
      fault: 'tcp-egress-drop',
      status: 'warn',
      severity: 'medium',
    },
    {
      title: 'one address of two is dead',
      world: { troubles: [tcpFails('generic_timeout_error', [FIRST])] },
      fault: null,
      status: 'warn',
      severity: 'medium',
      words: [`1 of 2`, FIRST, `${SECOND} open`],
    },
    {
      title: 'one address of two is dead, and all are wanted',
      world: {
        settings: { targets: [tenantTarget({ addressPolicy: 'all' })] },
        troubles: [tcpFails('generic_timeout_error', [FIRST])],
      },
      fault: null,
      status: 'fail',
      words: [FIRST],
    },
    { title: 'all is well', world: {}, fault: null, status: 'pass' },
    {
      title: '443/TCP to a stitcher is for information',
      world: { settings: { targets: [tcpTarget(LONDON)] }, troubles: [tcpFails('connection_refused')] },
      fault: null,
      status: 'pass',
      words: ['for information'],
    },
  ]);

  it('says nothing about hosts behind a proxy', () => {
    const httpsProxy = 'http://10.0.0.20:3128';
    const proxy = {
      known: true as const,
      value: { httpProxy: null, httpsProxy, noProxy: null, allProxy: null, conflicts: [] },
    };
    expect(diagnose('tcp', { facts: { proxy } })).toEqual([]);
  });

  it('an address that was not finished is unknown, however another one fared', () => {
    const question = {
      kind: 'dns' as const,
      server: { address: RESOLVER, port: 53 },
      name: `${TENANT}.`,
      type: 'A' as const,
      transport: 'udp' as const,
    };
    const resolved = dnsSeen(question, TENANT_ADDRESSES);
    const https = { kind: 'https' as const, host: TENANT, address: FIRST, port: 443, path: '/api/v2/', proxy: null };
    const dead = httpsSeen(https, { failure: failed('generic_timeout_error', 'connect') });
    const targets = [tenantTarget()];
    const [nothing] = tcp.diagnose(viewOf({ settings: { targets }, observations: [resolved] }));
    expect(nothing).toMatchObject({ status: 'error', required: true });
    const [half] = tcp.diagnose(viewOf({ settings: { targets }, observations: [resolved, dead] }));
    expect(half).toMatchObject({ status: 'error', required: true });
  });

  it('a name that is still being resolved is unknown; one without an address is skipped', () => {
    const probe = {
      kind: 'dns' as const,
      server: { address: RESOLVER, port: 53 },
      name: `${TENANT}.`,
      type: 'A' as const,
      transport: 'udp' as const,
    };
    const targets = [tenantTarget()];
    expect(tcp.diagnose(viewOf({ settings: { targets }, waiting: [{ probe, ms: 10 }] }))[0]?.status).toBe('error');
    const silent = [dnsSeen(probe, SILENT)];
    expect(tcp.diagnose(viewOf({ settings: { targets }, observations: silent }))[0]?.status).toBe('skip');
  });

  it('asks the controls when a connection is late or refused, and not for what is only information', () => {
    const question = {
      kind: 'dns' as const,
      server: { address: RESOLVER, port: 53 },
      name: `${TENANT}.`,
      type: 'A' as const,
      transport: 'udp' as const,
    };
    const resolved = dnsSeen(question, [FIRST]);
    const https = { kind: 'https' as const, host: TENANT, address: FIRST, port: 443, path: '/api/v2/', proxy: null };
    const kinds = (parts: Parameters<typeof viewOf>[0]) => new Set(tcp.plan(viewOf(parts)).map((one) => one.kind));
    const targets = [tenantTarget()];
    expect(kinds({ settings: { targets }, observations: [resolved] })).toEqual(new Set(['https']));
    const all = new Set(['https', 'tcp', 'stun']);
    const late = [{ probe: https, ms: 600, suspect: true }];
    expect(kinds({ settings: { targets }, observations: [resolved], waiting: late })).toEqual(all);
    const refused = httpsSeen(https, { failure: failed('connection_refused', 'connect') });
    expect(kinds({ settings: { targets }, observations: [resolved, refused] })).toEqual(all);
    const info = [tenantTarget({ requirement: 'info' })];
    expect(kinds({ settings: { targets: info }, observations: [resolved, refused] })).toEqual(new Set(['https']));
  });

  it('a plain TCP target is one connect to each address', () => {
    const found = diagnose('tcp', {
      settings: { targets: [tcpTarget(LONDON, { requirement: 'required', role: 'private-zone' })] },
    });
    expect(found.map((one) => [one.status, one.target?.address])).toEqual([
      ['pass', '198.51.100.21'],
      ['pass', '198.51.100.22'],
    ]);
  });
});
