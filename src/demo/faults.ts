// Which faults the demo world can have, each as one small change of the healthy world.

import { CLUSTER_DNS, GATEWAYS, TENANT } from './addresses.ts';
import type { DnsBehaviour } from './dns-server.ts';
import type { DtlsBehaviour } from './dtls-server.ts';

/** Everything about the world that a fault may change. */
export interface WorldPlan {
  /** As in resolv.conf. */
  readonly nameservers: readonly string[];
  readonly dns: DnsBehaviour;
  /** Everything that leaves the pod is swallowed, the cluster's own services included. */
  readonly egress: 'open' | 'drop';
  /** Port 443 outside the cluster, by transport. */
  readonly tcp443: 'open' | 'drop' | 'reject';
  readonly udp443: 'open' | 'drop' | 'reject';
  /** A device between pod and internet that shows certificates of its own. */
  readonly inspection: 'none' | 'everywhere';
  readonly tenantCertificate: 'valid' | 'expired' | 'of another name';
  readonly dtls: DtlsBehaviour;
  /** Gateways that are down: UDP silent, TCP refused. */
  readonly gatewaysDown: readonly string[];
}

export const HEALTHY: WorldPlan = {
  nameservers: [CLUSTER_DNS],
  dns: { udp: 'answers', upstream: 'answers', missing: [] },
  egress: 'open',
  tcp443: 'open',
  udp443: 'open',
  inspection: 'none',
  tenantCertificate: 'valid',
  dtls: 'answers',
  gatewaysDown: [],
};

export interface DemoFault {
  /** Of the catalogue. */
  readonly id: string;
  /** What is done to the world. */
  readonly description: string;
  readonly change: Partial<WorldPlan>;
}

export const DEMO_FAULTS: readonly DemoFault[] = [
  {
    id: 'dnsc-resolv-missing',
    description: 'resolv.conf is empty, and nothing listens at 127.0.0.1:53',
    change: { nameservers: [] },
  },
  {
    id: 'dnsc-loopback-only',
    description: "resolv.conf names the node's stub resolver 127.0.0.53, which refuses inside the pod",
    change: { nameservers: ['127.0.0.53'] },
  },
  {
    id: 'dns-udp-blocked',
    description: 'DNS queries over UDP vanish, the same queries over TCP are answered',
    change: { dns: { ...HEALTHY.dns, udp: 'silent' } },
  },
  {
    id: 'dns-egress-policy-deny',
    description: 'everything that leaves the pod vanishes: DNS, TCP and UDP, to every address',
    change: { egress: 'drop' },
  },
  {
    id: 'dnsx-tenant-nxdomain',
    description: `the zone goskope.com has no name ${TENANT.host}`,
    change: { dns: { ...HEALTHY.dns, missing: [TENANT.host] } },
  },
  {
    id: 'coredns-upstream-dead',
    description: 'the cluster DNS answers for the cluster, and after 5 s SERVFAIL for everything else',
    change: { dns: { ...HEALTHY.dns, upstream: 'dead' } },
  },
  {
    id: 'tcp-egress-drop',
    description: 'SYNs to port 443 outside the cluster vanish; UDP 443 and TCP 80 pass',
    change: { tcp443: 'drop' },
  },
  {
    id: 'tcp-egress-reject',
    description: 'SYNs to port 443 outside the cluster are reset at once, whatever the address',
    change: { tcp443: 'reject' },
  },
  {
    id: 'tls-intercept-untrusted',
    description: 'every TLS server outside the cluster shows a certificate of "Corp Inspection CA"',
    change: { inspection: 'everywhere' },
  },
  {
    id: 'tls-server-cert-expired',
    description: "the tenant's certificate ended three days ago",
    change: { tenantCertificate: 'expired' },
  },
  {
    id: 'tls-hostname-mismatch',
    description: 'the tenant shows a valid certificate of another name',
    change: { tenantCertificate: 'of another name' },
  },
  {
    id: 'udp443-drop',
    description: 'UDP to port 443 vanishes, to gateways and controls alike; STUN on 3478 answers',
    change: { udp443: 'drop' },
  },
  {
    id: 'udp443-reject',
    description: 'UDP to port 443 is refused with ICMP port unreachable, to gateways and controls alike',
    change: { udp443: 'reject' },
  },
  {
    id: 'dtls-stitcher-silent',
    description: `one gateway is down (${GATEWAYS[1]?.host}), the other answers`,
    change: { gatewaysDown: GATEWAYS.slice(1).map(({ host }) => host) },
  },
  {
    id: 'udp-first-packet-only',
    description: 'the first datagram of each flow to a gateway passes, the following ones vanish',
    change: { dtls: 'first packet only' },
  },
  {
    id: 'dtls-server-flight-dropped',
    description:
      'UDP datagrams above 572 bytes from a gateway vanish: cookies and alerts pass, the certificate does not',
    change: { dtls: 'large datagrams dropped' },
  },
];

export function listDemoFaults(): { id: string; description: string }[] {
  return DEMO_FAULTS.map(({ id, description }) => ({ id, description }));
}

/** The world with one fault; undefined when the world cannot have it. */
export function planOf(fault: string | undefined): WorldPlan | undefined {
  if (fault === undefined) return HEALTHY;
  const found = DEMO_FAULTS.find(({ id }) => id === fault);
  return found && { ...HEALTHY, ...found.change };
}
