// What can be wrong with an answer that did arrive.

import type { Fault } from '../../model/fault.ts';

export const dnsContentFaults: readonly Fault[] = [
  {
    id: 'dnsx-tenant-nxdomain',
    layer: 'dns-content',
    status: 'fail',
    severity: 'critical',
    title: 'The zone of the tenant name says that there is no such name',
    explain: `The denial comes from the zone's own servers, so no filter or resolver is to blame. Mostly it is a
typing error, the wrong regional suffix (goskope.com for eu.goskope.com and the like), or a values
file in which the chart's placeholder, tenant.goskope.com, was never replaced. Enrollment cannot
start.

NXDOMAIN carries the SOA of the tenant's own zone, every resolver agrees, and other names of that
zone resolve. A foreign SOA, no SOA at all or an extended error Blocked or Filtered is a DNS filter:
dnsx-rpz-blocked. A private name denied by the root or a TLD is coredns-stub-missing.

Compare the host in enrollment.api.baseUrl with the address bar of the admin console, and correct
it. Check by dig acme.goskope.com. +noall +answer +authority.`,
  },
  {
    id: 'dnsx-rpz-blocked',
    layer: 'dns-content',
    status: 'fail',
    severity: 'critical',
    title: "A DNS filter denies the service's names although they exist",
    explain: `A security resolver or response policy zone answers NXDOMAIN or an empty NOERROR for the service's
domain. To applications it looks as if the tenant did not exist. Such lists are often
organisation-wide, so laptops behind another filter may be fine.

The denial comes back unusually fast, its SOA is not that of the service's zone (or is missing), and
an extended error 15 or 17 may say Blocked or Filtered outright. Neighbouring domains are
unaffected. The true zone's SOA, the same from all resolvers, means a wrong name:
dnsx-tenant-nxdomain. An address instead of a denial is dnsx-sinkhole-ip.

Have the owner of the DNS filter allow goskope.com and everything below it, including the deeper
gw.npa names that a one-label wildcard does not cover.`,
  },
  {
    id: 'dnsx-sinkhole-ip',
    layer: 'dns-content',
    status: 'fail',
    severity: 'critical',
    title: 'The name resolves to a sinkhole: a null, loopback or block-page address',
    explain: `A filter answers with an address that leads nowhere or to its own page: 0.0.0.0, something in
127.0.0.0/8 or 169.254.0.0/16, or one shared address for all blocked names. Connections are refused
at once, hang, or meet a foreign certificate.

The address class gives it away, or the same address stands behind unrelated names. If invented
names get that address too, NXDOMAIN answers are being rewritten: dnsx-nxdomain-rewrite. A private
address that serves the right certificate is an intended internal path and belongs to
dnsx-split-horizon. A TLS failure seen along with this is its consequence.

Ask the owner of the DNS filter to allow the domain with its subdomains. Check /etc/hosts and
hostAliases of the pod as well; they can produce the same picture.`,
  },
  {
    id: 'dnsx-nxdomain-rewrite',
    layer: 'dns-content',
    status: 'warn',
    severity: 'medium',
    title: 'The resolver invents an address for names that do not exist',
    explain: `An upstream resolver replaces NXDOMAIN by the address of a search or advertising page. Names that
exist are not touched, so much works. But the search list relies on honest denials: with this
resolver the first suffix tried appears to exist, and the real name is never asked.

Random labels below com. or invalid. all get one and the same address. A wildcard confined to one
search suffix is dnsc-search-wildcard-capture; one address for known blocked names only is a
sinkhole. It becomes a failure when libc's walk for a required name ends at that address.

Forward to a resolver that leaves answers alone, or switch off the provider's DNS assistance. With
ndots:1, or names with a trailing dot, required names escape meanwhile.`,
  },
  {
    id: 'dnsx-aaaa-servfail',
    layer: 'dns-content',
    status: 'warn',
    severity: 'medium',
    title: "The name's AAAA query ends in SERVFAIL while its A query is answered",
    explain: `The server or a forwarder on the way cannot cope with the IPv6 question for this name. Some clients
fail the whole lookup on that, others use the IPv4 answer; musl has had trouble of this kind
(alpinelinux/docker-alpine#336). So one image connects and another one cannot.

A is NOERROR, AAAA is SERVFAIL each time, and it depends on the name and not on the resolver asked.
An empty NOERROR for AAAA is entirely normal for an IPv4-only name. Silence instead of SERVFAIL is
dnsx-aaaa-timeout. If A fails too, look at DNSSEC or at a dead upstream.

Repair the zone's servers or the forwarder. As a stopgap let CoreDNS answer AAAA for that zone with
an empty NOERROR (template plugin).`,
  },
  {
    id: 'dnsx-aaaa-timeout',
    layer: 'dns-content',
    status: 'warn',
    severity: 'medium',
    title: 'AAAA queries for the name are swallowed, so each lookup waits for a timeout',
    explain: `Some server on the way ignores the IPv6 question instead of answering that there is nothing. Clients
ask for both types and wait for both, so every lookup takes five to ten seconds and then succeeds.
RFC 4074 section 4.1 describes this misbehaviour of servers.

The A answer takes milliseconds, AAAA stays silent every time, and only names of this zone are
concerned. If AAAA is lost for all names, or only when both types are sent together, suspect the
path or the conntrack race. SERVFAIL instead of silence is dnsx-aaaa-servfail.

Have the forwarder or the zone's servers mended. Until then a CoreDNS template that returns an empty
NOERROR to AAAA for the zone removes the delay.`,
  },
  {
    id: 'dnsx-aaaa-unroutable',
    layer: 'dns-content',
    status: 'warn',
    severity: 'low',
    title: 'The name has an IPv6 address but this pod has no working IPv6',
    explain: `DNS offers AAAA records, and the pod cannot use them. With no IPv6 route a connect fails immediately
and clients go on to IPv4, which costs nothing. With a default route that leads into a void, a
client without parallel attempts sits in a SYN timeout first.

There is no global IPv6 address or route, or IPv6 connects time out while IPv4 to the same name is
good. If IPv4 fails as well, this is not the cause. In an IPv6-only pod behind NAT64 (64:ff9b::/96)
the synthesised addresses are what it should use.

Nothing needs doing if the error is immediate. Otherwise repair IPv6 egress, withdraw the route, or
filter AAAA for the zone. The chart disables IPv6 in the pod by default.`,
  },
  {
    id: 'dnsx-split-horizon',
    layer: 'dns-content',
    status: 'warn',
    severity: 'medium',
    title: "An internal zone overrides the service's public names",
    explain: `A DNS server of the organisation holds its own version of the domain, so the pod gets a private
address, an old one, or nothing for names missing from the internal copy. It may be intended, where
a private access path exists, or forgotten since a trial.

The address is private or CGNAT, or the answer is authoritative from an internal server whose SOA
and NS are not those of the public zone. What decides is the certificate: the right one leaves a
warning, a wrong one or silence is a failure. Null and loopback addresses are dnsx-sinkhole-ip.
Differing public addresses alone are ordinary load balancing.

Find out who owns the internal zone. Remove it, or add the missing gateway records, or confirm that
the private path is meant for this cluster.`,
  },
  {
    id: 'dnsx-geo-misdirected',
    layer: 'dns-content',
    status: 'warn',
    severity: 'low',
    title: 'DNS picks a gateway near the resolver and far from this cluster',
    explain: `The service picks a gateway by where the question comes from. The resolver in use leaves for the
internet in another region, so the pod is sent to a distant gateway. All is well except for the
round trip, which tunnel users feel.

TLS and DTLS are sound, the round trip is far above a nearer gateway or above the declared limit,
and the resolver's egress lies in another network than the pod's. Without a declared region or limit
this is only a remark; long distances can be right. If latency is high to everything, the path is
long and DNS is innocent.

Use a resolver that leaves in the cluster's own region, or one that passes the client subnet (ECS)
upstream, at least for this zone.`,
  },
  {
    id: 'dnsx-stale-answer',
    layer: 'dns-content',
    status: 'fail',
    severity: 'high',
    title: 'The resolver serves an expired record that points at a retired address',
    explain: `A cache keeps handing out an address long after its time: serve-stale after the upstream failed, an
overridden TTL, or a forwarder stuck on an old copy. The retired gateway does not answer, and
clients conclude that the service is down.

The TTL does not count down between two queries, or exceeds that of the zone, or the answer carries
extended error 3, Stale Answer. Another resolver gives other addresses, and those do respond on 443
whereas the old ones do not. Answers that merely rotate and all work are healthy. If no resolver
knows a working address, look at the path.

Flush that resolver's cache, then ask why it could not refresh: usually its own upstream is
unreachable and serve-stale covered it up.`,
  },
  {
    id: 'dnsx-cname-target-blocked',
    layer: 'dns-content',
    status: 'fail',
    severity: 'high',
    title: 'The name is an alias into a zone that cannot be resolved here',
    explain: `The tenant or gateway name is a CNAME into another domain, such as a load-balancing zone. The first
step resolves and the second does not: a filter blocks the target zone, or the conditional forwarder
covers only the first. The client gets an alias with no address.

The answer section has a CNAME and no address, as NOERROR, SERVFAIL or NXDOMAIN, and asking for the
alias target directly fails the same way. Other names of the owner's zone are fine. If the first
name is denied itself, it is dnsx-rpz-blocked or a wrong name. Long alias chains that do end in an
address are normal.

Allow or forward the target's zone as well; the finding names it. Rules that list host names should
follow every step of the chain.`,
  },
  {
    id: 'dnsx-dnssec-bogus',
    layer: 'dns-content',
    status: 'fail',
    severity: 'high',
    title: "The resolver's DNSSEC validation rejects the zone",
    explain: `A validating resolver cannot verify the signatures and answers SERVFAIL. Typical reasons are a
forwarder that strips signature records, an unsigned private zone beneath a signed parent, or a
wrong clock on the resolver. Only signed names, or names under signed parents, are hit.

The same question with checking disabled (dig +cd) is answered, and an extended error from 6 to 10
may give the detail. If +cd fails too, validation is not involved: look for a dead upstream, when it
is slow, or a broken zone, when it is fast. SERVFAIL confined to AAAA is dnsx-aaaa-servfail.

For a private zone, add validate-except (BIND) or domain-insecure (unbound). For public names,
repair the forwarder that drops RRSIG, or the resolver's clock.`,
  },
  {
    id: 'dnsx-rebind-filtered',
    layer: 'dns-content',
    status: 'fail',
    severity: 'high',
    title: 'A forwarder strips private addresses from answers as rebinding protection',
    explain: `Some resolvers remove RFC 1918 addresses from answers of upstream servers, to protect browsers. For
a private application whose name is meant to have such an address, the answer comes out empty or
REFUSED, and users behind the Publisher cannot reach it.

Through the chain the private name has no address; put to the private DNS server directly, the same
question yields one. Public names are untouched, and a public name with a private address is
stripped too. NXDOMAIN instead of an empty answer points at missing forwarding:
coredns-stub-missing. REFUSED for every name is an access list.

Exempt the zone on the filtering box (dnsmasq: --rebind-domain-ok=/private.example.com/), or forward
the private zone from CoreDNS past it.`,
  },
  {
    id: 'dnsx-refused-acl',
    layer: 'dns-content',
    status: 'fail',
    severity: 'critical',
    title: 'The resolver answers REFUSED because it does not serve this source',
    explain: `The server is alive and says no. Its access list for recursion does not contain the pod's or the
node's address, so it refuses all names except perhaps zones of its own. A DNS-aware network policy
can produce the same code for names that are not on its list.

REFUSED arrives quickly and without the recursion-available flag. All names refused: an access list.
Only names outside a policy refused while others work: Cilium's DNS rules or the like. Cluster names
fine and external ones refused by CoreDNS itself: coredns-no-forward. Only the private zone refused:
coredns-private-upstream-refuses. Refusals in a burst only: the local dnsmasq's limit.

Add the addresses that the server sees, often the node's, to its allow list; for a policy, add a
matchPattern for *.goskope.com that also reaches the deeper names.`,
  },
  {
    id: 'dnsx-partial-gateways',
    layer: 'dns-content',
    status: 'warn',
    severity: 'medium',
    title: 'Some of the configured gateway names resolve and others do not',
    explain: `The same resolver knows a part of the gateway list. A Publisher tied to a missing one stays in its
resolving state, and redundancy is less than the configuration claims.

Outcomes differ by name and not by time or by server, and the missing ones tend to share a zone or a
naming pattern. If all gateways fail, look at the resolver or at a filter. If the set of failing
names changes from run to run, suspect packet loss or mixed upstreams.

Check the spelling first. Then look at filters with one-label wildcards: in some products
*.goskope.com does not cover gateway-lon1.gw.npa.goskope.com, so *.gw.npa.goskope.com needs an entry
of its own. Remove names of gateways that were retired.`,
  },
];
