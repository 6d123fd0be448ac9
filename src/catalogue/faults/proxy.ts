// What can go wrong with an HTTP proxy and with the variables that choose it.

import type { Fault } from '../../model/fault.ts';

export const proxyFaults: readonly Fault[] = [
  {
    id: 'proxy-name-unresolvable',
    layer: 'proxy',
    status: 'fail',
    severity: 'critical',
    title: "The proxy's host name does not resolve inside the pod",
    explain: `The proxy variable holds a name that nodes and desktops know and the cluster's DNS does not. All
proxied traffic dies at its first step, with errors that name the proxy and not the destination.

The lookup of the proxy's host ends in NXDOMAIN or SERVFAIL from the pod's resolver, while other
names resolve. Whether the tenant could be reached directly is another question. If no name
resolves, DNS is the cause and this a consequence. A name that resolves but cannot be connected to
is proxy-unreachable. Tenant names need not resolve here: the proxy does that.

Forward the zone of the proxy's name to the internal DNS servers with a CoreDNS stub block, or put
an address in the variable.`,
  },
  {
    id: 'proxy-unreachable',
    layer: 'proxy',
    status: 'fail',
    severity: 'critical',
    title: "The proxy's port does not accept connections from this pod",
    explain: `The address of the proxy is known, and connecting to it fails. Everything that has to go through the
proxy fails with it, while traffic that may go directly is fine. Egress policies that were written
for port 443 tend to forget 3128 or 8080.

Only the proxy's address and port are concerned: refused means a wrong port or a stopped proxy,
silence means a firewall or NetworkPolicy in between. If nothing at all can be reached, it is a
default deny or a missing route. If the connection opens and CONNECT is denied, see proxy-407 or
proxy-connect-denied.

Permit the pod's network on the way to the proxy in policies and firewalls, and add it to the
proxy's own source list. Re-run: nc -vz PROXY 3128.`,
  },
  {
    id: 'proxy-407',
    layer: 'proxy',
    status: 'fail',
    severity: 'critical',
    title: 'The proxy demands authentication',
    explain: `The proxy answers CONNECT with 407. Either no credentials are set, or they are wrong, or it wants
NTLM or Negotiate, which the plain clients of the enrollment script do not offer.

The 407 comes from the proxy to the CONNECT itself, also for an innocuous control host, and
Proxy-Authenticate lists the schemes. A 403 to the tenant alone is proxy-connect-denied. A 401
arrives from the tenant after CONNECT succeeded, and concerns the API token. A 407 after a long idle
time may be an expired session of a login-based proxy.

Put user and password into the proxy URL when Basic is offered, from a Secret, with special
characters percent-encoded. Otherwise ask for an exemption by source address, because a server
cannot take part in NTLM.`,
  },
  {
    id: 'proxy-connect-denied',
    layer: 'proxy',
    status: 'fail',
    severity: 'critical',
    title: "The proxy's policy refuses CONNECT to the tenant",
    explain: `The proxy works, and says no to this destination or port. Its access list lacks the service's
domain, or permits CONNECT to other ports only.

CONNECT to the tenant gets 403, in squid's wording ERR_ACCESS_DENIED, and CONNECT to a control host
on the same port gets 200. If both are denied, the source or the port is refused. A 407 asks for
credentials. A 502, 503 or 504 to CONNECT means that the proxy itself cannot resolve or reach the
tenant. An HTTP 403 that comes after a successful CONNECT is the tenant's.

Have goskope.com and its subdomains, port 443, allowed on the proxy. Show the refusal by curl -v -x
http://PROXY:3128 https://acme.goskope.com/ and pass on the headers of the answer.`,
  },
  {
    id: 'proxy-tls-intercept',
    layer: 'proxy',
    status: 'fail',
    severity: 'critical',
    title: "The configured proxy opens the tenant's TLS",
    explain: `CONNECT succeeds, and then the proxy presents a certificate of its own for the tenant. Clients
without its CA fail to verify. The Publisher pins its endpoints at registration, so even with the CA
installed it cannot live behind decryption.

The certificate seen through the proxy comes from a corporate issuer. Where the direct path is open
as well, it shows the genuine chain, which proves that the proxy does it. With the same forged
issuer on the direct path, the interception is on the network: tls-intercept-untrusted. An expired
or misnamed certificate from the genuine issuer is a matter of the server.

Add goskope.com and its subdomains to the proxy's no-decrypt list; in squid, splice instead of bump.
Compare issuers again afterwards.`,
  },
  {
    id: 'proxy-noproxy-missing-cluster',
    layer: 'proxy',
    status: 'warn',
    severity: 'medium',
    title: "NO_PROXY does not exempt the cluster's own addresses",
    explain: `The proxy variables are set, and nothing keeps cluster traffic out of the proxy. Calls to the
Kubernetes API or to Services are sent to a corporate proxy that cannot reach them, and fail with
403 or 503 from a machine that has no business in the matter.

Judged by the matching rules of the client in use, the API server's address, names ending in .svc,
or loopback are not covered. The proxy's error headers in an in-cluster reply prove the detour. If
an entry would cover them but is written as a CIDR, see proxy-noproxy-cidr-ignored: clients differ
there.

Add localhost, 127.0.0.1, .svc, .cluster.local (or your cluster domain), the API server's ClusterIP
and the service CIDR. Spell out the single addresses too, for clients that ignore CIDR.`,
  },
  {
    id: 'proxy-noproxy-cidr-ignored',
    layer: 'proxy',
    status: 'warn',
    severity: 'medium',
    title: 'NO_PROXY relies on CIDR entries that this client ignores',
    explain: `An entry such as 10.0.0.0/8 is honoured by some clients and by others not. Go programs and curl from
7.86 on understand it; curl 7.81 of Ubuntu 22.04, which the Publisher image is built on, and undici
take it for a strange host name. The address then goes through the proxy although the list seems to
exempt it.

An entry with a slash would cover an address really in use, and the verdicts of the clients differ.
The proxy's log shows the detour. curl 7.86.0 itself had defects here (curl/curl#9773). If no entry
of any form covers the address, it is proxy-noproxy-missing-cluster.

List exact addresses or domain suffixes beside the CIDR. Prefer names with a leading dot for
Services, as every client understands those.`,
  },
  {
    id: 'proxy-noproxy-bypasses-tenant',
    layer: 'proxy',
    status: 'fail',
    severity: 'critical',
    title: 'NO_PROXY exempts the tenant, but the direct way is blocked',
    explain: `A broad entry, such as goskope.com, com or an asterisk, keeps the tenant out of the proxy. The
client goes directly, and this network lets nothing out directly. The proxy is healthy and is simply
never asked.

The tenant matches an entry by the client's own rules, a direct connect to it is silent, and CONNECT
to it through the proxy succeeds. If CONNECT fails too, the proxy has a problem of its own, or the
tenant is denied. If the direct connect works, the exemption is intended and fine.

Remove the entry, or narrow it so that only cluster names remain. Mind that a suffix without a
leading dot also covers all subdomains in most clients. Restart the pods, since the variables are
read at start.`,
  },
  {
    id: 'proxy-case-conflict',
    layer: 'proxy',
    status: 'warn',
    severity: 'low',
    title: 'Upper-case and lower-case proxy variables disagree',
    explain: `Both http_proxy and HTTP_PROXY (or the https and no_proxy pairs) are set and their values differ.
Which one counts depends on the client: curl ignores the upper-case HTTP_PROXY on purpose, undici
prefers lower case, others take whatever they find first. Two programs in one container then leave
by different ways.

The variables are compared directly, and the effective proxy is worked out per client. Only one case
set is normal; the chart sets only upper case. A conflict with no effect on any required destination
stays a remark.

Set both cases to the same value, or unset one everywhere. Look at the image's own environment and
at admission webhooks that inject proxy variables, because the second set usually comes from there.`,
  },
  {
    id: 'proxy-udp-direct-blocked',
    layer: 'proxy',
    status: 'fail',
    severity: 'critical',
    title: 'Only proxied web traffic leaves this network, the UDP tunnel cannot',
    explain: `Enrollment succeeds through the proxy, and everyone takes the network for ready. The DTLS tunnel on
UDP 443 cannot go through an HTTP proxy, though, and this network allows no direct traffic. Pods
come up, report Ready and carry nothing.

CONNECT to the tenant works, direct TCP 443 is blocked, and UDP 443 to the stitchers is silent. If
direct TCP 443 is open, it is a UDP matter: udp443-drop or udp-all-blocked. If CONNECT fails as
well, begin with the proxy.

Ask for direct UDP 443 from this pod's egress address to the stitcher ranges; no proxy setting can
stand in for that rule. Make plain in the request that the traffic is DTLS and cannot be proxied.`,
  },
];
