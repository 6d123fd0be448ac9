// The configuration in force, written back as a file would have it: normal forms, and where each part came from.

import type { Settings } from '../model/settings.ts';
import type { Endpoint } from '../model/target.ts';
import { formatDuration } from '../parse/duration.ts';
import { hostPort } from '../parse/ip.ts';
import type { Variables } from './profiles/profile.ts';
import type { GateSettings } from './settle.ts';
import { flatten, type Merged, type Origin, type Spec, unflatten } from './spec.ts';
import { readTenant } from './values.ts';

export interface Effective {
  readonly spec: Spec;
  readonly origins: Readonly<Record<string, Origin>>;
}

export function effectiveSpec(merged: Merged, variables: Variables, settings: Settings, gate: GateSettings): Effective {
  const written = flatten(merged.spec);
  const leaves = new Map(ORDER.filter((path) => written.has(path)).map((path) => [path, written.get(path)]));
  for (const [path, value] of written) leaves.set(path, value);
  const origins: Record<string, Origin> = { ...merged.origins };

  const { tenant, suffix, stitchers } = variables;
  if (tenant !== null) {
    leaves.set('tenant', tenant.port === 443 ? tenant.label : `${tenant.label}.${suffix}:${tenant.port}`);
    // A whole host says the suffix too.
    const whole = readTenant(String(written.get('tenant')));
    if (whole.ok && whole.value.suffix !== null && origins.tenant !== undefined) origins.suffix = origins.tenant;
  }
  if (suffix !== null) leaves.set('suffix', suffix);
  leaves.set(
    'stitchers',
    stitchers.map(({ host, port }) => (port === 443 ? host : hostPort(host, port))),
  );
  if (settings.resolvers !== null) leaves.set('resolvers', settings.resolvers.map(resolver));
  leaves.set('systemLookup', settings.systemLookup);
  origins.systemLookup ??= 'default';
  if (settings.clusterDomain !== null) leaves.set('clusterDomain', settings.clusterDomain);
  leaves.set('timeout', formatDuration(settings.timeoutMs));
  leaves.set('gate.wait', formatDuration(gate.waitMs));
  leaves.set('gate.period', formatDuration(gate.periodMs));
  leaves.set('waivers', settings.waivers);
  leaves.set(
    'connectTo',
    Object.fromEntries(
      Object.entries(settings.connectTo).map(([key, { address, port }]) => [bracketed(key), hostPort(address, port)]),
    ),
  );
  return { spec: unflatten(leaves), origins };
}

function resolver({ address, port }: Endpoint): string {
  return port === 53 ? address : hostPort(address, port);
}

/** `2001:db8::1:443/udp`, as the doors look it up, back to `[2001:db8::1]:443/udp`. */
function bracketed(key: string): string {
  return key.replace(/^([^[\]]*:[^[\]]*):(\d+(?:\/(?:udp|tcp))?)$/, '[$1]:$2');
}

// As the schema lists them; what is not named here follows.
const ORDER: readonly string[] = [
  'profile',
  'tenant',
  'suffix',
  'stitchers',
  'targets',
  'depth',
  'resolvers',
  'systemLookup',
];
