// Which endpoints the configuration means: the profile's rows with the variables filled in, and the targets that were named.

import type { AddressPolicy, Protocol, Role, Target } from '../model/target.ts';
import { parseHost } from '../parse/host-port.ts';
import { hostPort } from '../parse/ip.ts';
import { quoted } from './mistake.ts';
import { type EndpointRow, expand, type Profile, targetOf, type Variables } from './profiles/profile.ts';
import type { Merged, Spec } from './spec.ts';
import { readStitcher, readSuffix, readTenant } from './values.ts';

export interface Endpoints {
  readonly rows: readonly EndpointRow[];
  readonly targets: readonly Target[];
  readonly variables: Variables;
  readonly mistakes: readonly string[];
}

type Named = NonNullable<Spec['targets']>[number];

const ROLE: Readonly<Record<Protocol, Role>> = {
  https: 'tenant',
  dtls: 'stitcher',
  tcp: 'private-zone',
  udp: 'private-zone',
  dns: 'resolver',
};

export function endpointsOf(merged: Merged, profile: Profile): Endpoints {
  const mistakes: string[] = [];
  const variables = variablesOf(merged, mistakes);
  const rows = new Map(expand(profile, variables).map((row) => [keyOf(row), row]));
  const seen = new Set<string>();
  for (const [index, named] of (merged.spec.targets ?? []).entries()) {
    const place = merged.place('targets', [index]);
    const host = parseHost(named.host);
    if (!host.ok) {
      mistakes.push(`${place}: ${quoted(named.host)} ${host.why}`);
      continue;
    }
    if (named.path !== undefined && named.protocol !== 'https') {
      mistakes.push(`${place}: ${named.protocol} targets have no path: remove it, or write protocol: https`);
    }
    const key = keyOf({ ...named, host: host.value });
    if (seen.has(key)) mistakes.push(`${place}: ${shown({ ...named, host: host.value })} is listed twice: remove one`);
    seen.add(key);
    // A target that is named replaces the profile's own row of the same endpoint, and takes from it what it does not say.
    rows.set(key, rowOf({ ...named, host: host.value }, rows.get(key), variables.dataplane.addressPolicy));
  }
  const all = [...rows.values()];
  return { rows: all, targets: all.filter(({ probed }) => probed).map(targetOf), variables, mistakes };
}

function variablesOf({ spec, origins, place }: Merged, mistakes: string[]): Variables {
  const { tcp = 'info', udp = 'required', addressPolicy = 'any' } = spec.dataplane ?? {};
  const tenant = spec.tenant === undefined ? null : readTenant(spec.tenant);
  const given = spec.suffix === undefined ? null : readSuffix(spec.suffix);
  if (tenant?.ok === false) mistakes.push(`${place('tenant')}: ${quoted(spec.tenant)} ${tenant.why}`);
  if (given?.ok === false) mistakes.push(`${place('suffix')}: ${quoted(spec.suffix)} ${given.why}`);
  const suffix = given?.ok ? given.value : null;
  const own = tenant?.ok ? tenant.value.suffix : null;
  const said = origins.suffix !== 'profile' && origins.suffix !== 'default';
  if (own !== null && suffix !== null && said && own !== suffix) {
    mistakes.push(
      `${place('tenant')}: ${quoted(spec.tenant)} does not end in the suffix ${suffix} (${place('suffix')}): write the tenant's name alone, or drop the suffix`,
    );
  }
  return {
    tenant: tenant?.ok ? { label: tenant.value.label, port: tenant.value.port } : null,
    suffix: own ?? suffix,
    stitchers: stitchersOf(spec, place, mistakes),
    dataplane: { tcp, udp, addressPolicy },
  };
}

function stitchersOf(spec: Spec, place: Merged['place'], mistakes: string[]): Variables['stitchers'] {
  const stitchers = new Map<string, { host: string; port: number }>();
  for (const [index, text] of (spec.stitchers ?? []).entries()) {
    const parsed = readStitcher(text);
    const where = () => place('stitchers', [index]);
    if (!parsed.ok) {
      mistakes.push(`${where()}: ${quoted(text)} ${parsed.why}`);
      continue;
    }
    const key = hostPort(parsed.value.host, parsed.value.port);
    if (stitchers.has(key)) mistakes.push(`${where()}: the stitcher ${parsed.value.host} is listed twice: remove one`);
    stitchers.set(key, parsed.value);
  }
  return [...stitchers.values()];
}

function rowOf(named: Named, listed: EndpointRow | undefined, stitcherPolicy: AddressPolicy): EndpointRow {
  const { host, port, protocol } = named;
  const path = named.path ?? listed?.path ?? (protocol === 'https' ? '/' : undefined);
  // Each named target must work by itself, at all its addresses: `any` would let one stand in for another.
  const usual = protocol === 'dtls' ? stitcherPolicy : (listed?.probed && listed.addressPolicy) || 'all';
  return {
    id: listed?.id ?? 'target',
    host,
    port,
    protocol,
    role: named.role ?? listed?.role ?? ROLE[protocol],
    requirement: named.requirement ?? 'required',
    addressPolicy: named.addressPolicy ?? usual,
    ...(path === undefined ? {} : { path }),
    vantage: 'pod',
    probed: true,
    purpose: listed?.purpose ?? 'named in targets',
  };
}

function keyOf({ protocol, host, port }: { protocol: Protocol; host: string; port: number }): string {
  return `${protocol}://${hostPort(host, port)}`;
}

function shown(target: { protocol: Protocol; host: string; port: number }): string {
  return keyOf(target);
}
