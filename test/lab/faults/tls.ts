// Group F: TCP opens and the certificate is wrong.

import type { World } from '../disturbances.ts';
import { FACE_PORTS, TENANT } from '../layout.ts';
import { INTERCEPT_PORT, interceptingProxy } from '../servers/squid.ts';
import type { LabFault } from './fault.ts';

/** Shows another face of the tenant on 443, from the next connection on. */
export function showTenantFace(world: World, face: keyof typeof FACE_PORTS): Promise<void> {
  return world.filter('inet', 'faults_prerouting', [
    `ip daddr { ${TENANT.addresses.join(', ')} } tcp dport 443 dnat to :${FACE_PORTS[face]}`,
  ]);
}

export const tlsFaults: readonly LabFault[] = [
  {
    id: 'tls-intercept-untrusted',
    how: 'squid on the node bumps every TCP 443 and shows certificates of an authority that the pod does not trust',
    exitCode: 3,
    mentions: /Example Corp TLS Inspection CA/,
    inject: async (world) => {
      await world.start(await interceptingProxy(world.site));
      await world.filter('gw', 'faults_prerouting', [`iifname "p0" tcp dport 443 redirect to :${INTERCEPT_PORT}`]);
    },
  },
  {
    id: 'tls-server-cert-expired',
    how: 'the tenant shows a certificate that expired ten days ago; the controls are fine',
    exitCode: 3,
    mentions: /203\.0\.113\.1[01]|acme\.goskope\.com/,
    inject: (world) => showTenantFace(world, 'expired'),
  },
  {
    id: 'tls-hostname-mismatch',
    how: 'the tenant shows a trusted certificate for ingress.local',
    exitCode: 3,
    mentions: /ingress\.local/,
    inject: (world) => showTenantFace(world, 'wrongName'),
  },
];
