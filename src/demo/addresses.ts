// Who lives where in the demo world. Addresses are of the ranges for documentation (RFC 5737) and of a usual cluster.

export interface Resident {
  readonly host: string;
  readonly addresses: readonly string[];
}

export const TENANT: Resident = { host: 'acme.goskope.com', addresses: ['203.0.113.10', '203.0.113.11'] };

export const GATEWAYS: readonly Resident[] = [
  { host: 'gateway-lon1.gw.npa.goskope.com', addresses: ['198.51.100.21', '198.51.100.22'] },
  { host: 'gateway-fra1.gw.npa.goskope.com', addresses: ['198.51.100.23', '198.51.100.24'] },
];

export const WEB_CONTROLS: readonly Resident[] = [
  { host: 'web-one.control.example', addresses: ['203.0.113.200'] },
  { host: 'web-two.control.example', addresses: ['198.51.100.200'] },
];

export const STUN_CONTROLS: readonly Resident[] = [
  { host: 'stun-one.control.example', addresses: ['203.0.113.201'] },
  { host: 'stun-two.control.example', addresses: ['198.51.100.201'] },
];

export const QUIC_CONTROLS: readonly Resident[] = [
  { host: 'quic-one.control.example', addresses: ['203.0.113.202'] },
  { host: 'quic-two.control.example', addresses: ['198.51.100.202'] },
];

export const CONTROLS: readonly Resident[] = [...WEB_CONTROLS, ...STUN_CONTROLS, ...QUIC_CONTROLS];

/** Nobody lives here: what is sent to it ends where everything unknown ends, in silence. */
export const NOBODY = '192.0.2.53';

export const CLUSTER_DNS = '10.96.0.10';
export const API_SERVER = '10.96.0.1';
/** The address that the imaginary NAT gateway shows to the internet. */
export const EGRESS = '203.0.113.77';
export const POD = '10.244.1.10';
export const POD_GATEWAY = '10.244.1.1';
