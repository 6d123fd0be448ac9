// What the tenant's API answers once TLS stands, and who else may answer in its place.

import type { Fault } from '../../model/fault.ts';

export const httpFaults: readonly Fault[] = [
  {
    id: 'http-token-invalid',
    layer: 'http',
    status: 'fail',
    severity: 'critical',
    title: 'The tenant API rejects the token with 401',
    explain: `The API was reached and does not accept the token: mistyped, expired, revoked, or from another
tenant. Enrollment stops here for each pod that has no identity yet, and containers restart without
end.

The configured token gets a 401 with a JSON body, the same that a deliberately bogus token gets. A
401 when no token was sent is the healthy sign that the API is there. A 403 with a valid token is a
question of scope; a 403 that even a bogus token gets is an address filter: http-ip-allowlist-403.
HTML in place of JSON means that somebody else answered.

Create a new token in the tenant, update the Secret, and restart the pods: a running container keeps
the environment it was started with. Look for a stray newline in the Secret's value.`,
  },
  {
    id: 'http-token-scope',
    layer: 'http',
    status: 'fail',
    severity: 'critical',
    title: 'The token is valid but not allowed to manage publishers: 403',
    explain: `The tenant knows the token and refuses this resource. Its scope lacks the publishers endpoint, or
has read without write: then the list works and the request for a registration token fails later, in
the middle of enrollment.

The 403 is JSON from the API with its request headers, while a bogus token gets 401. If the bogus
token gets the same 403, the source address is rejected: http-ip-allowlist-403. A 403 page in HTML
comes from a filter or proxy. An empty list with a good token may be a credential limited by label:
npa-scoped-credential.

Issue a token with read and write for /api/v2/infrastructure/publishers, update the Secret, restart
the pods. Only the read can be tried in advance; the write is not attempted by a check.`,
  },
  {
    id: 'http-ip-allowlist-403',
    layer: 'http',
    status: 'fail',
    severity: 'critical',
    title: 'The tenant refuses requests from this egress address',
    explain: `The tenant or its edge admits the API from listed source addresses only, and the one that this pod
leaves with is not among them. Commonly the NAT gateway was replaced, or a new node pool goes out by
another way.

403 comes with any token, even a bogus one that should have had 401; the body may speak of IP or
location, or is the edge's HTML. A 403 for the configured token alone is http-token-scope. A page
with a filter vendor's marks is http-block-page. If the egress address changed since the last run,
egress-ip-unexpected is the cause and this its effect.

Add the egress address printed in the finding to the tenant's allow-list, or put the pod back behind
the registered NAT address. List every address if the NAT uses several.`,
  },
  {
    id: 'http-base-url-wrong',
    layer: 'http',
    status: 'fail',
    severity: 'critical',
    title: 'The configured base URL is not the root of the tenant API',
    explain: `The URL has a path, the http scheme, a doubled slash, or names the admin console or a sign-on host.
The server exists and answers politely, but there is no publishers API beneath that address.

The answer is 404 below /api/v2, or a redirect to a login page or to https, from a server whose
certificate is right. If the name itself does not exist, it is dnsx-tenant-nxdomain. If several
unrelated hosts redirect to one place, it is a portal: http-captive-portal. 401 in JSON means that
the URL is right.

Set enrollment.api.baseUrl to https://acme.goskope.com, with your tenant and its regional suffix,
without a path and without a slash at the end.`,
  },
  {
    id: 'http-tenant-5xx',
    layer: 'http',
    status: 'fail',
    severity: 'high',
    title: 'The tenant API answers with server errors',
    explain: `The path is good up to the service, and the service, or its edge, returns 502, 503 or 504. New pods
cannot enroll; tunnels that are up may carry on. Rolling now would swap working pods for ones that
cannot register.

The error repeats over a certificate that verifies, with the vendor's headers, and the other probes
are green. A proxy's error has Via or X-Squid-Error, or is the status of CONNECT itself: look at the
proxy faults. A single 5xx among good answers is a hiccup and only noted. 429 means reachable but
throttled.

Put the rollout off and look at the vendor's status page. With a gate, let it wait: this heals
without your doing. Open a case with the request ID if the page shows nothing.`,
  },
  {
    id: 'http-block-page',
    layer: 'http',
    status: 'fail',
    severity: 'critical',
    title: "A web filter's page answers in place of the tenant API",
    explain: `A filter let the connection through and put its own page in, sometimes with status 200. Scripts that
expect JSON break in odd ways, such as parse errors or empty lists, and no log mentions a block.

HTML arrives where the API sends JSON, with the filter's title or Server header, usually on an
intercepted certificate or plain HTTP. A portal redirects many hosts to one place:
http-captive-portal. The vendor's own HTML under its genuine certificate, with any token, is an edge
refusal: http-ip-allowlist-403. An error page with Via headers comes from the explicit proxy.

Ask the filter's owner to allow goskope.com and its subdomains and to exempt them from decryption.
The category and rule are often printed in the page.`,
  },
  {
    id: 'http-captive-portal',
    layer: 'http',
    status: 'fail',
    severity: 'critical',
    title: 'The network wants a portal login before it lets traffic out',
    explain: `Until somebody signs in, the network diverts web traffic to a portal. A cluster in a branch, a lab
or a guest network can fall into it, mostly after the egress address changed or a session ran out.

The configured address that should return 204 gives 302, 511 or a page, and several hosts redirect
to one URL; over HTTPS all show the portal's certificate or reset. A filter that answers for the
tenant only is http-block-page. A wrong certificate on one host is tls-hostname-mismatch. DNS may be
diverted too.

Have the egress address or the node subnet exempted: a server cannot click through a form. Signing
in by hand from the network helps until the session expires.`,
  },
  {
    id: 'http-oauth-endpoint',
    layer: 'http',
    status: 'fail',
    severity: 'critical',
    title: 'The OAuth2 token endpoint fails, so no API token can be obtained',
    explain: `With authMode oauth2 a token is fetched first, often from an identity provider on quite another
host. Either that host was left out of the firewall rules, or it was reached and rejects the client.
Enrollment stops before the tenant API has been asked at all.

The token URL is tested by itself, layer by layer. A failure in DNS, TCP or TLS is a network matter
of that host and shows as such beside a healthy tenant. A 400 or 401 in JSON with invalid_client
means that network and host are fine and the ID or secret is wrong. A login page in HTML is the
wrong URL.

Open egress to the identity provider's host, or correct client ID and secret and restart the pods.
Check clocks when the provider complains about assertions.`,
  },
  {
    id: 'http-slow-api',
    layer: 'http',
    status: 'warn',
    severity: 'medium',
    title: 'The API is so slow that the liveness probe ends enrollment first',
    explain: `Enrollment makes several calls in a row, and the chart's script waits for each without a limit. If
list, create and token together need more than about a minute, the liveness probe, at about 90
seconds, kills the container and the pod seems to crash for no reason.

Every call succeeds in the end; the sum is what exceeds the budget. Long name lookups count too,
since each call resolves anew: then the DNS finding is the cause. Calls that never finish are a
dropped connection (npa-liveness-masks-egress). Server errors are http-tenant-5xx.

Find the slow stage from the phase timings: lookup, connect, TLS or first byte. Fix that one. Until
then lengthen the liveness probe's initial delay with a chart patch.`,
  },
];
