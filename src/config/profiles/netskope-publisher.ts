// What a Netskope Publisher must reach. Sources: [A] the chart kubernetes-netskope-publisher 1.4.2, its templates and scripts;
// [B] the vendor's FAQ "What access needs to be allowed for NPA to work correctly?". Where they disagree, the templates decide.
// Measured by default: the tenant's API and the stitchers that were named. The rest is listed, because nobody can say from
// here whether this Publisher will use it.

import type { Profile, ProfileEndpoint } from './profile.ts';

const HTTPS = { port: 443, protocol: 'https', vantage: 'pod', probed: 'never' } as const;
const NOT_PROBED = 'listed, not measured: not every Publisher uses it; add it to targets if yours does';
const NODE_PULLS = "the node pulls images, not the pod: a pod's path to it proves nothing";

const registries: readonly ProfileEndpoint[] = [
  'registry-1.docker.io',
  'auth.docker.io',
  'production.cloudflare.docker.com',
  'production.cloudfront.docker.com',
  '*.cloudfront.net',
  '*.r2.cloudflarestorage.com',
].map((host) => ({
  ...HTTPS,
  id: `registry-${host.replace(/^\*\./, '').split('.').slice(0, -1).join('-')}`,
  host,
  role: 'registry' as const,
  requirement: 'info' as const,
  vantage: 'node' as const,
  purpose: 'image pull',
  note: host.includes('*') ? `a pattern, which cannot be resolved; ${NODE_PULLS}` : NODE_PULLS,
}));

export const netskopePublisher: Profile = {
  id: 'netskope-publisher',
  title: "Netskope Private Access Publisher: the tenant's API by HTTPS, the stitchers by DTLS on 443/UDP",
  spec: {
    // Other regions: eu.goskope.com, de.goskope.com, au.goskope.com and more.
    suffix: 'goskope.com',
    // The tunnel is DTLS [A]; TCP 443 to a stitcher is the vendor's second way [B] and informs only. A Publisher needs one stitcher.
    dataplane: { udp: 'required', tcp: 'info', addressPolicy: 'any' },
  },
  endpoints: [
    {
      ...HTTPS,
      id: 'tenant-api',
      host: '<tenant>.<suffix>',
      role: 'tenant',
      requirement: 'required',
      // What the bootstrap asks first [A]; without a token the API answers 401, which is reachability.
      path: '/api/v2/infrastructure/publishers',
      purpose: 'enrollment, at every start without persistence',
      probed: 'always',
    },
    {
      id: 'stitcher-udp',
      host: '<stitcher>',
      port: 443,
      protocol: 'dtls',
      role: 'stitcher',
      requirement: 'dataplane.udp',
      vantage: 'pod',
      purpose: 'the tunnel',
      probed: 'always',
    },
    {
      id: 'stitcher-tcp',
      host: '<stitcher>',
      port: 443,
      protocol: 'tcp',
      role: 'stitcher',
      requirement: 'dataplane.tcp',
      vantage: 'pod',
      purpose: 'the tunnel by TCP; tells a port rule from a dead stitcher',
      probed: 'always',
    },
    {
      id: 'stitcher-pool',
      host: 'gateway-*.gw.npa.<suffix>',
      port: 443,
      protocol: 'dtls',
      role: 'stitcher',
      requirement: 'dataplane.udp',
      vantage: 'pod',
      purpose: 'the pool that stitchers are chosen from (GSLB)',
      probed: 'never',
      note: 'a pattern, which cannot be resolved: name the stitchers. An enrolled Publisher keeps its own in /home/resources/stitcher',
    },
    {
      id: 'stitcher-npa',
      host: 'stitcher.npa.<suffix>',
      port: 443,
      protocol: 'tcp',
      role: 'stitcher',
      requirement: 'recommended',
      vantage: 'pod',
      purpose: 'the tunnel by TCP',
      probed: 'tcp-required',
      note: 'listed; measured when dataplane.tcp is required',
    },
    {
      ...HTTPS,
      id: 'oauth2-token',
      host: '<oauth2TokenHost>',
      role: 'tenant',
      requirement: 'recommended',
      purpose: 'API token, when authMode is oauth2',
      note: 'required in oauth2 mode: add the host of enrollment.api.oauth2.tokenUrl to targets',
    },
    {
      ...HTTPS,
      id: 'registration',
      host: 'ns-<tenantId>.<mp>.npa.<suffix>',
      role: 'tenant',
      requirement: 'recommended',
      purpose: 'registration, with a pinned certificate',
      note: 'required when known: the registration log names it (ns-1234.us-sv5.npa.goskope.com); add it to targets',
    },
    {
      ...HTTPS,
      id: 'gslb',
      host: 'gateway.gslb.<suffix>',
      role: 'tenant',
      requirement: 'recommended',
      purpose: 'choice of the stitcher (GSLB API)',
      note: NOT_PROBED,
    },
    {
      ...HTTPS,
      id: 'gateway-npa',
      host: 'gateway.npa.<suffix>',
      role: 'tenant',
      requirement: 'recommended',
      purpose: 'choice of the stitcher (GSLB API)',
      note: NOT_PROBED,
    },
    {
      ...HTTPS,
      id: 'addon',
      host: 'addon-<tenant>.<suffix>',
      role: 'tenant',
      requirement: 'recommended',
      purpose: 'feature flags',
      note: NOT_PROBED,
    },
    {
      ...HTTPS,
      id: 'dns-google-https',
      host: 'dns.google',
      role: 'resolver',
      requirement: 'info',
      purpose: 'fallback choice of the stitcher (DNS over HTTPS)',
      note: NOT_PROBED,
    },
    ...['8.8.8.8', '8.8.4.4'].map((host) => ({
      id: `dns-google-${host.replaceAll('.', '-')}`,
      host,
      port: 53,
      protocol: 'dns' as const,
      role: 'resolver' as const,
      requirement: 'info' as const,
      vantage: 'pod' as const,
      purpose: 'fallback choice of the stitcher (DNS, UDP and TCP)',
      probed: 'never' as const,
      note: NOT_PROBED,
    })),
    ...registries,
  ],
};
