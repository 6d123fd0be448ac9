// Who lives where in the lab: hosts, addresses and names. Every other file of the lab takes them from here.

/** Test hosts. Each is one network namespace. */
export const HOSTS = ['pod', 'gw', 'dns', 'corp', 'inet'] as const;
export type Host = (typeof HOSTS)[number];

export const POD = { address: '10.244.1.10', gateway: '10.244.1.1' };
/** CoreDNS is a pod of its own behind the Service address, as in a cluster. */
export const CLUSTER = { dnsService: '10.96.0.10', dnsPod: '10.244.2.10', apiService: '10.96.0.1', apiPort: 6443 };
/** The company network behind the node: the upstream resolver, private DNS, a proxy, the API server. */
export const CORP = {
  gateway: '10.0.0.1',
  privateDns: '10.0.0.10',
  proxy: '10.0.0.20',
  api: '10.0.0.30',
  resolver: '10.0.0.53',
};
/** The node's outer address: what the internet sees. A /30 link, so that the rest of 192.0.2.0/24 is nobody's. */
export const EGRESS = { node: '192.0.2.5', peer: '192.0.2.6', prefix: 30 };

export const TENANT = { name: 'acme', host: 'acme.goskope.com', addresses: ['203.0.113.10', '203.0.113.11'] };
/** The recommended service names of the profile that are not stitchers. */
export const SERVICE_ADDRESS = '203.0.113.12';
export const STITCHERS = [
  { host: 'gateway-lon1.gw.npa.goskope.com', addresses: ['203.0.113.21', '203.0.113.22'] },
  { host: 'gateway-fra1.gw.npa.goskope.com', addresses: ['203.0.113.23', '203.0.113.24'] },
] as const;
export const STITCHER_ADDRESSES = STITCHERS.flatMap((stitcher) => [...stitcher.addresses]);
/** Not asked by a healthy check: a responder on 443/UDP that is no stitcher, and others that tell causes apart. */
export const CONTROLS = {
  https: [
    { host: 'www.control-one.example.net', address: '198.51.100.80', port: 443 },
    { host: 'www.control-two.example.org', address: '198.51.100.81', port: 443 },
  ],
  stun: [{ host: 'stun.example.net', address: '198.51.100.70', port: 3478 }],
  quic: [{ host: 'quic.example.net', address: '198.51.100.90', port: 443 }],
  /** No host has it, and no route leads on from the internet: silence. */
  nobody: ['192.0.2.53'],
} as const;
/** BIND. The two others are the GSLB servers of trap 4, which answer with different subsets. */
export const PUBLIC_DNS = { authority: '198.51.100.53', gslbA: '198.51.100.54', gslbB: '198.51.100.55' };

/** Where the tenant's other faces listen. A fault redirects 443 to one of them, so nothing has to be reloaded. */
export const FACE_PORTS = {
  expired: 4431,
  wrongName: 4432,
  status403: 4403,
  status404: 4404,
  status405: 4405,
} as const;

/** OpenSSL and GnuTLS serve one DTLS client at a time, so a stitcher is a pool of them behind a round robin. */
export const DTLS_POOLS = {
  openssl: { firstPort: 5001, size: 6 },
  gnutls: { firstPort: 5101, size: 6 },
} as const;

export const SEARCH = ['npa.svc.cluster.local', 'svc.cluster.local', 'cluster.local'];
export const RESOLV_CONF = `search ${SEARCH.join(' ')}\nnameserver ${CLUSTER.dnsService}\noptions ndots:5\n`;
