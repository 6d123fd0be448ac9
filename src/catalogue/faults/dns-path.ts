// What can happen to a DNS query and its reply between the pod and the resolver.

import type { Fault } from '../../model/fault.ts';

export const dnsPathFaults: readonly Fault[] = [
  {
    id: 'dns-udp-blocked',
    layer: 'dns-path',
    status: 'fail',
    severity: 'critical',
    title: 'UDP 53 to the resolver is dropped, TCP 53 passes',
    explain: `Every query over UDP goes unanswered, whatever its name, type or size, while the same question over
TCP is answered at once. libc asks over UDP first, so for applications nothing resolves. The usual
author is a NetworkPolicy whose port 53 rule names no protocol: the default is TCP.

Even the tiny question for the root's NS records times out, and no ICMP comes back. Silence only for
large answers is dns-large-udp-dropped; silence on TCP too is dns-egress-policy-deny, a dead
resolver or a stale address. A refusal at once means a reachable host without a listener, and EPERM
at send time a filter inside the pod.

Add protocol UDP to the port 53 rule of the policy or firewall and keep TCP beside it. Then repeat:
dig @10.96.0.10 . NS and the same with +tcp.`,
  },
  {
    id: 'dns-tcp-blocked',
    layer: 'dns-path',
    status: 'warn',
    severity: 'medium',
    title: 'TCP 53 to the resolver is blocked, so truncated answers cannot be fetched',
    explain: `Small answers arrive over UDP and everything looks healthy. An answer that does not fit comes back
with the TC bit, the client repeats the question over TCP, and that connection times out or is
reset. Names with long record lists, or behind a long CNAME chain, then fail on some clients only.

UDP works for small questions and connecting to port 53 over TCP fails on the same server. As long
as no required name is truncated this stays a warning; it becomes a failure when one is. TC followed
by a good TCP answer is normal. Large UDP answers that vanish without TC are dns-large-udp-dropped.

Permit TCP 53 next to UDP 53 in the NetworkPolicy and in any firewall between pod, CoreDNS and its
upstream.`,
  },
  {
    id: 'dns-egress-policy-deny',
    layer: 'dns-path',
    status: 'fail',
    severity: 'critical',
    title: 'All egress from this pod is dropped, and DNS is only its first symptom',
    explain: `A default-deny egress policy selects this pod and has no exception for DNS. Because every connection
starts with a name, the logs are full of resolver timeouts, and the DNS team gets the call for a
fault that is not theirs.

Queries over UDP and TCP are silent, and so are TCP 443 to a literal address and UDP 443, although
the interface is up, the gateway's neighbour entry is resolved and loopback works. If literal
addresses can be reached, only DNS is affected: dns-udp-blocked or a dead resolver. An immediate
network-unreachable error is tcp-no-route instead.

List the policies that select the pod (kubectl get networkpolicy -A). Allow egress on UDP and TCP 53
to the cluster DNS, and on TCP and UDP 443 to the service ranges.`,
  },
  {
    id: 'dns-no-endpoints',
    layer: 'dns-path',
    status: 'fail',
    severity: 'critical',
    title: 'The cluster DNS Service has no ready backend and its address refuses queries',
    explain: `CoreDNS is down, unscheduled or crash-looping, so kube-proxy has nothing to send a query to and
rejects it. All lookups in the cluster fail, fast. Some network plugins drop instead of rejecting,
and then the same condition looks like silence.

A connected UDP socket sees connection refused within a millisecond, TCP is reset, and only the DNS
ClusterIP behaves so; the API server's ClusterIP still connects. A refusal from 127.0.0.1 or
127.0.0.53 is a loopback resolver matter. Silence from a ClusterIP that differs from the Service's
present one is dnsc-stale-cluster-ip.

Look at kubectl -n kube-system get pods,endpointslices -l k8s-app=kube-dns. If refusals alternate
with answers, read the CoreDNS log for a detected loop before anything else.`,
  },
  {
    id: 'dns-nodelocal-down',
    layer: 'dns-path',
    status: 'fail',
    severity: 'high',
    title: 'NodeLocal DNSCache does not answer on this node, the cluster DNS does',
    explain: `Pods on this node are pointed at a link-local cache, commonly 169.254.20.10 or 169.254.25.10, and
the cache is dead or unreachable here. Lookups on the node time out while pods elsewhere are fine,
which makes the fault seem to follow the scheduler.

The nameserver is in 169.254.0.0/16 and silent, and the same question put to the kube-dns ClusterIP
is answered. A link-local nameserver is normal by itself. If the ClusterIP is silent as well, the
path or a policy is at fault.

Restart the node-local-dns pod on this node and read its log. Known conflicts: Cilium without a
LocalRedirectPolicy (cilium/cilium#16906), and Calico against the cache's NOTRACK rules
(projectcalico/calico#3795). Drain the node if it must wait.`,
  },
  {
    id: 'dns-conntrack-race-5s',
    layer: 'dns-path',
    status: 'warn',
    severity: 'medium',
    title: 'Parallel A and AAAA queries from one socket are sometimes lost in conntrack',
    explain: `glibc and musl send the A and the AAAA question back to back on one socket. While both pass Service
translation at the same moment, two entries for one flow race in the node's connection tracking
table and one datagram is thrown away. The lookup then waits out a timeout, five seconds with glibc
and 2.5 with musl: kubernetes/kubernetes#56903.

Pairs on one socket lose a member now and then; the same questions one after another, or on two
sockets, never do. Latency has a spike exactly at the timeout. Loss that also hits single queries is
dns-packet-loss, loss that grows with the rate is dns-rate-limited, and AAAA lost every time is
dnsx-aaaa-timeout.

Run NodeLocal DNSCache, or set the option single-request-reopen (glibc), or update the node kernel.`,
  },
  {
    id: 'dns-conntrack-stale',
    layer: 'dns-path',
    status: 'warn',
    severity: 'medium',
    title: 'A stale conntrack entry sends one source port to a DNS pod that is gone',
    explain: `After CoreDNS was restarted, the node's table still translates an existing UDP flow to the old pod.
A client that keeps its source port goes on talking to nobody, and each retry renews the entry. It
lasts tens of seconds, or as long as the client keeps asking from that port.

The same source port fails again and again, and a fresh port succeeds at once. Loss without relation
to the port is dns-packet-loss. If every port fails, the backend is missing altogether
(dns-no-endpoints) or the address is wrong.

Delete the entries on the node: conntrack -D -p udp --orig-dst 10.96.0.10. A healthy kube-proxy
clears them by itself; kubernetes/kubernetes#125467 reports a case where they stayed. Clients that
open a socket per query recover without help.`,
  },
  {
    id: 'dns-reply-wrong-source',
    layer: 'dns-path',
    status: 'fail',
    severity: 'high',
    title: "DNS replies come from the pod's address and not from the Service address",
    explain: `The question goes to the Service address and the node translates it to a CoreDNS pod, but the reply
bypasses the translation and arrives with the pod's own address. Resolver libraries throw such
datagrams away, so lookups time out although every query was answered.

An unconnected socket does receive a datagram with the right query ID from an unexpected address; a
connected one sees nothing. TCP to the Service address fails too, because the SYN-ACK has the wrong
source. Asking that pod address directly works. With plain loss or a block nothing arrives at all.

On the nodes load br_netfilter and set net.bridge.bridge-nf-call-iptables=1, and keep both across
reboots. It is typical when client and DNS pod share a node, so compare nodes before blaming
CoreDNS.`,
  },
  {
    id: 'dns-large-udp-dropped',
    layer: 'dns-path',
    status: 'warn',
    severity: 'medium',
    title: 'Large UDP DNS answers vanish on the way, small ones arrive',
    explain: `Answers above a certain size never reach the pod. Old DNS-aware firewalls cut at 512 bytes;
elsewhere the cut lies just under the MTU, where an answer turns into fragments and the path
discards those. Names with many records time out, all others are fine.

A ladder of EDNS buffer sizes shows it: 512 gives a truncated answer, 1232 often works, 4096 is
silent for the same large name, and TCP is good throughout. A cut near 512 accuses inspection, a cut
near 1472 accuses fragments. If small questions fail as well, it is dns-udp-blocked or loss.

Put bufsize 1232 into the Corefile, permit TCP 53, and lift the old length limit on the inspecting
device. It turns into a failure when a required name needs the size.`,
  },
  {
    id: 'dns-rate-limited',
    layer: 'dns-path',
    status: 'warn',
    severity: 'medium',
    title: 'DNS queries above a certain rate are thrown away',
    explain: `One question at a time is always answered; a burst loses its tail. Something counts packets per
second: a cloud's limit per interface (EC2 allows 1024 packets a second to the VPC resolver),
response rate limiting on the server, or a firewall's flood protection. A busy cluster with a long
search list multiplies every lookup and runs into it.

Loss grows with the rate and is gone a second later, and the same burst over TCP passes. Loss that
does not care about the rate is dns-packet-loss. An answer REFUSED, rather than silence, points at
the local dnsmasq: dns-localdns-concurrency. Loss of one in a pair of A and AAAA is the conntrack
race.

Cache closer to the pods with NodeLocal DNSCache, spread CoreDNS over more nodes, lower ndots, or
raise the limit.`,
  },
  {
    id: 'dns-packet-loss',
    layer: 'dns-path',
    status: 'warn',
    severity: 'medium',
    title: 'Packets between pod and resolver are lost at random, not only DNS',
    explain: `A share of queries goes unanswered without any pattern in name, type, size or rate. Retries hide it,
so applications report occasional slow lookups. It is a problem of the link, the overlay or an
overloaded node, and DNS merely notices first because it uses single datagrams.

Spaced single queries are lost too, TCP gets through but counts retransmissions in /proc/net/snmp,
and UDP to other ports suffers alike. If only bursts lose, it is dns-rate-limited; if only A and
AAAA pairs do, it is the conntrack race; if one source port loses all, it is dns-conntrack-stale. A
late loopback control means that this pod lacks CPU.

Leave the DNS configuration alone. Compare nodes, read interface drop and error counters along the
path, and check for a full conntrack table.`,
  },
  {
    id: 'dns-intercepted',
    layer: 'dns-path',
    status: 'warn',
    severity: 'medium',
    title: 'Something on the path answers every DNS query, whichever server is asked',
    explain: `Port 53 traffic to any address is redirected to a resolver of somebody's choosing: a firewall's DNS
proxy, a provider, or a mesh that captures DNS. The answers may be perfectly good. What breaks is
diagnosis, since a test against 8.8.8.8 says nothing about 8.8.8.8.

A query to an address where no server can exist, 192.0.2.53 by default, is answered; or a reply
arrives although the query's hop limit was too small to reach the named server. Wrong content is a
finding of its own (a sinkhole, a block, a rewrite) and that one fails, not this.

Stop using foreign resolvers as a control here and compare answers with what the intended server
holds. If the redirection is not wanted, find its owner: the firewall team, or the mesh's DNS
capture setting.`,
  },
  {
    id: 'dns-local-eperm',
    layer: 'dns-path',
    status: 'fail',
    severity: 'critical',
    title: "A filter in the pod's own network namespace forbids sending DNS queries",
    explain: `The kernel refuses the datagram before it leaves. An nftables or iptables rule in this namespace, or
an eBPF program attached to the pod's cgroup by a security agent or the network plugin, denies UDP
53. No packet reaches the wire, so nothing shows on any firewall.

send() itself fails with operation not permitted in less than a millisecond. A drop further out
never does that; it is silent. TCP under the same rule merely times out, so only the UDP error gives
the place away. Connection refused is different: a host was reached and has no listener.

Inspect the namespace from the node: nsenter into it and run nft list ruleset and iptables-save.
Then look at security agents and at host policies of the network plugin. The corporate firewall is
not involved.`,
  },
  {
    id: 'dns-localdns-down',
    layer: 'dns-path',
    status: 'fail',
    severity: 'critical',
    title: "The Publisher's local-dns sidecar does not answer on 127.0.0.1",
    explain: `In pod mode the Publisher resolves through a dnsmasq sidecar on loopback. It is not running, or runs
and cannot reach its upstream, so the Publisher cannot resolve its gateways although the cluster's
DNS is in good health.

127.0.0.1:53 refuses (not running) or stays silent (no upstream), and the nameserver from
resolv.conf answers. When that one is silent too, repair it first. When only the first of several
nameservers is dead, dnsmasq has chosen exactly that one: dnsc-first-nameserver-dead. In an init
container, a Job, host mode or lwip mode no sidecar is expected, and a refusal there proves nothing.

Read kubectl logs POD -c local-dns. An exit with code 5 and a complaint about changing the group ID
is npa-localdns-crash.`,
  },
  {
    id: 'dns-localdns-concurrency',
    layer: 'dns-path',
    status: 'warn',
    severity: 'medium',
    title: 'The local dnsmasq refuses queries beyond its limit of 150 at a time',
    explain: `dnsmasq forwards at most 150 questions at once by default. With a slow upstream the open ones pile
up, and whatever comes on top is answered REFUSED. Under load the Publisher sees lookups fail at
random while a single test by hand succeeds.

One query at a time works; a burst of distinct names through 127.0.0.1 gets REFUSED for the surplus,
and the same burst to the cluster DNS directly does not. A rate limit on the path is silent instead
of refusing. REFUSED for each and every query is an access list: dnsx-refused-acl.

Raise the limit with --dns-forward-max=1000 on the sidecar, and find out why its upstream is slow,
because the limit is only reached when answers take long.`,
  },
];
