// Every fault that the lab can inject: those that must be diagnosed, and `laterFaults` that only have to be judged honestly so far.

import { corednsFaults } from './coredns.ts';
import { dnsClientFaults } from './dns-client.ts';
import { dnsClientNameserverFaults } from './dns-client-nameservers.ts';
import { dnsClientSearchFaults } from './dns-client-search.ts';
import { dnsClientSidecarFaults } from './dns-client-sidecar.ts';
import { dnsContentFaults } from './dns-content.ts';
import { dnsPathFaults } from './dns-path.ts';
import { dnsServerFaults } from './dns-server.ts';
import { dnsTransportFaults, rateLimited } from './dns-transport.ts';
import type { LabFault } from './fault.ts';
import { laterFaults as further } from './later.ts';
import { tcpFaults } from './tcp.ts';
import { tlsFaults } from './tls.ts';
import { udpFaults } from './udp.ts';

export const labFaults: readonly LabFault[] = [
  ...dnsClientFaults,
  ...dnsClientSearchFaults,
  ...dnsClientNameserverFaults,
  ...dnsClientSidecarFaults,
  ...dnsPathFaults,
  ...dnsTransportFaults,
  ...dnsServerFaults,
  ...corednsFaults,
  ...dnsContentFaults,
  ...tcpFaults,
  ...tlsFaults,
  ...udpFaults,
];

export const laterFaults: readonly LabFault[] = [...further, rateLimited];

export function faultById(id: string): LabFault {
  const all = [...labFaults, ...laterFaults];
  const fault = all.find((one) => one.id === id);
  if (fault === undefined)
    throw new Error(`the lab cannot inject ${id}; it can: ${all.map((one) => one.id).join(', ')}`);
  return fault;
}
