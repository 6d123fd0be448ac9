// What can happen to a TCP connection before any byte of the application.

import type { Fault } from '../../model/fault.ts';

export const tcpFaults: readonly Fault[] = [
  {
    id: 'tcp-egress-drop',
    layer: 'tcp',
    status: 'fail',
    severity: 'critical',
    title: 'Outbound TCP 443 is silently dropped, to every destination',
    explain: `A firewall or policy throws SYN packets to port 443 away. Connects hang until they time out, and log
lines say i/o timeout. The chart's enrollment script sets no time limit of its own, so the liveness
probe ends the container first and the restart count hides the network fault.

The tenant and an unrelated control host on 443 are both silent, with no reset and no ICMP. If other
ports pass, it is a port rule; if nothing passes, DNS included, it is dns-egress-policy-deny. Some
addresses of a name passing is tcp-ip-allowlist-stale. Only one host silent is that host. An
immediate error is a refusal or a missing route.

Permit TCP 443 to the tenant and its service domains, or set the proxy if this network demands one.
Re-run: nc -vz -w 3 acme.goskope.com 443.`,
  },
  {
    id: 'tcp-egress-reject',
    layer: 'tcp',
    status: 'fail',
    severity: 'critical',
    title: 'A nearby device resets every TCP connection to port 443',
    explain: `A firewall answers SYN packets with a reset in the name of the destination. Applications report
connection refused, and the service gets blamed although no packet ever reached it.

The refusal arrives faster than any round trip to that host could be, and alike for unrelated hosts
on 443, even for addresses at which nobody can be. A port that is really closed refuses at one host
only and takes the full round trip. The API server's ClusterIP connecting proves that the pod itself
is sound. EHOSTUNREACH or ENETUNREACH instead of a refusal is tcp-egress-icmp-prohibited.

Ask the firewall team for a rule permitting TCP 443 from this pod's egress address, and hand over
the refusal time next to the real round trip. Look at reject rules of the cluster's network policies
too.`,
  },
  {
    id: 'tcp-egress-icmp-prohibited',
    layer: 'tcp',
    status: 'fail',
    severity: 'critical',
    title: 'A router answers connections with ICMP administratively prohibited',
    explain: `Some device on the path refuses by policy and says so with an ICMP message. Connects fail
immediately with host unreachable, network unreachable or permission denied, which reads like a
routing fault and is none. Calico and kube-router can be set up to reject in this way.

The error is immediate although the pod has an address and a default route. With no default route
the same errno comes from the pod's own kernel: tcp-no-route. A reset gives connection refused and
is tcp-egress-reject. Silence until the timeout is a drop.

Capture the ICMP on the node (tcpdump -ni any icmp): its source address is the device that holds the
rule. Open TCP 443 there. For a policy inside the cluster, look for reject actions in the network
plugin's policies.`,
  },
  {
    id: 'tcp-ip-allowlist-stale',
    layer: 'tcp',
    status: 'fail',
    severity: 'high',
    title: "The firewall allows some of the service's addresses and not the others",
    explain: `The rule was written with the addresses of its day. The service answers from more of them or has
moved, so connections work or time out depending on which address DNS gave this time. Complaints
come and go, and the firewall team sees a rule that plainly permits the service.

For one name, a fixed set of addresses connects and the rest is silent over TCP and UDP, each time
anew: it follows the address, not the clock. A refused address that becomes good seconds after the
lookup is tcp-fqdn-policy-lag. All silent is tcp-egress-drop. If only UDP is affected, see
udp443-dest-specific.

Permit the vendor's published ranges, or the names if the device can follow DNS, instead of single
addresses. It counts as a warning while every role has at least one address that works.`,
  },
  {
    id: 'tcp-fqdn-policy-lag',
    layer: 'tcp',
    status: 'warn',
    severity: 'medium',
    title: 'A name-based egress policy admits new addresses too late',
    explain: `Cilium and similar products learn from DNS answers which addresses a name rule covers. With rotating
answers a fresh address is denied until the policy has been programmed, or an address still in use
is forgotten too early. First attempts fail and later ones succeed.

The same address that failed connects a second or two later, with nothing else changed. An address
taken from a literal, from a cache or over a path that the policy does not watch stays denied. If
failures stick to particular addresses for ever, it is tcp-ip-allowlist-stale. Failures that follow
load are port or conntrack exhaustion.

Raise tofqdns-min-ttl and the limit of addresses per name, or permit CIDR ranges for *.gw.npa names.
cilium/cilium#28427 is one report of it.`,
  },
  {
    id: 'tcp-mesh-blackhole',
    layer: 'tcp',
    status: 'fail',
    severity: 'critical',
    title: 'A service mesh sidecar accepts the connection and then kills it',
    explain: `Outbound traffic is redirected into a local proxy which takes every connection and afterwards
decides what to do with it. Under Istio's REGISTRY_ONLY a host that the mesh does not know is
dropped after the ClientHello. TCP looks perfect and TLS resets.

A connect to an address where nobody can be, 192.0.2.1, succeeds within milliseconds: somebody local
accepted it. Plain HTTP gets a 502 from envoy, port 15001 listens on loopback, and UDP is not
touched. If that connect fails, the reset comes from further out: tls-sni-rst. A mesh with working
TLS (ALLOW_ANY) is only worth a remark.

Add a ServiceEntry for the service's domains, exclude outbound port 443 by annotation, or keep the
workload out of injection.`,
  },
  {
    id: 'tcp-no-route',
    layer: 'tcp',
    status: 'fail',
    severity: 'critical',
    title: 'The pod has no default route or no address',
    explain: `The pod's network was not set up. Every connection fails at once because its kernel has nowhere to
send the packet, DNS included. Usually the CNI plugin failed half way, or a secondary network took
the default route away.

The error is network unreachable within microseconds, for every destination, and /proc/net/route has
no line with destination 00000000; the interface may be down or absent. A prompt error with a
default route in place was sent by a router: tcp-egress-icmp-prohibited. Silence means that packets
do leave.

On the node read kubelet's and the CNI's logs for this pod, check Multus annotations that move the
default route, then recreate the pod. If other pods on the node are healthy, the fault lies in this
pod's own network definition.`,
  },
  {
    id: 'tcp-local-port-exhaustion',
    layer: 'tcp',
    status: 'fail',
    severity: 'high',
    title: 'No free local port is left for this destination',
    explain: `Every connection to one address and port needs a local port of its own. They are used up, typically
on the host network where many processes share them, or by a neighbour that opens connections and
never closes them. New connections fail right away while those in existence go on.

connect() fails with address not available, and /proc/net/sockstat shows in-use plus time-wait
sockets near the size of ip_local_port_range. Exhaustion at the NAT looks different: timeouts, and
no local error (snat-port-exhaustion). Network unreachable is a missing route.

Find the leak with ss -tan grouped by peer and restart the culprit. Widening
net.ipv4.ip_local_port_range gains time; connection reuse solves it.`,
  },
];
