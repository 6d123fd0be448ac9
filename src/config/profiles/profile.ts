// A profile: a named list of endpoints with variables, as data, and what becomes of it when the variables are known.

import type { AddressPolicy, Protocol, Requirement, Role, Target } from '../../model/target.ts';
import type { Spec } from '../spec.ts';

/** What a placeholder may stand for. `<stitcher>` makes one row for each stitcher. */
export interface Variables {
  readonly tenant: { readonly label: string; readonly port: number } | null;
  readonly suffix: string | null;
  readonly stitchers: readonly { readonly host: string; readonly port: number }[];
  readonly dataplane: {
    readonly tcp: Requirement;
    readonly udp: Requirement;
    readonly addressPolicy: AddressPolicy;
  };
}

export interface ProfileEndpoint {
  readonly id: string;
  /** `<tenant>.<suffix>`, `<stitcher>`, or a name; a `*` makes it a pattern, listed and never probed. */
  readonly host: string;
  readonly port: number;
  readonly protocol: Protocol;
  readonly role: Role;
  /** `tcp` and `udp`: what `dataplane` says of that transport. */
  readonly requirement: Requirement | 'dataplane.tcp' | 'dataplane.udp';
  readonly path?: string;
  /** Whose way to it counts. A pod's path proves nothing for what the node pulls. */
  readonly vantage: 'pod' | 'node';
  readonly purpose: string;
  /** When it is measured. `tcp-required`: only when the data plane must have TCP, and then as required. */
  readonly probed: 'always' | 'tcp-required' | 'never';
  /** Why it is not measured, or why it cannot be. */
  readonly note?: string;
}

export interface Profile {
  readonly id: string;
  readonly title: string;
  /** Laid over the defaults and under everything that a person says. */
  readonly spec: Spec;
  readonly endpoints: readonly ProfileEndpoint[];
}

/** A row of the endpoint list, placeholders filled as far as they are known. */
export interface EndpointRow {
  readonly id: string;
  readonly host: string;
  readonly port: number;
  readonly protocol: Protocol;
  readonly role: Role;
  readonly requirement: Requirement;
  readonly addressPolicy: AddressPolicy;
  readonly path?: string;
  readonly vantage: 'pod' | 'node';
  readonly probed: boolean;
  readonly purpose: string;
  readonly note?: string;
}

export function expand(profile: Profile, variables: Variables): readonly EndpointRow[] {
  return profile.endpoints.flatMap((endpoint) => {
    if (endpoint.host !== '<stitcher>')
      return [rowOf(endpoint, variables, fill(endpoint.host, variables), endpoint.port)];
    if (variables.stitchers.length === 0) return [rowOf(endpoint, variables, '<stitcher>', endpoint.port)];
    return variables.stitchers.map(({ host, port }) => rowOf(endpoint, variables, host, port));
  });
}

function fill(host: string, { tenant, suffix }: Variables): string {
  let filled = host;
  if (tenant !== null) filled = filled.replaceAll('<tenant>', tenant.label);
  return suffix === null ? filled : filled.replaceAll('<suffix>', suffix);
}

function rowOf(endpoint: ProfileEndpoint, variables: Variables, host: string, port: number): EndpointRow {
  const missing = /<[a-zA-Z]+>/.exec(host)?.[0];
  const wanted =
    endpoint.probed === 'always' || (endpoint.probed === 'tcp-required' && variables.dataplane.tcp === 'required');
  const probed = wanted && missing === undefined && !host.includes('*');
  const note = probed ? undefined : wanted && missing ? `not known yet: ${missing}` : endpoint.note;
  return {
    id: endpoint.id,
    host,
    port: endpoint.role === 'tenant' && endpoint.host === '<tenant>.<suffix>' ? (variables.tenant?.port ?? port) : port,
    protocol: endpoint.protocol,
    role: endpoint.role,
    requirement: requirementOf(endpoint, variables),
    addressPolicy: endpoint.role === 'stitcher' ? variables.dataplane.addressPolicy : 'any',
    ...(endpoint.path === undefined ? {} : { path: endpoint.path }),
    vantage: endpoint.vantage,
    probed,
    purpose: endpoint.purpose,
    ...(note === undefined ? {} : { note }),
  };
}

function requirementOf(endpoint: ProfileEndpoint, { dataplane }: Variables): Requirement {
  if (endpoint.requirement === 'dataplane.tcp') return dataplane.tcp;
  if (endpoint.requirement === 'dataplane.udp') return dataplane.udp;
  return endpoint.probed === 'tcp-required' && dataplane.tcp === 'required' ? 'required' : endpoint.requirement;
}

export function targetOf(row: EndpointRow): Target {
  const { host, port, protocol, role, requirement, addressPolicy, path } = row;
  return { host, port, protocol, role, requirement, addressPolicy, ...(path === undefined ? {} : { path }) };
}
