// What can happen to the UDP data plane: DTLS on UDP 443 to the stitchers.

import type { Fault } from '../../model/fault.ts';

export const udpFaults: readonly Fault[] = [
  {
    id: 'udp443-drop',
    layer: 'udp',
    status: 'fail',
    severity: 'critical',
    title: 'UDP 443 is silently dropped on the way to every stitcher',
    explain: `Hellos to UDP 443 vanish, to all stitcher addresses, without ICMP. The author is nearly always a
rule against QUIC that closes the port instead of recognising the application. Readiness of the
Publisher does not look at the tunnel, so a rollout would go through all replicas and be called a
success.

TCP 443 to the same addresses, or to the tenant, connects; UDP on another port, a STUN server's for
instance, is answered; and UDP 443 to an unrelated server is silent too. If that last one answers,
it is udp443-dest-specific. If no UDP gets out at all, it is udp-all-blocked. If TCP is dead as
well, egress as a whole is the cause.

Permit UDP 443 from this pod's egress address to the stitcher ranges, above any rule that blocks
QUIC.`,
  },
  {
    id: 'udp443-reject',
    layer: 'udp',
    status: 'fail',
    severity: 'critical',
    title: 'UDP 443 to the stitchers is refused with an ICMP message',
    explain: `A device answers the hello by ICMP instead of dropping it. The tunnel cannot be built, and at least
the failure is quick. It is the same rule as behind a silent drop, with another action.

A connected socket reports connection refused for port unreachable, host unreachable for an
administrative ban, network unreachable for a banned network. From all addresses, and faster than a
round trip: a box nearby. From one address only: nothing listens there, or that gateway is down.
EPERM at send time is a filter inside this pod's namespace. Unconnected sockets see none of this, so
tools without connect() report mere silence.

Permit UDP 443 to the stitcher ranges on the device that sends the ICMP; tcpdump -ni any icmp on the
node shows its address.`,
  },
  {
    id: 'udp443-dest-specific',
    layer: 'udp',
    status: 'fail',
    severity: 'critical',
    title: 'UDP 443 works in general, but not to the stitcher addresses',
    explain: `The port is open and the destination is not. An allow-list by address or category lets QUIC out to
well-known services, while the gateways are uncategorised or missing from it.

A control server on UDP 443 answers, a QUIC server's version negotiation for instance, and the
stitchers stay silent; TCP 443 to them may even pass. If the control is silent too, it is
udp443-drop. If some stitchers answer, the list is out of date (tcp-ip-allowlist-stale) or one
gateway is down (dtls-stitcher-silent). Keep in mind that a server which ignores unknown clients is
also silent.

Add the vendor's published gateway ranges to the rule for UDP 443, not merely the addresses that DNS
returns today, and hand over the list of addresses tried.`,
  },
  {
    id: 'udp-all-blocked',
    layer: 'udp',
    status: 'fail',
    severity: 'critical',
    title: 'No UDP leaves this network except DNS',
    explain: `Egress is closed for UDP as such. DNS works, often only towards the internal resolver, and TCP
works, so web traffic gives no hint. Time synchronisation on UDP 123 suffers as well and may one day
turn into a clock fault.

STUN on UDP 3478, other UDP ports and UDP 443 are all silent, with TCP in good order. If any of
those ports answers, the rule is about 443: udp443-drop. If TCP is blocked too, it is a default
deny. If only proxied web traffic leaves, proxy-udp-direct-blocked says it better.

Open UDP 443 from the pod's egress address to the stitcher ranges. A cluster NetworkPolicy with
egress rules for TCP only gives the same picture, so check kubectl get networkpolicy before calling
the firewall team.`,
  },
  {
    id: 'udp-first-packet-only',
    layer: 'udp',
    status: 'fail',
    severity: 'critical',
    title: 'The firewall passes the first packets of a UDP flow and then drops it',
    explain: `An application-aware firewall lets a flow begin until it knows what it is, and then enforces its
rule. The stitcher's HelloVerifyRequest arrives and everything after it on the same ports is lost.
Tests that count one reply as success are taken in by it.

On one socket the first hello is answered and later ones are not; a fresh socket again gets exactly
one answer. Small replies are missing as well, and that separates it from
dtls-server-flight-dropped, where only large datagrams are lost. A server that is merely slow to
finish answers when the hello is repeated.

Have a rule made for the application that the firewall believes it sees (often unknown-udp or DTLS),
or a plain port rule without inspection for UDP 443 to the stitchers.`,
  },
  {
    id: 'dtls-server-flight-dropped',
    layer: 'udp',
    status: 'fail',
    severity: 'critical',
    title: "The stitcher's large certificate datagrams never arrive",
    explain: `The handshake starts and the cookie is exchanged. Then the server sends its hello and certificate in
datagrams of a kilobyte or more, and those are dropped by a size filter, a fragment filter or too
small an MTU on the way in. The tunnel never completes.

The short HelloVerifyRequest arrives and repeated hellos with the cookie get nothing, or only the
small pieces. A hello that provokes a short alert is answered, so two round trips pass and size is
what matters. If the alert is missing too, it is udp-first-packet-only. When fragments are lost for
every UDP service, it is mtu-udp-fragments-dropped. Random loss leaves different gaps each time and
heals.

Look for MTU mismatches on overlays and VPNs between the pod and the internet, allow fragments, and
lift limits on UDP datagram size for port 443.`,
  },
  {
    id: 'dtls-stitcher-silent',
    layer: 'udp',
    status: 'warn',
    severity: 'medium',
    title: 'One stitcher does not answer while the others do',
    explain: `From the same pod over the same path, some gateways complete the handshake and one does not. The
Publisher can use another, but redundancy is reduced, and it hurts if that gateway is the preferred
one.

UDP 443 to that address alone is silent, often with TCP 443 to it refused or dead as well, and all
others are well: it is either the far end or a rule about that address. When no address of any
stitcher answers, see the udp443 faults. If attempts succeed now and then at every address, think of
loss, policing or exhausted NAT ports. Silence on TCP alone means nothing: gateways may serve UDP
only.

Try again later and from another network. If it works from there, compare firewall rules by address;
if not, report it to the vendor.`,
  },
  {
    id: 'udp-nat-timeout-short',
    layer: 'udp',
    status: 'warn',
    severity: 'medium',
    title: 'The NAT forgets idle UDP flows sooner than the tunnel keeps them alive',
    explain: `Between two keepalives the NAT drops its mapping. The server's packets find no way back until the
client sends again, so quiet tunnels lose traffic at the start of each burst, and long sessions
break for no visible reason. RFC 4787 asks for at least two minutes; some devices give 30 seconds or
less.

An echo server that delays its reply, or a STUN mapping compared before and after a pause, shows the
longest pause that survives, and it is shorter than the declared keepalive. If the mapping changes
while traffic flows, it is nat-mid-flow-rebind. If busy flows also lose packets, it is loss.

Raise the UDP timeout on the NAT device, firewall or cloud gateway, or shorten the keepalive below
the number in the finding.`,
  },
  {
    id: 'udp-policed',
    layer: 'udp',
    status: 'warn',
    severity: 'medium',
    title: 'UDP is limited to a low packet rate on the path',
    explain: `A handshake is a dozen packets and succeeds; the tunnel's traffic is thousands per second and
collapses. Flood protection, a QoS class for unknown UDP, or a rate limit on QUIC does this. Users
report that it connects and then crawls.

To a declared echo server slow packets all return, and a burst loses its tail in proportion to the
rate. Loss that is independent of the rate is packet loss. Loss of new flows only is a matter of NAT
ports or conntrack. Large packets alone getting lost is an MTU fault. Stitchers are never flooded to
measure this.

Exempt UDP 443 to the stitcher ranges from policing, or raise the limit well above the tunnel's peak
rate. Look at anti-DDoS profiles of the perimeter firewall first.`,
  },
];
