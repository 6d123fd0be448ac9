// What can happen between the TCP connection and a verified TLS session.

import type { Fault } from '../../model/fault.ts';

export const tlsFaults: readonly Fault[] = [
  {
    id: 'tls-sni-rst',
    layer: 'tls',
    status: 'fail',
    severity: 'critical',
    title: "A filter resets TLS connections whose server name is the service's",
    explain: `An inspecting device reads the name in the ClientHello and answers with a reset when it belongs to
the service. TCP connects, so port tests look green, and enrollment fails with connection reset by
peer.

With another server name, or none, the handshake to the same address goes ahead; with the real name
the reset comes right after the hello. If every name is reset, it is not a name filter: a mesh
sidecar (tcp-mesh-blackhole) or a ban on all TLS. If only big hellos fail, see
tls-large-clienthello. Silence instead of a reset is tls-sni-drop.

Have goskope.com and its subdomains allowed in the web filter or next-generation firewall. To show
it: openssl s_client -connect ADDRESS:443 -servername with the real name, then with example.com.`,
  },
  {
    id: 'tls-sni-drop',
    layer: 'tls',
    status: 'fail',
    severity: 'critical',
    title: "A filter silently discards the ClientHello with the service's name",
    explain: `As with a reset on the name, an inspecting device objects to the server name, but it swallows the
packet instead. The client waits until its timeout, and the picture resembles an MTU problem.

What matters is the comparison at equal length: a ClientHello with a neutral name, padded to the
same size, gets its answer, and the one with the real name never does. If size decides, it is
tls-large-clienthello or an upload black hole. If small answers come back and only the certificate
flight is missing, it is mtu-blackhole-server-flight. A reset is tls-sni-rst.

Ask for an exemption of goskope.com and its subdomains in the filter. Mention that TCP connects and
that only this name is unanswered; it spares the network team a search for lost routes.`,
  },
  {
    id: 'tls-large-clienthello',
    layer: 'tls',
    status: 'warn',
    severity: 'medium',
    title: 'A ClientHello that needs two segments does not get through',
    explain: `Recent TLS stacks offer a post-quantum key share, and their hello grows to about 1.5 kB in two TCP
segments. Some middleboxes expect the whole hello in the first segment and reset or drop what they
cannot parse: dadrian/tldr.fail#23. Old clients work and new ones do not.

A hello with classical groups, under 600 bytes, succeeds; the default one fails; and a classical
hello padded to the same length fails as well, so it is the size and not the algorithm. If a good
session later stalls on a 2 kB write, it is an upload black hole: mtu-blackhole-client-upload. If
the name decides, it is tls-sni-rst or tls-sni-drop.

Update the middlebox. Meanwhile limit the groups of affected clients to X25519 and P-256. The
Publisher may already do so, therefore this is only a warning.`,
  },
  {
    id: 'tls-intercept-untrusted',
    layer: 'tls',
    status: 'fail',
    severity: 'critical',
    title: 'TLS is intercepted by an inspection device whose CA this pod does not trust',
    explain: `Somewhere on the path a device ends the TLS session and presents a certificate of its own making.
The pod does not know that CA, so verification fails. The Publisher pins its endpoints, so trusting
the CA would not be enough for it.

The chain leads to a company or inspection vendor's issuer, and an unrelated public host shows the
same issuer. A strange certificate on this one host only is another server: tls-hostname-mismatch.
Failures at all hosts with genuine, different issuers are tls-ca-bundle-missing. If the direct path
shows the genuine chain and only the proxied one does not, it is proxy-tls-intercept.

Have goskope.com and its subdomains exempted from decryption, for this pod's egress address. Show
the issuer: openssl s_client -connect acme.goskope.com:443 -servername acme.goskope.com.`,
  },
  {
    id: 'tls-clock-skew',
    layer: 'tls',
    status: 'fail',
    severity: 'critical',
    title: "The node's clock is wrong, so valid certificates seem expired or not yet valid",
    explain: `Certificates are judged by the local clock. On a node that woke up, was restored from an image, or
lost its time source, the dates do not fit any more and all TLS fails, along with token checks. The
pod has no clock of its own; it uses the node's.

Several unrelated hosts fail on dates, and the Date headers of at least two of them are off from
local time, all by an equal amount. When only one host is expired and the Date headers agree with
the clock, that certificate really is: tls-server-cert-expired. A difference below five minutes is
ignored.

Repair time synchronisation on the node: chronyc tracking or timedatectl, and reachability of the
NTP server on UDP 123. Restart what cached a failure, and check the other nodes for the same drift.`,
  },
  {
    id: 'tls-server-cert-expired',
    layer: 'tls',
    status: 'fail',
    severity: 'critical',
    title: "The server's certificate has really expired",
    explain: `The host presents a certificate past its end date, and the clock here is right. With a public
service that hardly ever happens; more often it is a private enrollment endpoint, a mirror registry,
or an inspection device with an overdue CA.

Only this host fails, a control host verifies, and the Date headers of other servers agree with the
local time. If several hosts look expired and those headers disagree with the clock, it is
tls-clock-skew. Look at the issuer: an inspection CA makes it a matter of interception, whatever the
date says.

Renew the certificate on the host named in the finding, or on the inspecting device. For the
vendor's own host, check with a client on another network before opening a case. openssl s_client
piped into openssl x509 -noout -dates -issuer shows the end date.`,
  },
  {
    id: 'tls-hostname-mismatch',
    layer: 'tls',
    status: 'fail',
    severity: 'critical',
    title: 'The server presents a certificate for another name',
    explain: `You are connected to a different server than intended. Its certificate may be perfectly valid, but
for its own name: an ingress controller's fake certificate, the default of a load balancer, a
portal. The alternative names in it tell who answered.

Look for a DNS finding first: a captured search suffix, a hosts entry, an internal zone or a
sinkhole explains the wrong address, and then this is only its echo. Without one, think of a
destination NAT rule or a wrong address behind the name. An inspection device forges the right name
and fails on the issuer instead: tls-intercept-untrusted. One issuer and one page for many hosts is
http-captive-portal.

Correct the DNS record or the redirect that leads here. Turning verification off would hand the API
token to that server.`,
  },
  {
    id: 'tls-version-or-cipher',
    layer: 'tls',
    status: 'fail',
    severity: 'critical',
    title: 'The peer and this client share no TLS version or cipher',
    explain: `The handshake ends with an alert: 70 for the version, 40 for the parameters. Modern services speak
TLS 1.2 and 1.3, so the one that cannot is normally a legacy inspection box or load balancer
between, or a FIPS-restricted endpoint.

An alert did arrive, so packets pass both ways; trying versions and groups one after another shows
what the peer accepts. Silence or a reset instead of an alert belongs to the filter faults. Alert
116, or 42 after the server asked for a client certificate, is a healthy endpoint with mutual TLS. A
FIN without any alert is tls-eof-no-alert.

Upgrade or exempt the box that speaks only old versions. Compare against an outside network with
openssl s_client -tls1_2 and -tls1_3. Do not lower the client's security level for it.`,
  },
  {
    id: 'tls-eof-no-alert',
    layer: 'tls',
    status: 'fail',
    severity: 'critical',
    title: 'The connection opens and is closed without any TLS answer',
    explain: `TCP connects, and the peer says goodbye before a word of TLS. Behind it is a load balancer with no
live backend, a mesh passthrough that found no route, or a port that speaks plain HTTP.

The end of the stream comes without an alert, for every server name. If it comes before anything was
sent, think of a load balancer; if a plain text request is answered with HTTP 400 or the like, the
port does not speak TLS. A reset that depends on the name is tls-sni-rst. A local acceptor that
takes even impossible addresses is tcp-mesh-blackhole. An alert belongs to tls-version-or-cipher.

Check the port and the scheme in the configured URL. For a private endpoint, look at the health of
its backends; for a mesh, at the routes for this host.`,
  },
  {
    id: 'tls-ca-bundle-missing',
    layer: 'tls',
    status: 'fail',
    severity: 'high',
    title: 'This pod has no usable CA bundle, so every certificate fails',
    explain: `Verification needs root certificates, and this image or pod has none it can read. SSL_CERT_FILE or
NODE_EXTRA_CA_CERTS points to a file that is absent or unreadable, or a minimal image ships no
bundle at all. All hosts fail alike, and that looks like interception.

The issuers differ from host to host and are real public authorities, and checking against built-in
roots succeeds. An inspection device would show its one issuer everywhere: tls-intercept-untrusted.
If the failures are about dates, it is the clock.

Mount or install ca-certificates and correct the variable's path. The network is in order; this
concerns the pod that ran the check, so make sure that the Publisher's container really has the same
gap before changing its image.`,
  },
];
