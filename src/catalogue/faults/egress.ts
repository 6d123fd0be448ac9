// What address this pod is seen with from outside, and what NAT and connection tracking do on the way.

import type { Fault } from '../../model/fault.ts';

export const egressFaults: readonly Fault[] = [
  {
    id: 'egress-ip-unexpected',
    layer: 'egress',
    status: 'fail',
    severity: 'high',
    title: 'The public address seen from outside is not the declared one',
    explain: `The pod leaves with an address nobody registered. Allow-lists at the tenant, at partners and in
firewalls are written for the old one, so requests are refused in places that have not changed. A
rebuilt NAT gateway, another route table or a new node pool is behind it.

An HTTPS echo and STUN agree on an address that differs from the declared one, or from that of the
previous report. Several addresses in turn is egress-multi-ip. An address that a proxy lends to HTTP
only is egress-tcp-udp-differ. Without a declared value this is information and never fails.

Attach the reserved address to the NAT again, or register the new one wherever the old was listed.
Do it before rolling out: refusals by the tenant come from here.`,
  },
  {
    id: 'egress-multi-ip',
    layer: 'egress',
    status: 'warn',
    severity: 'medium',
    title: 'Connections leave through several public addresses in turn',
    explain: `The NAT has a pool, and each new connection takes one of its addresses. Allow-lists that know only
one of them let a fraction of requests through, which looks like flapping, and services that tie a
session to an address log users out.

Sampled with new connections over both protocols, one and the same echo service reports more than
one address. If each destination always sees the same one, it is egress-per-destination; if it
follows the protocol, egress-tcp-udp-differ; if it follows the node, egress-per-az. An IPv4 and an
IPv6 address side by side is normal.

Use a NAT gateway with a single reserved address, or register the complete pool. It becomes a
failure when a stable or a single address was declared.`,
  },
  {
    id: 'egress-per-destination',
    layer: 'egress',
    status: 'warn',
    severity: 'medium',
    title: 'The public address depends on the destination',
    explain: `Policy routing, a hashing NAT pool or an SD-WAN breakout sends different destinations out by
different doors. Each one sees a steady address, but not the same, so what an echo service reports
may not be what the tenant sees.

Echo service A always gives one address and B always another, again and again; STUN may show a
third. Alternating answers from a single service are egress-multi-ip. Differences in the port alone
are symmetric NAT and harmless. A difference between HTTPS and UDP to the same place is
egress-tcp-udp-differ.

Look up the address that the tenant's own log shows for this cluster, and register that one. Then
pin the routes for the service's ranges, so that a change in routing does not move them.`,
  },
  {
    id: 'egress-tcp-udp-differ',
    layer: 'egress',
    status: 'warn',
    severity: 'medium',
    title: 'TCP and UDP leave with different public addresses',
    explain: `HTTPS goes through a transparent proxy, a mesh gateway or one NAT, and UDP through another. The
control plane and the tunnel of one Publisher then appear under two addresses, and an allow-list
with only one of them blocks half of it.

The HTTPS echo and the STUN mapping disagree in the same way every time, while each protocol by
itself is steady. If HTTPS is sent through an explicit proxy, its echo shows the proxy's address and
is not compared. Alternation within a protocol is egress-multi-ip.

Register both addresses, or route both protocols through one NAT. In the console, expect the
enrollment and the tunnel to show different sources until that is done.`,
  },
  {
    id: 'egress-per-az',
    layer: 'egress',
    status: 'warn',
    severity: 'medium',
    title: 'Pods in different zones or on different nodes have different public addresses',
    explain: `One NAT gateway per availability zone is good practice for resilience, and it means one public
address per zone. A replica that moves to another zone arrives with an address nobody registered,
and the fault seems to follow the scheduler.

It takes reports from at least two nodes: each is steady in itself and they differ by zone. A single
run sees one node only and says so. If one node alternates, it is egress-multi-ip. If a pod leaves
with its node's own address, see egress-node-ephemeral. Two addresses that are both declared are no
fault.

Register the NAT addresses of all zones that the workload may run in. To see them all, run the check
once per zone, or as a DaemonSet.`,
  },
  {
    id: 'egress-node-ephemeral',
    layer: 'egress',
    status: 'warn',
    severity: 'medium',
    title: "The pod leaves with the node's own public address, which will not last",
    explain: `There is no NAT gateway; traffic goes out with the address that the cloud gave this node. Each
scale-up, repair or node upgrade brings other addresses, and every allow-list is out of date from
that moment on.

The address seen from outside equals the ExternalIP in the Node's status. It needs API access to
Nodes; without it nothing is concluded. If the address belongs to a NAT or a proxy, it will not
match any node. A deliberately reserved node address looks the same, so check whether it is static.

Put a NAT with reserved addresses in front: Cloud NAT, a NAT gateway with Elastic IP, or a load
balancer's outbound rule, with private nodes. Register the addresses before the next node upgrade.`,
  },
  {
    id: 'snat-port-exhaustion',
    layer: 'egress',
    status: 'warn',
    severity: 'high',
    title: 'The NAT has no free source ports left towards this destination',
    explain: `Each flow through a NAT needs a source port per destination. With many pods behind one address, or
small port allotments per node, they run out: new connections are dropped while existing ones go on,
and retries make it worse.

To one address and port, only some of several new sockets get an answer; other destinations and DNS
are fine, a connection opened earlier still works, and it recovers when things go quiet. If every
destination loses new flows, it is conntrack-table-full. A local error at connect is
tcp-local-port-exhaustion. Loss inside existing flows is packet loss.

Add ports or addresses to the NAT, or replace default outbound SNAT by a NAT gateway. The cloud's
metrics count the drops (Azure: SNAT connections failed; Google: OUT_OF_RESOURCES).`,
  },
  {
    id: 'conntrack-table-full',
    layer: 'egress',
    status: 'fail',
    severity: 'high',
    title: "The node's connection tracking table is full and new flows are dropped",
    explain: `Every flow through the node occupies an entry. When the table is full the kernel drops new flows at
random, of all protocols and to all destinations, and everything on the node becomes unreliable at
once while long-lived connections hum along.

New TCP, UDP and DNS flows all fail now and then, one connection held open as a control keeps
working, and the node's log says nf_conntrack: table full. The count inside the pod covers the pod's
own namespace and misleads. If a single destination is affected, it is snat-port-exhaustion. If
established flows lose packets too, it is loss.

On the node compare nf_conntrack_count with nf_conntrack_max, raise the limit (kube-proxy:
conntrack.maxPerCore), and find who opens so many flows. Drain the node if it is urgent.`,
  },
  {
    id: 'nat-mid-flow-rebind',
    layer: 'egress',
    status: 'warn',
    severity: 'medium',
    title: "The NAT changes a UDP flow's mapping while it is in use",
    explain: `In the middle of a live flow the outside port or address changes. To the server the packets now come
from a stranger; DTLS without connection IDs does not recover and must begin anew. Dynamic port
allocation and NAT scale-outs do it.

STUN asked from one socket every few seconds reports a mapping that changes although traffic never
paused. If it changes only after a pause, the mapping timed out: udp-nat-timeout-short. Different
mappings from different sockets are normal. Alternating addresses for new flows are egress-multi-ip.

Use static port allocation on the NAT and avoid gateways that move flows when they scale. If a
rebind coincides with known maintenance, repeat the measurement before acting on it.`,
  },
  {
    id: 'rp-filter-drop',
    layer: 'egress',
    status: 'fail',
    severity: 'high',
    title: 'Replies are discarded because they arrive on an unexpected interface',
    explain: `With several interfaces, a packet can leave by one and its reply return by another. Strict
reverse-path filtering regards that as forged and drops it. The request was delivered and answered,
and the pod sees silence. Multus pods and nodes with secondary interfaces are prone to it.

The counter IPReversePathFilter in /proc/net/netstat rises with the failing attempts, rp_filter is
1, and there is more than one interface or a policy route. If the drop happens on the node, the
pod's counter stays at zero, and then this is only a suspicion. With one interface and a plain
route, look for a firewall.

Set rp_filter to 2 (loose) on the receiving interface and on all, or make the routes symmetric. On
EKS the VPC plugin has settings for this.`,
  },
];
