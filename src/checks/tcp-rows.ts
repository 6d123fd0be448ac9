// The table of tcp: what it means when connections do not open.

import type { Failure } from '../model/failure.ts';
import type { TcpObservation } from '../model/observation.ts';
import type { Target } from '../model/target.ts';
import { addressList } from '../parse/ip.ts';
import { count, needed, type Row } from './conclude.ts';
import { type Controls, describe } from './controls.ts';

export interface TcpAddress {
  readonly address: string;
  readonly connectMs: number | null;
  readonly attempts: number;
  readonly failure: Failure | null;
}

export interface TcpEvidence {
  readonly target: Target;
  readonly seen: readonly TcpAddress[];
  readonly open: readonly TcpAddress[];
  readonly dead: readonly TcpAddress[];
  readonly controls: Controls;
  /** null: the routing table is not known. */
  readonly hasDefaultRoute: boolean | null;
  readonly apiServer: TcpObservation | null;
}

function all(e: TcpEvidence, ...codes: readonly Failure['code'][]): boolean {
  return e.open.length === 0 && e.dead.every((one) => one.failure !== null && codes.includes(one.failure.code));
}

const PROHIBITED: ReadonlySet<string> = new Set(['host_unreachable', 'network_unreachable', 'permission_denied']);

function severityOf(e: TcpEvidence) {
  const blocks = e.target.requirement === 'required' && e.open.length < needed(e.target.addressPolicy, e.seen.length);
  return blocks
    ? { status: 'fail' as const, severity: 'critical' as const }
    : { status: 'warn' as const, severity: 'medium' as const };
}

function breaks(e: TcpEvidence): string {
  if (e.target.role === 'tenant')
    return 'enrollment and the control plane: the Publisher cannot register or be managed.';
  return `everything that needs ${e.target.host} ${e.target.port}/TCP.`;
}

const dead = (e: TcpEvidence) => addressList(e.dead.map((one) => one.address));

function evidence(e: TcpEvidence) {
  return [
    ...e.dead.slice(0, 3).map((one) => ({
      text: `${one.address}:${e.target.port} ${one.failure?.code === 'generic_timeout_error' ? 'no answer' : (one.failure?.code ?? '')}`,
      command: `nc -vz -w 3 ${one.address} ${e.target.port}`,
    })),
    ...e.controls.tcp.ended.slice(0, 2).map((one) => ({
      text: `control ${one.probe.address}:${one.probe.port} ${one.failure ? one.failure.code.replace('generic_timeout_error', 'no answer') : 'connects'}`,
      command: `nc -vz -w 3 ${one.probe.address} ${one.probe.port}`,
    })),
  ];
}

/** A host in the same pod network that can be reached: proof that the pod's own network is alive. */
function nearby(e: TcpEvidence): string {
  return e.apiServer?.failure === null
    ? ` The API server ${e.apiServer.probe.address} is reachable, so the pod's own network is alive.`
    : '';
}

export const ROWS: readonly Row<TcpEvidence>[] = [
  {
    fault: 'tcp-no-route',
    when: (e) => all(e, 'network_unreachable') && e.hasDefaultRoute === false,
    say: (e) => ({
      ...severityOf(e),
      summary: 'this pod has no default route',
      cause: `connect() to ${dead(e)} fails at once with "network unreachable", and the routing table has no default route: the CNI has not given this pod a way out.`,
      breaks: 'everything outside the pod network.',
      remedy: {
        summary: 'Repair the CNI (or Multus) configuration of this pod: it has no default route.',
        commands: ['ip route', 'kubectl describe pod "$POD" | sed -n /Events/,$p'],
      },
      evidence: [{ text: 'no default route', command: 'ip route' }, ...evidence(e)],
    }),
  },
  {
    fault: 'tcp-egress-reject',
    when: (e) =>
      all(e, 'connection_refused') &&
      e.controls.tcp.refused &&
      e.controls.tcp.ended.every((one) => one.failure?.code === 'connection_refused'),
    say: (e) => ({
      ...severityOf(e),
      summary: `a device on the way refuses TCP ${e.target.port} to every destination`,
      cause: `${dead(e)} and hosts that have nothing to do with it refuse alike (${describe(e.controls.tcp.ended, 'connects')}): the reset comes from a firewall near this pod, not from the service.${nearby(e)}`,
      breaks: breaks(e),
      remedy: {
        summary: `Permit TCP ${e.target.port} from this pod to ${dead(e)} (${e.target.host}) on the firewall that sends the resets.`,
        commands: [`nc -vz -w 3 ${e.dead[0]?.address ?? e.target.host} ${e.target.port}`],
      },
      evidence: evidence(e),
    }),
  },
  {
    fault: 'tcp-egress-icmp-prohibited',
    // Routers send few ICMP errors a second: one that was heard tells about its silent neighbours.
    when: (e) =>
      e.open.length === 0 &&
      e.dead.some((one) => PROHIBITED.has(one.failure?.code ?? '')) &&
      e.dead.every((one) => PROHIBITED.has(one.failure?.code ?? '') || one.failure?.code === 'generic_timeout_error') &&
      e.hasDefaultRoute !== false &&
      e.controls.tcp.ended.length > 0 &&
      e.controls.tcp.ended.every((one) => one.failure !== null && one.failure.code !== 'connection_refused'),
    say: (e) => ({
      ...severityOf(e),
      summary: `a router on the way prohibits TCP ${e.target.port}`,
      cause: `connect() to ${dead(e)} is answered by ICMP (${e.dead.find((one) => PROHIBITED.has(one.failure?.code ?? ''))?.failure?.code}) although a route exists, and unrelated hosts do not connect either: ${describe(e.controls.tcp.ended, 'connects')}.`,
      breaks: breaks(e),
      remedy: {
        summary: `Open TCP ${e.target.port} to ${dead(e)} (${e.target.host}) on the router or policy engine that sends the ICMP.`,
        commands: ['tcpdump -ni any icmp'],
      },
      evidence: evidence(e),
    }),
  },
  {
    fault: 'tcp-egress-drop',
    when: (e) => all(e, 'generic_timeout_error') && e.controls.tcp.silent,
    say: (e) => ({
      ...severityOf(e),
      summary: `TCP ${e.target.port} is dropped on the way out, to every destination`,
      cause: `No answer from ${dead(e)} (${count(
        e.dead.reduce((sum, one) => sum + one.attempts, 0),
        'connection attempt',
      )}, no refusal), nor from hosts that have nothing to do with it: ${describe(e.controls.tcp.ended, 'connects')}.${nearby(e)}`,
      breaks: breaks(e),
      remedy: {
        summary: `Permit outbound TCP ${e.target.port} from this pod to ${dead(e)} (${e.target.host}), or configure the proxy if one is mandatory here.`,
        commands: [
          'kubectl get networkpolicy -A',
          `nc -vz -w 3 ${e.dead[0]?.address ?? e.target.host} ${e.target.port}`,
        ],
      },
      evidence: evidence(e),
    }),
  },
  {
    fault: null,
    when: (e) => e.open.length === 0,
    say: (e) => ({
      ...severityOf(e),
      summary: `no TCP connection to ${e.target.host} port ${e.target.port}`,
      cause: `Cause not determined: ${dead(e)} ${codes(e)}${e.controls.tcp.ended.length > 0 ? `, while elsewhere: ${describe(e.controls.tcp.ended, 'connects')}` : ', and no control host was asked'}.`,
      breaks: breaks(e),
      remedy: {
        summary: `Look at the path from this pod to ${dead(e)} port ${e.target.port}: a firewall rule for these addresses, or nobody listening there.`,
        commands: [`nc -vz -w 3 ${e.dead[0]?.address ?? e.target.host} ${e.target.port}`],
      },
      evidence: evidence(e),
    }),
  },
  {
    fault: null,
    when: (e) => e.open.length > 0,
    say: (e) => ({
      ...severityOf(e),
      summary: `${e.dead.length} of ${e.seen.length} addresses of ${e.target.host} do not accept connections`,
      cause: `Cause not determined: ${dead(e)} ${codes(e)}, ${addressList(e.open.map((one) => one.address))} open.`,
      breaks: 'connections now and then, whenever DNS hands out the wrong address first.',
      evidence: evidence(e),
    }),
  },
];

function codes(e: TcpEvidence): string {
  return [...new Set(e.dead.map((one) => one.failure?.code ?? ''))]
    .join(', ')
    .replaceAll('generic_timeout_error', 'no answer');
}
