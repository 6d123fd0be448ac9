// What is asked about.

export type Protocol = 'https' | 'dtls' | 'tcp' | 'udp' | 'dns';

export type Role = 'tenant' | 'stitcher' | 'registry' | 'private-zone' | 'proxy' | 'control' | 'resolver' | 'cluster';

export const REQUIREMENTS = ['required', 'recommended', 'info'] as const;
export type Requirement = (typeof REQUIREMENTS)[number];

export const ADDRESS_POLICIES = ['any', 'all', 'quorum'] as const;
/** How many addresses must work. Counted over all addresses of all targets of one role and protocol. */
export type AddressPolicy = (typeof ADDRESS_POLICIES)[number];

export interface Target {
  /** A name without trailing dot, or an IP literal. */
  readonly host: string;
  readonly port: number;
  readonly protocol: Protocol;
  readonly role: Role;
  readonly requirement: Requirement;
  readonly addressPolicy: AddressPolicy;
  /** HTTPS only: the path of the one request. */
  readonly path?: string;
}

/** How a finding names what it is about. `address` is empty until a name is resolved. */
export interface TargetRef {
  readonly host: string;
  readonly address?: string;
  readonly port?: number;
  readonly protocol: Protocol;
  readonly role: Role;
}

/** An address and port to talk to. IPv6 without brackets. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** A control host: somebody independent of the service, asked only to tell causes apart. */
export interface ControlHost extends Endpoint {
  /** The name for SNI and for certificate checks. */
  readonly host: string;
}
