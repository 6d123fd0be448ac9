// Starts every server of the demo world and says where each one lives.

import type { Endpoint } from '../model/target.ts';
import {
  API_SERVER,
  CLUSTER_DNS,
  EGRESS,
  GATEWAYS,
  QUIC_CONTROLS,
  type Resident,
  STUN_CONTROLS,
  TENANT,
  WEB_CONTROLS,
} from './addresses.ts';
import { type Authority, createAuthority, type Identity } from './certificates.ts';
import { startClosed, startSilentUdp, startSynDrop } from './dead-ends.ts';
import { startDnsServer } from './dns-server.ts';
import { startDtlsServer } from './dtls-server.ts';
import type { WorldPlan } from './faults.ts';
import { filter, needsSynDrop, type Places } from './firewall.ts';
import {
  apiServerPage,
  controlPage,
  gatewayPage,
  startHttpsServer,
  startRedirectServer,
  tenantPage,
} from './https-server.ts';
import { startQuicServer } from './quic-server.ts';
import { startStunServer } from './stun-server.ts';

export interface Inhabited {
  readonly places: Places;
  /** PEM: whom the pod of this world trusts. */
  readonly authority: string;
}

/** Takes a server that will have to be closed, and gives it back. */
export type Keep = <T extends { close(): Promise<void> }>(server: T) => T;

export async function inhabit(plan: WorldPlan, keep: Keep): Promise<Inhabited> {
  const authority = await createAuthority('Demo Root CA');
  const inspector = plan.inspection === 'everywhere' ? await createAuthority('Corp Inspection CA') : null;
  const identities = await issueAll(plan, authority, inspector ?? authority);

  const dns = keep(await startDnsServer(plan.dns));
  const tenant = keep(await startHttpsServer(identities.tenant, tenantPage)).endpoint;
  const gatewayWeb = keep(await startHttpsServer(identities.gatewayWeb, gatewayPage)).endpoint;
  const gateway = keep(await startDtlsServer(identities.gateway, plan.dtls)).endpoint;
  const control = keep(await startHttpsServer(identities.control, controlPage)).endpoint;
  const apiServer = keep(await startHttpsServer(identities.apiServer, apiServerPage)).endpoint;
  const redirect = keep(await startRedirectServer()).endpoint;
  const stun = keep(await startStunServer(EGRESS)).endpoint;
  const quic = keep(await startQuicServer()).endpoint;
  const closed = keep(await startClosed());
  const silentUdp = keep(await startSilentUdp()).endpoint;
  const droppedTcp = needsSynDrop(plan) ? keep(await startSynDrop()).endpoint : closed.tcp;

  const places: Places = {
    // Where nobody lives: nothing may fall through to the real network.
    '*/udp': silentUdp,
    '*/tcp': closed.tcp,
    // The pod's own loopback: no resolver listens there.
    '127.0.0.1:53/udp': closed.udp,
    '127.0.0.1:53/tcp': closed.tcp,
    '127.0.0.53:53/udp': closed.udp,
    '127.0.0.53:53/tcp': closed.tcp,
    [`${CLUSTER_DNS}:53/udp`]: dns.udp,
    [`${CLUSTER_DNS}:53/tcp`]: dns.tcp,
    [`${API_SERVER}:443/tcp`]: apiServer,
    ...at([TENANT], '443/tcp', tenant),
    ...at([TENANT, ...WEB_CONTROLS], '80/tcp', redirect),
    ...at(GATEWAYS, '443/tcp', gatewayWeb),
    ...at(GATEWAYS, '443/udp', gateway),
    ...at(WEB_CONTROLS, '443/tcp', control),
    ...at(STUN_CONTROLS, '3478/udp', stun),
    ...at(QUIC_CONTROLS, '443/udp', quic),
    // A web server that speaks QUIC speaks TLS over TCP as well.
    ...at(QUIC_CONTROLS, '443/tcp', control),
  };
  const dead = { silentUdp, refusedUdp: closed.udp, droppedTcp, refusedTcp: closed.tcp };
  return { places: filter(places, plan, dead), authority: authority.pem };
}

function at(residents: readonly Resident[], door: string, endpoint: Endpoint): Places {
  const addresses = residents.flatMap((resident) => resident.addresses);
  return Object.fromEntries(addresses.map((address) => [`${address}:${door}`, endpoint]));
}

/** `seen` is who signs what is seen over TCP outside the cluster; nobody inspects DTLS. */
async function issueAll(
  plan: WorldPlan,
  authority: Authority,
  seen: Authority,
): Promise<Record<'tenant' | 'gateway' | 'gatewayWeb' | 'control' | 'apiServer', Identity>> {
  const tenantNames = plan.tenantCertificate === 'of another name' ? ['www.elsewhere.example'] : [TENANT.host];
  const gatewayNames = ['*.gw.npa.goskope.com'];
  const gateway = await authority.issue({ names: gatewayNames });
  return {
    tenant: await seen.issue({ names: tenantNames, expired: plan.tenantCertificate === 'expired' }),
    gateway,
    gatewayWeb: seen === authority ? gateway : await seen.issue({ names: gatewayNames }),
    control: await seen.issue({ names: ['*.control.example'] }),
    apiServer: await authority.issue({ names: ['kubernetes.default.svc.cluster.local', API_SERVER] }),
  };
}
