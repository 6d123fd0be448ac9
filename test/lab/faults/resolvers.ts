// Resolvers with something wrong about them, for the faults of dns-content: real servers, and what they are told.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { World } from '../disturbances.ts';
import { CLUSTER, CORP, SEARCH, SERVICE_ADDRESS, STITCHERS, TENANT } from '../layout.ts';
import { untilTrue } from '../processes.ts';
import { ALIAS_HEADS } from '../servers/aliases.ts';
import { farProxy } from '../servers/far-proxy.ts';
import { recursiveBind } from '../servers/recursive-bind.ts';
import type { Site } from '../servers/site.ts';
import { staleUnbound } from '../servers/stale-unbound.ts';
import { changeTenantZone, TENANT_RECORDS } from './dns-server.ts';
import { OTHER, replaceUpstream } from './upstream.ts';

const POLICY_ZONE = 'rpz.corp.example';
/** Nobody lives at these: a portal, and a gateway that was taken out of service. */
export const PORTAL = '198.51.100.99';
const RETIRED = '203.0.113.99';
const INSIDE = '10.0.0.50';
const STRICT_RESOLVER = '10.0.0.54';

/** BIND with a response policy zone of these lines. It is loaded a moment after BIND has begun to listen. */
export async function policy(world: World, lines: readonly string[], blocked: string): Promise<void> {
  const plan = recursiveBind(world.site, 'named-rpz', {
    ...OTHER,
    options: [`response-policy { zone "${POLICY_ZONE}"; };`],
    clauses: [`zone "${POLICY_ZONE}" { type primary; file "DIR/${POLICY_ZONE}"; };`],
    zones: { [POLICY_ZONE]: lines },
  });
  await replaceUpstream(world, plan);
  await untilTrue('the policy zone', async () => {
    const answer = await world.command('corp', 'dig', [`@${OTHER.address}`, '-p', String(OTHER.port), blocked]);
    return answer.includes('NXDOMAIN');
  });
}

/** goskope.com as a company's own servers tell it: everything as it is, but for the tenant and the first stitcher. */
function internalZone(tenant: readonly string[], first: readonly string[]): string[] {
  return [
    ...tenant.map((address) => `${TENANT.host}. A ${address}`),
    ...first.map((address) => `${STITCHERS[0].host}. A ${address}`),
    ...STITCHERS[1].addresses.map((address) => `${STITCHERS[1].host}. A ${address}`),
    ...[`addon-${TENANT.name}`, 'gateway.gslb', 'gateway.npa'].map((name) => `${name} A ${SERVICE_ADDRESS}`),
    ...STITCHERS[0].addresses.map((address) => `stitcher.npa A ${address}`),
  ];
}

export async function splitHorizon(world: World, served: boolean): Promise<void> {
  await replaceUpstream(
    world,
    recursiveBind(world.site, 'named-internal', {
      ...OTHER,
      clauses: ['zone "goskope.com" { type primary; file "DIR/goskope.com"; };'],
      zones: { 'goskope.com': internalZone([INSIDE], STITCHERS[0].addresses) },
    }),
  );
  // A private access path: the node leads the inside address to the service.
  const rule = served ? `dnat to ${TENANT.addresses[0]}:443` : null;
  if (rule) await world.filter('gw', 'faults_prerouting', [`ip daddr ${INSIDE} tcp dport 443 ${rule}`]);
}

/** unbound learns all names, the tenant's at its old address; then its way to the authority is cut and the records expire. */
export async function staleAnswer(world: World): Promise<void> {
  await replaceUpstream(world, staleUnbound(world.site, OTHER));
  await changeTenantZone(world, [`delete ${TENANT.host}.`, `add ${TENANT.host}. 1 A ${RETIRED}`], TENANT_RECORDS);
  const names = [
    TENANT.host,
    ...STITCHERS.map((one) => one.host),
    ...[`addon-${TENANT.name}`, 'gateway.gslb', 'gateway.npa', 'stitcher.npa'].map((name) => `${name}.goskope.com`),
  ];
  for (const name of names) {
    for (const type of ['A', 'AAAA'])
      await world.command('corp', 'dig', [`@${OTHER.address}`, '-p', String(OTHER.port), `${name}.`, type]);
  }
  await world.filter('gw', 'faults_forward', [`iifname "c0" ip saddr ${CORP.proxy} drop`]);
  await sleep(1_500);
}

/** dnsmasq as the local resolver of a branch office. */
async function dnsmasq(world: World, args: readonly string[]): Promise<void> {
  const { site } = world;
  await replaceUpstream(world, {
    name: 'dnsmasq-office',
    namespace: site.namespaces.corp,
    command: 'dnsmasq',
    args: [
      '--keep-in-foreground',
      '--conf-file=/dev/null',
      '--no-resolv',
      '--no-hosts',
      '--pid-file=',
      '--user=root',
      '--log-facility=-',
      '--bind-interfaces',
      `--listen-address=${OTHER.address}`,
      '--except-interface=lo',
      `--port=${OTHER.port}`,
      ...args,
      `--server=${CORP.resolver}`,
    ],
    logPath: join(site.directory, 'dnsmasq-office.log'),
    listens: [
      { protocol: 'udp', ...OTHER },
      { protocol: 'tcp', ...OTHER },
    ],
  });
}

/** Private zones by conditional forwarding, and rebinding protection. */
export async function rebindFilter(world: World): Promise<void> {
  await dnsmasq(world, [
    '--stop-dns-rebind',
    // dnsmasq counts the documentation ranges as private, and the lab's internet lives there.
    '--rebind-domain-ok=/goskope.com/',
    `--server=/private.example.com/${CORP.privateDns}`,
  ]);
  world.runWith({ args: ['--config', declaredZone(world.site)] });
}

/** A block list in dnsmasq: NXDOMAIN without any authority. */
export function blockList(world: World): Promise<void> {
  return dnsmasq(world, ['--address=/goskope.com/']);
}

/** The tenant does not exist, and dnsmasq has the denial in its cache. */
export async function cachedDenial(world: World): Promise<void> {
  await dnsmasq(world, []);
  await changeTenantZone(world, [`delete ${TENANT.host}.`], TENANT_RECORDS);
  await world.command('corp', 'dig', [`@${OTHER.address}`, '-p', String(OTHER.port), `${TENANT.host}.`]);
}

/** Nothing validates: the anchor for the root itself does not fit. */
export function bogusRoot(world: World): Promise<void> {
  return replaceUpstream(world, validating(world.site, '.'));
}

/** BIND that validates below a zone whose anchor is the public key of a pair that nobody keeps. */
export function validating(site: Site, zone: string) {
  const key = 'mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ==';
  return recursiveBind(site, 'named-validating', {
    ...OTHER,
    options: ['dnssec-validation yes;'],
    clauses: [`trust-anchors { ${zone} static-key 257 3 13 "${key}"; };`],
  });
}

/** The tenant is an alias into a zone that the resolver refuses to know. */
export async function refusedAlias(world: World): Promise<void> {
  const plan = recursiveBind(world.site, 'named-refusing', {
    ...OTHER,
    clauses: ['zone "edge.example.net" { type static-stub; server-addresses { 127.0.0.9; }; };'],
  });
  await replaceUpstream(world, plan);
  await changeTenantZone(
    world,
    [`delete ${TENANT.host}.`, `add ${TENANT.host}. 60 CNAME ${ALIAS_HEADS.mixedCase}`],
    TENANT_RECORDS,
  );
}

/** A second config file, laid over the lab's own. */
function alsoConfigured(site: Site, name: string, spec: object): string {
  const path = join(site.directory, `${name}.yaml`);
  writeFileSync(path, JSON.stringify({ apiVersion: 'net-preflight.dev/v1alpha1', kind: 'PreflightConfig', spec }));
  return path;
}

/** Declares the private zone. */
export function declaredZone(site: Site): string {
  const zone = { zone: 'private.example.com', forwarders: [CORP.privateDns], probe: 'app.private.example.com' };
  return alsoConfigured(site, 'private-zones', { privateZones: [zone] });
}

const FAR = '203.0.113.31';

/** Views by source: whoever asks from the cluster is sent to a gateway 180 ms away. The limit is declared. */
export async function misdirected(world: World): Promise<void> {
  const [near] = STITCHERS;
  world.onHeal(async () => {
    await world.command('inet', 'ip', ['addr', 'del', `${FAR}/32`, 'dev', 'i0']);
  });
  await world.command('inet', 'ip', ['addr', 'add', `${FAR}/32`, 'dev', 'i0']);
  await world.start(
    farProxy(world.site, { address: FAR, port: 443, real: { address: near.addresses[0], port: 443 }, oneWayMs: 90 }),
  );
  const view = (name: string, clients: string) =>
    `view "${name}" { match-clients { ${clients}; }; zone "." { type hint; file "DIR/root.hints"; }; zone "goskope.com" { type primary; file "DIR/goskope.com-${name}"; }; };`;
  await replaceUpstream(
    world,
    recursiveBind(world.site, 'named-views', {
      ...OTHER,
      views: true,
      clauses: [view('far', CLUSTER.dnsPod), view('near', 'any')],
      zones: {
        'goskope.com/far': internalZone(TENANT.addresses, [FAR]),
        'goskope.com/near': internalZone(TENANT.addresses, near.addresses),
      },
    }),
  );
  world.runWith({ args: ['--config', alsoConfigured(world.site, 'limit', { dataplane: { maxRtt: '80ms' } })] });
}

const strict = (site: Site, address: string, port: number, options: readonly string[]) =>
  recursiveBind(site, 'named-strict', { address, port, options });

/** The pod asks a resolver that serves others only. */
export async function refusedByList(world: World): Promise<void> {
  world.onHeal(async () => {
    await world.command('corp', 'ip', ['addr', 'del', `${STRICT_RESOLVER}/24`, 'dev', 'eth0']);
  });
  await world.command('corp', 'ip', ['addr', 'add', `${STRICT_RESOLVER}/24`, 'dev', 'eth0']);
  await world.start(
    strict(world.site, STRICT_RESOLVER, 53, [
      'allow-recursion { 10.0.0.0/24; };',
      'allow-query-cache { 10.0.0.0/24; };',
    ]),
  );
  world.resolvConf(`search ${SEARCH.join(' ')}\nnameserver ${STRICT_RESOLVER}\noptions ndots:5\n`);
}

/** The same behind CoreDNS: the cluster's names work, the company's resolver refuses CoreDNS. */
export function refusedBehindCoredns(world: World): Promise<void> {
  return replaceUpstream(
    world,
    strict(world.site, OTHER.address, OTHER.port, [
      'allow-recursion { 10.0.0.0/24; };',
      'allow-query-cache { 10.0.0.0/24; };',
    ]),
  );
}

/** An IPv6 address in DNS and a default route that leads into a void. */
export async function unroutableIpv6(world: World): Promise<void> {
  const ipv6 = async (host: 'pod' | 'gw', device: string, address: string): Promise<void> => {
    await world.command(host, 'sh', [
      '-c',
      `echo 0 > /proc/sys/net/ipv6/conf/${device}/disable_ipv6; ip -6 addr add ${address}/64 dev ${device} nodad`,
    ]);
  };
  world.onHeal(async () => {
    await world.command('pod', 'sh', ['-c', 'echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6']);
    await world.command('gw', 'sh', ['-c', 'echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6']);
  });
  await world.command('pod', 'sh', ['-c', 'echo 0 > /proc/sys/net/ipv6/conf/all/disable_ipv6']);
  await ipv6('gw', 'p0', 'fd00:244::1');
  await ipv6('pod', 'eth0', 'fd00:244::10');
  // The node has no way on and does not say so.
  await world.command('gw', 'sh', [
    '-c',
    'echo 1 > /proc/sys/net/ipv6/conf/all/forwarding; ip -6 route add blackhole default',
  ]);
  await world.command('pod', 'ip', ['-6', 'route', 'add', 'default', 'via', 'fd00:244::1']);
  await changeTenantZone(world, [`add ${TENANT.host}. 60 AAAA 2001:db8:203::10`], TENANT_RECORDS);
}
