// Group C: the answer itself. Real resolvers with real policies; only what they are told is made up.

import type { World } from '../disturbances.ts';
import { STITCHERS, TENANT } from '../layout.ts';
import { ALIAS_HEADS } from '../servers/aliases.ts';
import { recursiveBind } from '../servers/recursive-bind.ts';
import { changeTenantZone, TENANT_RECORDS } from './dns-server.ts';
import type { LabFault } from './fault.ts';
import {
  misdirected,
  PORTAL,
  policy,
  rebindFilter,
  refusedByList,
  splitHorizon,
  staleAnswer,
  unroutableIpv6,
  validating,
} from './resolvers.ts';
import { corednsUpstream, OTHER, replaceUpstream } from './upstream.ts';

/** Data that unbound answers by itself until heal. */
async function localData(world: World, name: string, records: readonly string[]): Promise<void> {
  const control = async (...args: string[]): Promise<void> => {
    await world.command('corp', 'unbound-control', ['-c', `${world.site.directory}/unbound/unbound.conf`, ...args]);
  };
  world.onHeal(() => control('local_zone_remove', `${name}.`));
  await control('local_zone', `${name}.`, 'redirect');
  for (const record of records) await control('local_data', `${name}. 60 ${record}`);
}

export const dnsContentFaults: readonly LabFault[] = [
  {
    id: 'dnsx-sinkhole-ip',
    how: 'the resolver answers 0.0.0.0 for the tenant',
    exitCode: 3,
    mentions: /0\.0\.0\.0/,
    inject: (world) => localData(world, TENANT.host, ['A 0.0.0.0']),
  },
  {
    id: 'dnsx-rpz-blocked',
    how: 'a response policy zone of BIND denies goskope.com and all below it',
    exitCode: 3,
    mentions: /goskope\.com/,
    inject: (world) => policy(world, ['goskope.com CNAME .', '*.goskope.com CNAME .'], 'www.goskope.com.'),
  },
  {
    id: 'dnsx-nxdomain-rewrite',
    how: 'a redirect zone of BIND turns NXDOMAIN into the address of a portal',
    exitCode: 0,
    mentions: /198\.51\.100\.99/,
    inject: (world) =>
      replaceUpstream(
        world,
        recursiveBind(world.site, 'named-redirect', {
          ...OTHER,
          clauses: ['zone "." { type redirect; file "DIR/redirect"; };'],
          zones: { '.': [`* 60 IN A ${PORTAL}`] },
        }),
      ),
  },
  {
    id: 'dnsx-aaaa-servfail',
    how: 'a forwarder answers SERVFAIL to AAAA for goskope.com',
    exitCode: 0,
    mentions: /acme\.goskope\.com/,
    inject: (world) =>
      replaceUpstream(
        world,
        corednsUpstream(
          world.site,
          'coredns-servfail',
          `.:${OTHER.port} {\n bind ADDRESS\n template IN AAAA goskope.com {\n rcode SERVFAIL\n }\n forward . ADDRESS:53\n}\n`,
        ),
      ),
  },
  {
    id: 'dnsx-aaaa-timeout',
    how: 'a forwarder swallows AAAA for goskope.com',
    exitCode: 0,
    mentions: /acme\.goskope\.com/,
    inject: (world) =>
      replaceUpstream(
        world,
        corednsUpstream(
          world.site,
          'coredns-silent',
          `goskope.com:${OTHER.port} {\n bind ADDRESS\n view aaaa {\n expr type() == 'AAAA'\n }\n erratic {\n drop 1\n }\n}\n.:${OTHER.port} {\n bind ADDRESS\n forward . ADDRESS:53\n}\ngoskope.com:${OTHER.port} {\n bind ADDRESS\n forward . ADDRESS:53\n}\n`,
        ),
      ),
  },
  {
    id: 'dnsx-aaaa-unroutable',
    how: 'the tenant has an AAAA record, and the pod an IPv6 default route into a void',
    exitCode: 0,
    mentions: /2001:db8:203::10/,
    inject: unroutableIpv6,
  },
  {
    id: 'dnsx-split-horizon',
    how: 'an internal zone goskope.com leads the tenant to a private address that serves its certificate',
    exitCode: 0,
    mentions: /10\.0\.0\.50/,
    inject: (world) => splitHorizon(world, true),
  },
  {
    id: 'dnsx-stale-answer',
    how: "unbound serves the tenant's expired address (serve-expired); its way to the authority is cut",
    exitCode: 3,
    mentions: /203\.0\.113\.99/,
    inject: staleAnswer,
  },
  {
    id: 'dnsx-cname-target-blocked',
    how: 'the tenant is an alias into a zone that a response policy zone denies',
    exitCode: 3,
    mentions: /edge\.example\.net/,
    inject: async (world) => {
      await policy(world, ['edge.example.net CNAME .', '*.edge.example.net CNAME .'], 'www.edge.example.net.');
      await changeTenantZone(
        world,
        [`delete ${TENANT.host}.`, `add ${TENANT.host}. 60 CNAME ${ALIAS_HEADS.mixedCase}`],
        TENANT_RECORDS,
      );
    },
  },
  {
    id: 'dnsx-dnssec-bogus',
    how: 'BIND validates, and its trust anchor for goskope.com does not fit the unsigned zone',
    exitCode: 3,
    mentions: /goskope\.com/,
    inject: (world) => replaceUpstream(world, validating(world.site, 'goskope.com.')),
  },
  {
    id: 'dnsx-refused-acl',
    how: "resolv.conf names a resolver whose access list does not hold the pod's network",
    exitCode: 3,
    mentions: /10\.0\.0\.54/,
    inject: refusedByList,
  },
  {
    id: 'dnsx-partial-gateways',
    how: 'the authority does not know one of two stitcher names',
    exitCode: 0,
    mentions: /gateway-fra1\.gw\.npa\.goskope\.com/,
    inject: (world) =>
      changeTenantZone(
        world,
        [`delete ${STITCHERS[1].host}.`],
        STITCHERS[1].addresses.map((address) => `add ${STITCHERS[1].host}. 60 A ${address}`),
      ),
  },
  {
    id: 'dnsx-rebind-filtered',
    how: 'dnsmasq in the chain strips private addresses (--stop-dns-rebind)',
    exitCode: 3,
    mentions: /app\.private\.example\.com/,
    inject: rebindFilter,
  },
  {
    id: 'dnsx-geo-misdirected',
    how: 'views of BIND send the cluster to a stitcher 180 ms away, and others to the near one; 80 ms are declared',
    exitCode: 0,
    mentions: /203\.0\.113\.31/,
    inject: misdirected,
  },
];
