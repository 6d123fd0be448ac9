// What the cluster's DNS server can get wrong: its configuration and the servers that it forwards to.

import type { Fault } from '../../model/fault.ts';

export const corednsFaults: readonly Fault[] = [
  {
    id: 'coredns-loop',
    layer: 'dns-server',
    status: 'fail',
    severity: 'critical',
    title: 'CoreDNS forwards queries to itself',
    explain: `The upstream that CoreDNS was given is CoreDNS: the node's resolv.conf holds 127.0.0.53 or the DNS
Service's own address. With the loop plugin it detects that and exits, over and over; without it,
each external question circles until it times out. coredns/coredns#2087 is the classic report.

External names time out or end in SERVFAIL, cluster names come and go with the pod's restarts, and
refusals from the Service alternate with answers. The log says that a loop was detected for zone
".". A steady outage of external names with sound cluster names is coredns-upstream-dead; a steady
refusal is dns-no-endpoints.

Point kubelet at /run/systemd/resolve/resolv.conf, or write a real upstream address into the forward
line, and restart CoreDNS. Leave the loop plugin in: it is the messenger.`,
  },
  {
    id: 'coredns-no-forward',
    layer: 'dns-server',
    status: 'fail',
    severity: 'critical',
    title: 'CoreDNS has no forward rule, so it answers for the cluster only',
    explain: `The root block of the Corefile lacks a forward plugin, or somebody removed it. CoreDNS knows the
cluster's own names and has nobody to ask about any other. Every external name is refused, tenant
and gateways included.

Cluster names resolve in a few milliseconds and external ones are REFUSED (or SERVFAIL) equally
fast. Such speed leaves no room for an upstream: a dead one costs seconds, which is
coredns-upstream-dead. If cluster names are refused too, the server's access list is meant:
dnsx-refused-acl. If only a private zone fails, see the stub faults.

Add forward . /etc/resolv.conf, or fixed upstream addresses, to the .:53 block of the coredns
ConfigMap, wait for the reload, and look into the log for a rejected configuration.`,
  },
  {
    id: 'coredns-upstream-dead',
    layer: 'dns-server',
    status: 'fail',
    severity: 'critical',
    title: 'CoreDNS is healthy but cannot reach its upstream resolver',
    explain: `Names of the cluster are answered, everything beyond it is not: the server that CoreDNS forwards to
is down, or its replies are blocked between the CoreDNS pods and it. Enrollment and the tunnel both
begin with an external name, so nothing starts.

kubernetes.default.svc under the cluster domain resolves in milliseconds, which clears the way from
pod to CoreDNS. External names end in SERVFAIL after two to six seconds, or time out, perhaps with
extended error 23. A fast refusal is coredns-no-forward, restarts and flapping are coredns-loop, and
tls:// in the forward line makes it coredns-dot-upstream-blocked.

Read the forward line, ask that address from a CoreDNS node (dig @UPSTREAM . NS), and restore the
resolver or its rule for UDP and TCP 53.`,
  },
  {
    id: 'coredns-mixed-upstreams',
    layer: 'dns-server',
    status: 'fail',
    severity: 'high',
    title: 'CoreDNS picks at random between upstreams with different knowledge',
    explain: `The forward line lists an internal and a public server side by side and picks between them at
random. A private name asked of the public one does not exist, a public name may fail at the
internal one, and applications see errors about half of the time. Retrying appears to cure it, so it
lives for months.

The same question, asked a dozen times past the cache, alternates between an answer and NXDOMAIN,
with two different SOAs; each server by itself is consistent. Answers that rotate among working
addresses are load balancing. Timeouts instead of NXDOMAIN mean loss or one dead server.

Give each zone its own set: a stub block for the private zone towards the internal servers, public
resolvers for the rest. policy sequential is no cure, because NXDOMAIN counts as an answer and is
never retried elsewhere.`,
  },
  {
    id: 'coredns-stub-missing',
    layer: 'dns-server',
    status: 'fail',
    severity: 'high',
    title: 'The private zone is not forwarded, so its names leak to public DNS',
    explain: `CoreDNS has no block for the declared private zone. Its names go the way of all others to the public
resolvers, which rightly say that they do not exist. Private applications behind the Publisher
cannot be reached, while the tenant and the tunnel look healthy.

NXDOMAIN carries the SOA of the root, a TLD or the public parent zone, and the private DNS server
answers the same question when asked directly. If the ConfigMap does hold a block for the zone, it
is misplaced, misspelt, or not read: coredns-stub-misplaced, coredns-stub-wrong-suffix,
coredns-custom-cm-ignored. REFUSED or silence for that zone is coredns-private-upstream-refuses.

Add a server block of its own, private.example.com:53 with errors, cache 30 and forward . 10.0.0.10,
beside the .:53 block and not inside it.`,
  },
  {
    id: 'coredns-stub-misplaced',
    layer: 'dns-server',
    status: 'fail',
    severity: 'high',
    title: 'The Corefile edit is invalid, and the running CoreDNS still uses the old one',
    explain: `A stub block was pasted into .:53, or contains a directive that CoreDNS does not know. The reload
failed, and the running process quietly kept the last good configuration. The change has no effect
now, and the next restart, a drained node for example, will not come up: cluster DNS is gone then.

The ConfigMap contains the zone, but queries behave as if it did not, and the running pods are older
than the edit. A newer pod crash-loops. The log says that the Corefile changed but the reload
failed. Parsing the Corefile shows the nesting. If it parses and the name differs, it is
coredns-stub-wrong-suffix.

Move the block to the top level and fix the directive. Confirm the reload in the log first, then
kubectl -n kube-system rollout restart deployment coredns.`,
  },
  {
    id: 'coredns-stub-wrong-suffix',
    layer: 'dns-server',
    status: 'fail',
    severity: 'high',
    title: 'The stub zone is spelt differently from the private zone, or forwards to a name',
    explain: `The block exists and never matches. Common slips are a leading dot, an asterisk, a child or parent
of the right zone, or a plain typing error. A second kind is a forward target that is a host name:
CoreDNS accepts only addresses or a file there, and rejects the configuration.

Queries behave as with no stub at all, and the Corefile has a zone that nearly equals the declared
one. A correct zone nested inside another block is coredns-stub-misplaced. A correct zone in a
ConfigMap that nobody reads is coredns-custom-cm-ignored. A log line saying "not an IP address or
file" is the host-name case.

Write the zone as plain private.example.com:53, forward to addresses, and check the CoreDNS log
after the reload.`,
  },
  {
    id: 'coredns-private-upstream-refuses',
    layer: 'dns-server',
    status: 'fail',
    severity: 'high',
    title: 'The private DNS servers reject or ignore queries from CoreDNS',
    explain: `Forwarding is set up properly, but the private servers do not want to talk to the source they see,
which is usually the node's address after translation, not the pod's. Private names fail while all
else is well.

For the private zone alone there is REFUSED (an access list), or a late SERVFAIL or timeout (a
firewall). A direct query from this pod to the private server may fare better or worse, since it has
another source address. NXDOMAIN with a public SOA would mean that the query never went there:
coredns-stub-missing. Public names failing as well is a matter of the upstream.

Permit the node subnets on the DNS servers' allow list and UDP and TCP 53 on the firewall. Test from
a CoreDNS node, not from a laptop.`,
  },
  {
    id: 'coredns-custom-cm-ignored',
    layer: 'dns-server',
    status: 'warn',
    severity: 'medium',
    title: 'The stub stands in a ConfigMap that is not read on this distribution',
    explain: `Managed clusters keep the Corefile in different places, and some put their own version back. AKS and
k3s read coredns-custom, GKE's kube-dns takes stubDomains, OpenShift wants the dns.operator
resource. An edit elsewhere is ignored, or undone at the next reconciliation.

Queries behave as without a stub. Either coredns-custom exists and the Corefile has no import line,
or the stub has vanished from the main ConfigMap and managedFields names an add-on manager. If the
stub is in the object that is really read, look for a failed reload (coredns-stub-misplaced) or a
wrong name.

Find out which object this distribution reads, move the block there in the form that it expects, and
restart CoreDNS if it does not reload by itself.`,
  },
  {
    id: 'coredns-dot-upstream-blocked',
    layer: 'dns-server',
    status: 'fail',
    severity: 'critical',
    title: 'CoreDNS forwards over TLS, and port 853 to the upstream is blocked',
    explain: `The forward line points to a tls:// address, or a DNS-over-HTTPS proxy sits behind it. The network
lets classic DNS out but not TCP 853, so CoreDNS has no working upstream and external names fail
although port 53 tests look fine.

It behaves like coredns-upstream-dead: cluster names are quick, external ones end in late SERVFAIL
or a timeout. The difference is the tls:// in the Corefile and a TCP connect to 853 on that address
that times out while 53 may be open. A connect that succeeds with a failing handshake is a matter of
certificates or interception.

Open TCP 853 from the CoreDNS nodes to the upstream, or forward plainly over 53 inside the trusted
network. The tls_servername must match the upstream's certificate.`,
  },
];
