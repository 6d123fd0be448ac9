// What the pod's own resolver configuration gets wrong: resolv.conf, its search list, its nameserver list.

import type { Fault } from '../../model/fault.ts';

export const dnsClientFaults: readonly Fault[] = [
  {
    id: 'dnsc-search-wildcard-capture',
    layer: 'dns-client',
    status: 'fail',
    severity: 'critical',
    title: 'A wildcard in the search list captures the tenant name',
    explain: `With ndots:5 a name of few dots is first tried with every search suffix appended. One of those
suffixes belongs to a zone with a wildcard record, so acme.goskope.com.corp.example gets an answer
and the real name is never asked. Clients connect to a foreign server and usually fail on its
certificate, often that of an ingress or router default.

The name with a trailing dot resolves to other addresses than the same name through libc, and an
invented label under the suffix gets the same address as the tenant. If invented labels under com.
or invalid. are answered too, the resolver rewrites NXDOMAIN instead: dnsx-nxdomain-rewrite.

Delete the wildcard or take the suffix off the node's search list. For one workload, set dnsConfig
with ndots 1 or 2, or write names with a trailing dot.`,
  },
  {
    id: 'dnsc-search-suffix-slow',
    layer: 'dns-client',
    status: 'warn',
    severity: 'medium',
    title: 'One search suffix is delegated to a dead server and delays every lookup',
    explain: `Each external name is first tried below all search suffixes. One suffix is forwarded or delegated to
a server that does not answer, so every lookup waits there, several seconds and more than once,
before the real name has its turn. Enrollment calls pay that wait again and again.

Timed one by one, the absolute name answers in milliseconds and exactly one suffix hangs or ends in
SERVFAIL late. When all suffixes and the absolute name are equally slow, look at the nameserver
order instead (dnsc-first-nameserver-dead) or at the path. When only AAAA is slow, it is
dnsx-aaaa-timeout.

Repair the forwarder of that suffix, or drop the suffix from the search list that kubelet hands out.
Lowering ndots to 1 in dnsConfig avoids the walk for this pod.`,
  },
  {
    id: 'dnsc-search-servfail-musl',
    layer: 'dns-client',
    status: 'fail',
    severity: 'high',
    title: 'A search suffix answers SERVFAIL, and musl gives up where glibc goes on',
    explain: `The two common C libraries treat a SERVFAIL during the search walk differently. glibc carries on
with the next suffix and reaches the real name; musl, the library of Alpine images, does not take it
for an answer, waits until its five seconds are over and reports a temporary failure. The same pod
spec then works with one image and not with another. REFUSED and an empty answer stop musl as well.

The absolute name is fine, a suffix ends in SERVFAIL within milliseconds, and simulating both walks
gives two results. A slow SERVFAIL that hurts both libraries equally is dnsc-search-suffix-slow. A
SERVFAIL for the absolute name itself belongs to the server or to the content of the zone.

Make the server of that suffix say NXDOMAIN, or remove the suffix. Setting ndots:1 in dnsConfig, or
using a glibc image, gets this workload going meanwhile.`,
  },
  {
    id: 'dnsc-first-nameserver-dead',
    layer: 'dns-client',
    status: 'fail',
    severity: 'high',
    title: 'The first nameserver in resolv.conf does not answer, a later one does',
    explain: `libc asks nameservers in order and waits about five seconds for the first before it turns to the
next, so lookups limp but succeed. The Publisher's local-dns sidecar is worse off: it takes only the
first non-loopback entry and has no fallback, so in pod mode every cache miss on 127.0.0.1 times
out.

The first server is silent over both UDP and TCP while another listed server answers the same
question in milliseconds. If all listed servers are silent, the transport is the problem; if the
dead one is a 169.254 address and the cluster DNS Service is alive, see dns-nodelocal-down.

Repair that server or put a live one first: kubelet --cluster-dns, or --resolv-conf on the node. In
host mode there is no such sidecar, and this is only a delay.`,
  },
  {
    id: 'dnsc-loopback-only',
    layer: 'dns-client',
    status: 'fail',
    severity: 'critical',
    title: 'resolv.conf lists only loopback resolvers and nothing listens there',
    explain: `The pod got a copy of the node's stub configuration. 127.0.0.53 is systemd-resolved on the node, but
inside a pod that address is the pod itself, where nobody listens. Every lookup is refused at once,
and the local-dns sidecar exits because it finds no upstream.

All nameserver lines are loopback addresses and a query ends in connection refused within a
millisecond. An empty file gives the same refusal but has no such lines: dnsc-resolv-missing. If a
DNS sidecar in the same pod is meant to serve 127.0.0.1 and has not started yet, this cannot be
judged from an init container.

Let kubelet read /run/systemd/resolve/resolv.conf (--resolv-conf) and use dnsPolicy ClusterFirst,
then recreate the pods. CoreDNS that inherits such a file forwards to itself: coredns/coredns#2087.`,
  },
  {
    id: 'dnsc-resolv-missing',
    layer: 'dns-client',
    status: 'fail',
    severity: 'critical',
    title: 'resolv.conf is empty or unreadable, so the pod has no nameserver at all',
    explain: `dnsPolicy None without a dnsConfig block leaves the pod with an empty resolv.conf. libc does not
complain about that; it quietly falls back to 127.0.0.1, where nothing answers, and every name fails
with a resolver error that looks like a broken server.

The file holds no nameserver line, or cannot be opened, and port 53 on loopback refuses at once.
With loopback lines present in the file it is dnsc-loopback-only. With real nameservers listed that
stay silent, the path or the server is at fault, not this file.

Set dnsPolicy to ClusterFirst (ClusterFirstWithHostNet for host networking), or give
dnsConfig.nameservers a value when None is intended. Look also for a volume or an image step that
puts an empty file over /etc/resolv.conf.`,
  },
  {
    id: 'dnsc-nameserver-limit',
    layer: 'dns-client',
    status: 'warn',
    severity: 'medium',
    title: 'More than three nameservers are listed, and libc ignores all after the third',
    explain: `The C library reads three nameserver lines and no more, and kubelet trims to the same number with a
DNSConfigForming event. If only the fourth server is any good, nothing on the pod will ever ask it,
although dig against that address works and makes the list look right.

Count the lines, then see who answers. When the first three work, this is harmless clutter. When
they are silent and a later one answers, lookups fail and the finding counts as a failure. One dead
server at the head of a short list is dnsc-first-nameserver-dead. Search lists have limits of their
own.

Cut the list to three and put the server that knows the needed zones first. The list may be merged
from the node's file and the pod's dnsConfig, so check both.`,
  },
  {
    id: 'dnsc-hostnetwork-clusterfirst',
    layer: 'dns-client',
    status: 'warn',
    severity: 'medium',
    title: "On the host network ClusterFirst quietly means the node's own resolver",
    explain: `For pods on the host network ClusterFirst does not mean what it says: it falls back to the node's
own resolv.conf. Public names resolve as usual, so the tenant looks fine, but cluster service names
and any zone that only CoreDNS forwards are unknown.

The pod's address is the node's address, no svc suffix stands in the search list, and
kubernetes.default.svc under the cluster domain is NXDOMAIN from a resolver that is not the
cluster's. A pod with its own address and the same symptom has a different cause, such as dnsPolicy
Default or an explicit dnsConfig.

Set dnsPolicy ClusterFirstWithHostNet. The Publisher chart does this by itself from version 1.2 on
when networking.mode is host; older charts and hand-made manifests need it written out.`,
  },
  {
    id: 'dnsc-stale-cluster-ip',
    layer: 'dns-client',
    status: 'fail',
    severity: 'critical',
    title: 'resolv.conf points at a cluster address that is no longer the DNS Service',
    explain: `The nameserver is a ClusterIP nobody serves any more. The DNS Service was recreated and got a new
address, kubelet still carries the old --cluster-dns value, or NodeLocal DNSCache was configured
elsewhere. Queries vanish or are answered with host unreachable, over UDP and TCP alike.

Other cluster addresses work, the API server's for instance, so the Service machinery is alive and
only this one address is dead. The kube-dns Service shows another ClusterIP, and that one answers. A
refusal from the right address means that the Service has no backends: dns-no-endpoints. Silence
from every address is a policy or a route.

Compare kubectl -n kube-system get svc kube-dns with kubelet's clusterDNS, correct kubelet, and
recreate the affected pods: a running pod keeps its resolv.conf.`,
  },
];
