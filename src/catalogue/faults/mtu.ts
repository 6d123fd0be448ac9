// What can happen to packets because of their size.

import type { Fault } from '../../model/fault.ts';

export const mtuFaults: readonly Fault[] = [
  {
    id: 'mtu-blackhole-server-flight',
    layer: 'mtu',
    status: 'fail',
    severity: 'critical',
    title: 'Large packets towards the pod vanish, and no ICMP says so',
    explain: `A link on the way to the pod has a smaller MTU than the sender believes, and the ICMP message that
would tell it is filtered. Small packets pass, so TCP connects; the server's certificates come in
full-size segments and never arrive. TLS hangs after the ClientHello.

Short replies do arrive, such as the alert to a deliberately broken hello, and the big flight fails
for every server name or none. If the name decides, it is tls-sni-drop. If a short hello is answered
and a long one is not, the other direction is cut: mtu-blackhole-client-upload. Clamping the MSS
makes it work and is the proof.

Set the pod network's MTU to what overlay or VPN really carry, or clamp the MSS at the gateway, and
let ICMP type 3 code 4 through.`,
  },
  {
    id: 'mtu-blackhole-client-upload',
    layer: 'mtu',
    status: 'fail',
    severity: 'high',
    title: 'Large packets from the pod vanish, and no ICMP says so',
    explain: `The outgoing direction has the narrow link. Handshakes are small on the client's side and complete;
the first big write, an upload or a long request, stalls for ever. GET works and POST does not, and
the application is suspected.

After a good handshake a 2 kB write is retransmitted without end (ss -ti shows it). A ClientHello
padded to 1.5 kB hangs for every name while a middle-sized one passes, and bisection finds the
limit. If only the long hello fails and later writes pass, it is tls-large-clienthello. If the
server's big flight is what is missing, it is the opposite direction.

Lower the pod's MTU to the measured size, or clamp the MSS on the way out. Check VPN and overlay
interfaces for MTU values that ignore their own overhead.`,
  },
  {
    id: 'mtu-iface-exceeds-path',
    layer: 'mtu',
    status: 'warn',
    severity: 'low',
    title: "The pod's MTU is larger than the path's and works only thanks to ICMP",
    explain: `The interface says 1500 or 9001, and somewhere behind it less fits through. Routers report that by
ICMP and the kernel adapts, so everything works today. The first firewall that filters those
messages turns it into a black hole, and DTLS, which cannot rely on retransmitted streams, feels it
first.

A full-size datagram with don't-fragment set provokes message too long together with a smaller path
value, and smaller ones pass. Without that message and with loss it is a black hole fault. Jumbo
frames or unusual sizes such as 1450 or 8951 with working discovery are no fault by themselves.

Align the MTU of the CNI with the path: tunnel overhead subtracted, 1460 on Google Cloud by default.
Recreate pods afterwards, since a running pod keeps its interface.`,
  },
  {
    id: 'mtu-udp-fragments-dropped',
    layer: 'mtu',
    status: 'fail',
    severity: 'high',
    title: 'IP fragments of UDP datagrams are discarded on the path',
    explain: `Cloud NATs and many firewalls throw fragments away. A UDP datagram larger than the MTU must be
fragmented, so it never arrives, whereas TCP adapts its segments and is unaffected. Large DNS
answers and DTLS certificate flights are the usual victims.

An echo of 1400 bytes returns and one of 2000 does not; the cut lies right at the MTU. When 1400
dies and a datagram above the local MTU survives, it is a path MTU black hole instead. If only port
443 loses its large datagrams, see dtls-server-flight-dropped. A cut near 512 bytes on DNS alone is
DNS inspection.

Allow fragments on the device, or keep datagrams below the path MTU: a DTLS MTU setting at the
server, EDNS 1232 for DNS. It stays a warning when no required exchange needs fragments.`,
  },
  {
    id: 'mtu-reordered-fragments',
    layer: 'mtu',
    status: 'warn',
    severity: 'low',
    title: 'UDP fragments that arrive out of order are dropped',
    explain: `Some cloud networks, Azure's in particular, discard a datagram when its fragments overtake one
another. Whether a large datagram survives is then a matter of luck, and certificate-based UDP
protocols fail now and again: MicrosoftDocs/azure-docs#69477.

Fragmented echoes succeed at times and fail at times, unfragmented ones of almost the same size are
perfect. If fragments never arrive, it is mtu-udp-fragments-dropped. If small datagrams are lost at
the same rate, it is plain packet loss. One pod cannot see the order in which fragments arrived
elsewhere, therefore this is only ever suspected.

Avoid fragmentation: lower the DTLS MTU and the EDNS buffer size. On Azure ask support to enable UDP
fragment reordering for the subscription if fragments cannot be avoided.`,
  },
];
