import { describe, expect, it } from 'vitest';
import { dnsSeen } from '../support/observed.ts';
import { rows } from '../support/rows.ts';
import { diagnose } from '../support/small-world.ts';
import { missing, names } from '../support/troubles.ts';
import { FRANKFURT, LONDON, RESOLVER, resolvConfWith, stitcherTarget, TENANT, tenantTarget } from '../support/view.ts';

const TWO = { resolvConf: resolvConfWith([RESOLVER, '10.96.0.11']) };
const isTenant = (name: string) => name === `${TENANT}.`;

describe('dns-content', () => {
  rows('dns-content', [
    {
      title: 'the tenant leads to 0.0.0.0',
      world: { troubles: [names(isTenant, ['0.0.0.0'])] },
      fault: 'dnsx-sinkhole-ip',
      status: 'fail',
      severity: 'critical',
      words: [TENANT, '0.0.0.0', RESOLVER],
    },
    {
      title: 'one stitcher leads to 127.0.0.1, the other resolves',
      world: { troubles: [names((name) => name === `${FRANKFURT}.`, ['127.0.0.1'])] },
      fault: 'dnsx-sinkhole-ip',
      status: 'warn',
      severity: 'medium',
      words: [LONDON],
    },
    {
      title: 'one stitcher is filtered, and all are wanted',
      world: {
        settings: {
          targets: [
            tenantTarget(),
            stitcherTarget(LONDON, { addressPolicy: 'all' }),
            stitcherTarget(FRANKFURT, { addressPolicy: 'all' }),
          ],
        },
        troubles: [names((name) => name === `${FRANKFURT}.`, ['127.0.0.1'])],
      },
      fault: 'dnsx-sinkhole-ip',
      status: 'fail',
    },
    {
      title: 'a private address is somebody’s choice',
      world: { troubles: [names(isTenant, ['10.20.30.40'])] },
      fault: null,
      status: 'pass',
      not: 'dnsx-sinkhole-ip',
    },
    {
      title: 'NXDOMAIN by the parent zone',
      world: { troubles: [missing(TENANT)] },
      fault: 'dnsx-tenant-nxdomain',
      status: 'fail',
      severity: 'critical',
      words: [TENANT, 'goskope.com.', LONDON],
    },
    {
      title: 'the placeholder of the chart, denied from a cache',
      world: { settings: { targets: [tenantTarget({ host: 'tenant.goskope.com' })] } },
      fault: 'dnsx-tenant-nxdomain',
      status: 'fail',
      words: ['tenant.goskope.com'],
    },
    {
      title: 'the placeholder of the chart, with the zone’s word for it',
      world: {
        settings: { targets: [tenantTarget({ host: 'tenant.goskope.com' })] },
        troubles: [missing('tenant.goskope.com')],
      },
      fault: 'dnsx-tenant-nxdomain',
      status: 'fail',
      words: ['placeholder'],
    },
    {
      title: 'NXDOMAIN by somebody else’s authority is a filter, not a typing error',
      world: { troubles: [missing(TENANT, 'rpz.corp.example.')] },
      fault: 'dnsx-rpz-blocked',
      status: 'fail',
      not: 'dnsx-tenant-nxdomain',
      words: ['rpz.corp.example.'],
    },
    {
      title: 'NXDOMAIN by a zone that only ends alike is a filter too',
      world: { troubles: [missing(TENANT, 'skope.com.')] },
      fault: 'dnsx-rpz-blocked',
      status: 'fail',
      not: 'dnsx-tenant-nxdomain',
    },
    {
      title: 'NXDOMAIN at one nameserver of two',
      world: { facts: TWO, troubles: [missing(TENANT, 'goskope.com.', '10.96.0.11')] },
      fault: null,
      status: 'warn',
      severity: 'medium',
      not: 'dnsx-tenant-nxdomain',
      words: ['10.96.0.11 NXDOMAIN'],
    },
    {
      title: 'NXDOMAIN at one, SERVFAIL at the other: nobody knows',
      world: {
        facts: TWO,
        troubles: [missing(TENANT, 'goskope.com.', '10.96.0.11'), names(isTenant, 'SERVFAIL', {}, RESOLVER)],
      },
      fault: null,
      status: 'fail',
      not: 'dnsx-tenant-nxdomain',
    },
    {
      title: 'a stitcher that does not exist is not the tenant',
      world: { troubles: [missing(LONDON, 'npa.goskope.com.')] },
      fault: 'dnsx-partial-gateways',
      status: 'warn',
      severity: 'medium',
      not: 'dnsx-tenant-nxdomain',
    },
    {
      title: 'no stitcher exists',
      world: { troubles: [missing(LONDON), missing(FRANKFURT)] },
      fault: null,
      status: 'fail',
      severity: 'critical',
    },
    {
      title: 'a recommended target that does not exist',
      world: {
        settings: { targets: [tenantTarget({ requirement: 'recommended' })] },
        troubles: [missing(TENANT)],
      },
      fault: 'dnsx-tenant-nxdomain',
      status: 'warn',
      severity: 'medium',
    },
    {
      title: 'NODATA for A, and AAAA where IPv6 cannot leave',
      world: {
        troubles: [
          (probe) =>
            probe.kind === 'dns' && isTenant(probe.name)
              ? dnsSeen(probe, probe.type === 'AAAA' ? ['2001:db8::10'] : [])
              : undefined,
        ],
      },
      fault: null,
      status: 'fail',
      words: ['IPv6'],
    },
    {
      title: 'SERVFAIL with the reason written down',
      world: {
        troubles: [names(isTenant, 'SERVFAIL', { extendedErrors: [{ code: 22, text: 'No Reachable Authority' }] })],
      },
      fault: null,
      status: 'fail',
      words: ['SERVFAIL', '22 No Reachable Authority'],
    },
    { title: 'all is well', world: {}, fault: null, status: 'pass' },
  ]);

  it('the hosts file comes first: a pinned name is not asked about', () => {
    const hosts = { known: true as const, value: [{ address: '198.51.100.10', names: [TENANT] }] };
    const found = diagnose('dns-content', { facts: { hosts }, troubles: [missing(TENANT)] });
    expect(found.find((one) => one.target?.host === TENANT)?.status).toBe('pass');
  });

  it('a name that could not be asked for is skipped, not failed', () => {
    const found = diagnose('dns-content', { facts: { resolvConf: resolvConfWith([]) } });
    expect(found.map((one) => one.status)).toEqual(['skip', 'skip', 'skip']);
  });
});
