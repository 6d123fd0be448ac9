// Every fault that the lab can inject.

import { dnsClientFaults } from './dns-client.ts';
import { dnsPathFaults } from './dns-path.ts';
import { dnsServerFaults } from './dns-server.ts';
import type { LabFault } from './fault.ts';
import { tcpFaults } from './tcp.ts';
import { tlsFaults } from './tls.ts';
import { udpFaults } from './udp.ts';

export const labFaults: readonly LabFault[] = [
  ...dnsClientFaults,
  ...dnsPathFaults,
  ...dnsServerFaults,
  ...tcpFaults,
  ...tlsFaults,
  ...udpFaults,
];

export function faultById(id: string): LabFault {
  const fault = labFaults.find((one) => one.id === id);
  if (fault === undefined)
    throw new Error(`the lab cannot inject ${id}; it can: ${labFaults.map((one) => one.id).join(', ')}`);
  return fault;
}
