import { describe, expect, it } from 'vitest';
import type { DnsRecord } from '../../src/model/observation.ts';
import type { DnsProbe } from '../../src/model/probe.ts';
import { dnsSeen, soa } from '../support/observed.ts';
import { rows } from '../support/rows.ts';
import { judged, observationsOf, type Trouble } from '../support/small-world.ts';
import { missing, names, outside } from '../support/troubles.ts';
import { FRANKFURT, LONDON, RESOLVER, resolvConfWith, stitcherTarget, TENANT, tenantTarget } from '../support/view.ts';

const TWO = { resolvConf: resolvConfWith([RESOLVER, '10.96.0.11']) };
const isTenant = (name: string) => name === `${TENANT}.`;

const alias = (from: string, to: string): DnsRecord => ({ name: `${from}.`, type: 'CNAME', ttl: 30, data: `${to}.` });

/** NXDOMAIN without any authority for the tenant, and for random labels that the predicate picks. */
function bareDenials(picks: (probe: DnsProbe) => boolean): Trouble {
  return (probe) =>
    probe.kind === 'dns' && (isTenant(probe.name) || probe.randomLabel !== undefined) && picks(probe)
      ? dnsSeen(probe, 'NXDOMAIN')
      : undefined;
}

describe('answers without an address', () => {
  rows('dns-content', [
    {
      title: 'SERVFAIL, and an address with checking disabled',
      world: {
        troubles: [
          (probe) =>
            probe.kind === 'dns' && isTenant(probe.name) && probe.checkingDisabled
              ? dnsSeen(probe, ['198.51.100.10'])
              : undefined,
          names(isTenant, 'SERVFAIL'),
        ],
      },
      fault: 'dnsx-dnssec-bogus',
      status: 'fail',
      severity: 'critical',
      words: [TENANT, RESOLVER, '198.51.100.10', '+cd', 'validate-except'],
    },
    {
      title: 'SERVFAIL with and without checking is no validator’s work',
      world: { troubles: [names(isTenant, 'SERVFAIL')] },
      fault: null,
      status: 'fail',
      not: 'dnsx-dnssec-bogus',
      words: ['with checking disabled too'],
    },
    {
      title: 'SERVFAIL that took its time',
      world: { troubles: [names(isTenant, 'SERVFAIL', { durationMs: 4_100 })] },
      fault: null,
      status: 'fail',
      words: ['somebody behind the resolver does not answer it'],
    },
    {
      title: 'NXDOMAIN, and the answer says that it is a filter’s',
      world: {
        troubles: [
          names(isTenant, 'NXDOMAIN', {
            authority: [soa('goskope.com.')],
            extendedErrors: [{ code: 15, text: 'by list' }],
          }),
        ],
      },
      fault: 'dnsx-rpz-blocked',
      status: 'fail',
      words: [RESOLVER, '15 (by list)', 'goskope.com'],
    },
    {
      title: 'NODATA with the SOA of a policy zone beside it, as BIND does',
      world: { troubles: [names(isTenant, [], { additional: [soa('rpz.corp.example.')] })] },
      fault: 'dnsx-rpz-blocked',
      status: 'fail',
      words: ['rpz.corp.example.'],
    },
    {
      title: 'NODATA by the zone itself is no filter',
      world: { troubles: [names(isTenant, [], { authority: [soa('goskope.com.')] })] },
      fault: null,
      status: 'fail',
      not: 'dnsx-rpz-blocked',
    },
    {
      title: 'denials without authority, below the name too, and elsewhere with one',
      world: { troubles: [bareDenials((probe) => probe.name !== 'com.')] },
      fault: 'dnsx-rpz-blocked',
      status: 'fail',
      words: ['no authority at all'],
    },
    {
      title: 'a denial without authority from a cache: below the name the zone speaks for itself',
      world: { troubles: [names(isTenant, 'NXDOMAIN')] },
      fault: 'dnsx-tenant-nxdomain',
      status: 'fail',
      not: 'dnsx-rpz-blocked',
      words: ['from a cache', 'goskope.com.'],
    },
    {
      title: 'no denial carries an authority here: nothing is proven',
      world: { troubles: [bareDenials(() => true)] },
      fault: null,
      status: 'fail',
      not: 'dnsx-rpz-blocked',
    },
    {
      title: 'one stitcher of two is filtered',
      world: { troubles: [missing(FRANKFURT, 'rpz.corp.example.')] },
      fault: 'dnsx-rpz-blocked',
      status: 'warn',
      not: 'dnsx-partial-gateways',
      words: [FRANKFURT, LONDON],
    },
    {
      title: 'an alias whose target a filter denies',
      world: {
        troubles: [
          names(isTenant, 'NXDOMAIN', {
            answers: [alias(TENANT, 'lb.vendor.example')],
            authority: [soa('rpz.corp.example.')],
          }),
          names((name) => name === 'lb.vendor.example.', 'NXDOMAIN', { authority: [soa('rpz.corp.example.')] }),
        ],
      },
      fault: 'dnsx-cname-target-blocked',
      status: 'fail',
      not: 'dnsx-rpz-blocked',
      words: ['lb.vendor.example', 'vendor.example', TENANT, 'filter'],
    },
    {
      title: 'an alias that dangles within the tenant’s own zone does not make the tenant a typing error',
      world: {
        troubles: [
          names(isTenant, 'NXDOMAIN', {
            answers: [alias(TENANT, 'old.goskope.com')],
            authority: [soa('goskope.com.')],
          }),
          names((name) => name === 'old.goskope.com.', 'NXDOMAIN', { authority: [soa('goskope.com.')] }),
        ],
      },
      fault: 'dnsx-cname-target-blocked',
      status: 'fail',
      not: 'dnsx-tenant-nxdomain',
      words: ['dangles'],
    },
    {
      title: 'SERVFAIL that hides an alias',
      world: {
        troubles: [
          (probe) =>
            probe.kind === 'dns' && isTenant(probe.name) && probe.type === 'CNAME'
              ? dnsSeen(probe, [], { answers: [alias(TENANT, 'lb.vendor.example')] })
              : undefined,
          names((name) => isTenant(name) || name === 'lb.vendor.example.', 'SERVFAIL'),
        ],
      },
      fault: 'dnsx-cname-target-blocked',
      status: 'fail',
      words: ['lb.vendor.example', 'SERVFAIL after 3 ms'],
    },
    {
      title: 'the server refuses everything, the cluster’s name included',
      world: { troubles: [names(() => true, 'REFUSED')] },
      fault: 'dnsx-refused-acl',
      status: 'fail',
      severity: 'critical',
      words: [RESOLVER, 'access list'],
    },
    {
      title: 'an upstream’s list refuses behind a server that knows the cluster’s names',
      world: { troubles: [names(outside, 'REFUSED', { extendedErrors: [{ code: 18, text: '' }] })] },
      fault: 'dnsx-refused-acl',
      status: 'fail',
      words: ['Prohibited'],
    },
    {
      title: 'REFUSED outside, the cluster’s name answered: no forwarding, not an access list',
      world: { troubles: [names(outside, 'REFUSED')] },
      fault: null,
      status: 'fail',
      not: 'dnsx-refused-acl',
    },
    {
      title: 'only the tenant is refused: a list of names',
      world: { troubles: [names(isTenant, 'REFUSED')] },
      fault: 'dnsx-refused-acl',
      status: 'fail',
      words: ['matchPattern', TENANT],
    },
    {
      title: 'one nameserver of two refuses',
      world: { facts: TWO, troubles: [names(() => true, 'REFUSED', {}, '10.96.0.11')] },
      fault: 'dnsx-refused-acl',
      status: 'warn',
      words: ['10.96.0.11'],
    },
    {
      title: 'one stitcher has no address records',
      world: { troubles: [names((name) => name === `${FRANKFURT}.`, [], { authority: [soa('goskope.com.')] })] },
      fault: 'dnsx-partial-gateways',
      status: 'warn',
      words: [FRANKFURT, LONDON, '1 of 2'],
    },
    {
      title: 'one stitcher is missing, and all are wanted',
      world: {
        settings: {
          targets: [
            tenantTarget(),
            stitcherTarget(LONDON, { addressPolicy: 'all' }),
            stitcherTarget(FRANKFURT, { addressPolicy: 'all' }),
          ],
        },
        troubles: [missing(FRANKFURT)],
      },
      fault: 'dnsx-partial-gateways',
      status: 'fail',
    },
    {
      title: 'all stitchers are missing: that is not a part of them',
      world: { troubles: [missing(LONDON), missing(FRANKFURT)] },
      fault: null,
      status: 'fail',
      not: 'dnsx-partial-gateways',
    },
  ]);

  it.each([
    ['dnsx-rpz-blocked', [names(outside, 'NXDOMAIN', { authority: [soa('rpz.corp.example.')] })]],
    ['dnsx-refused-acl', [names(() => true, 'REFUSED')]],
  ])('one cause for all names is one root: %s', (fault, troubles) => {
    expect(judged({ troubles }).rootCauses.map((one) => one.fault)).toEqual([fault]);
  });

  it.each([
    ['nothing validates, the root included', 'dnsx-dnssec-bogus', (probe: DnsProbe) => probe.checkingDisabled === true],
    ['nothing is answered, validated or not', 'coredns-upstream-dead', () => false],
  ] as const)('%s: %s', (_title, fault, unchecked) => {
    const trouble: Trouble = (probe) =>
      probe.kind === 'dns' && outside(probe.name)
        ? dnsSeen(probe, unchecked(probe) ? ['198.51.100.10'] : 'SERVFAIL')
        : undefined;
    expect(judged({ troubles: [trouble] }).rootCauses.map((one) => one.fault)).toEqual([fault]);
  });

  it('one name of a zone is asked further about for all that fare alike', () => {
    const asked = observationsOf({ troubles: [names(outside, 'SERVFAIL')] }).filter(
      (one) => one.probe.kind === 'dns' && one.probe.checkingDisabled,
    );
    expect(asked.length).toBe(1);
  });
});
