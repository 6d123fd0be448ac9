// The tables of dtls: what it means when stitchers do not answer, or stop half-way.

import type { DtlsObservation } from '../model/observation.ts';
import { addressList } from '../parse/ip.ts';
import { count, duration, listed, type Row } from './conclude.ts';
import { describe } from './controls.ts';
import { byHost, type DtlsEvidence, firstOnly } from './dtls-evidence.ts';

const REFUSALS = ['port-unreachable', 'prohibited'];

function severityOf(e: DtlsEvidence) {
  return e.blocks
    ? { status: 'fail' as const, severity: 'critical' as const }
    : { status: 'warn' as const, severity: 'medium' as const };
}

function breaks(e: DtlsEvidence): string {
  return e.blocks
    ? 'the tunnel. Every new Publisher pod would start, report Ready, and carry nothing.'
    : `the spare: ${count(e.working.length, 'other address', 'other addresses')} still ${e.working.length === 1 ? 'carries' : 'carry'} the tunnel.`;
}

const port = (e: DtlsEvidence) => e.dead[0]?.probe.port ?? 443;
const dead = (e: DtlsEvidence) => addressList(e.dead.map((one) => one.probe.address));
const hellos = (e: DtlsEvidence) => e.dead.reduce((sum, one) => sum + one.sent.datagrams, 0);
const tcpOpen = (e: DtlsEvidence) =>
  e.tcp.filter((one) => one.failure === null && e.dead.some((d) => d.probe.address === one.probe.address));

function allDead(e: DtlsEvidence, ...outcomes: readonly string[]): boolean {
  return e.working.length === 0 && e.dead.length > 0 && e.dead.every((one) => outcomes.includes(one.outcome));
}

function sClient(e: DtlsEvidence): string {
  const one = e.dead[0];
  return `openssl s_client -dtls1_2 -connect ${one?.probe.address}:${port(e)} -servername ${one?.probe.host} </dev/null`;
}

function evidence(e: DtlsEvidence, text: string) {
  const one = tcpOpen(e)[0];
  const stun = e.controls.stun.ended[0];
  return [
    { text, command: sClient(e) },
    ...(one ? [{ text: 'open', command: `nc -vz -w 3 ${one.probe.address} ${one.probe.port}` }] : []),
    ...(stun
      ? [
          {
            text: `UDP ${stun.probe.port} ${stun.failure ? 'no answer' : 'answered'}`,
            command: `turnutils_stunclient -p ${stun.probe.port} ${stun.probe.address}`,
          },
        ]
      : []),
  ];
}

function tcpSaid(e: DtlsEvidence): string {
  const open = tcpOpen(e).length;
  if (e.tcp.length === 0) return '';
  return open > 0
    ? ` ${port(e)}/TCP to ${open === e.dead.length ? 'the same addresses' : `${open} of them`} connects.`
    : ` ${port(e)}/TCP to the same addresses does not connect either.`;
}

function permit(e: DtlsEvidence): string {
  const source = e.controls.stun.answered.find((one) => one.mapped)?.mapped?.address;
  return `UDP ${port(e)} from ${source ? `${source} (this pod's egress)` : "this pod's egress address"} to ${byHost(e.dead)}`;
}

const NFT = 'nft list ruleset | grep -n -i "udp.*443"';

export const ROWS: readonly Row<DtlsEvidence>[] = [
  {
    fault: null,
    when: (e) => e.dead.some((one) => one.outcome === 'local-denied'),
    say: (e) => ({
      ...severityOf(e),
      summary: `a packet filter inside this pod's own network forbids sending UDP ${port(e)}`,
      cause: `Cause not determined beyond this: send() to ${dead(e)} itself answers "operation not permitted", so the block is in this network namespace or on this node.`,
      breaks: breaks(e),
      remedy: {
        summary: `Remove the rule that drops UDP ${port(e)} in the pod's own OUTPUT chain or the node agent's policy.`,
        commands: ['nft list ruleset'],
      },
      evidence: evidence(e, 'send: EPERM at once'),
    }),
  },
  {
    fault: 'udp-first-packet-only',
    when: (e) => e.dead.some((one) => one.helloVerify !== null) && e.tuples.some(firstOnly),
    say: (e) => ({
      ...severityOf(e),
      summary: `a firewall drops every UDP ${port(e)} flow after its first packet`,
      cause: `${dead(e)} answer the first hello (HelloVerifyRequest) and nothing after it; of three hellos on one socket only the first is answered, and a new socket gets exactly one answer again. The device lets a flow begin and drops it once it has classified it.`,
      breaks: breaks(e),
      remedy: {
        summary: `Add an application rule that permits the whole flow of ${permit(e)}, not only its first packet.`,
        commands: [sClient(e)],
      },
      evidence: [
        { text: 'HelloVerifyRequest, then silence', command: sClient(e) },
        ...e.tuples.slice(0, 2).map((one) => ({
          text: `${one.probe.address}: three hellos on one socket answered ${one.answered.map((yes) => (yes ? 'yes' : 'no')).join(', ')}`,
        })),
      ],
    }),
  },
  {
    fault: 'dtls-server-flight-dropped',
    when: (e) =>
      e.dead.some(flightLost) &&
      (alertCameBack(e) ||
        e.dead.some((one) => one.missing.length > 0) ||
        e.tuples.some((one) => one.answered.filter(Boolean).length >= 2)),
    say: (e) => ({
      ...severityOf(e),
      summary: `large UDP datagrams from the stitchers are dropped: the certificate never arrives`,
      cause: `${dead(e)} answer small (${count(
        e.dead.reduce((sum, one) => sum + one.received.datagrams, 0),
        'datagram',
      )}, the largest ${Math.max(...e.dead.map((one) => one.received.largestBytes))} bytes), and the flow lives, but the server's flight with its certificate does not come${missing(e)}. Size is what makes the difference.`,
      breaks: breaks(e),
      remedy: {
        summary: `Let datagrams of up to 1500 bytes and their fragments from ${byHost(e.dead)} port ${port(e)} back to this pod; look for a size limit or a path MTU black hole.`,
        commands: [`ping -M do -s 1472 -c 3 ${e.dead[0]?.probe.address ?? ''}`, sClient(e)],
      },
      evidence: [
        { text: 'HelloVerifyRequest, then nothing large', command: sClient(e) },
        ...e.smallAlerts
          .filter((one) => one.alert !== null)
          .slice(0, 1)
          .map((one) => ({
            text: `${one.probe.address}: a hello with no common suite is answered by a small alert, ${one.alert?.description}`,
          })),
      ],
    }),
  },
  {
    fault: 'udp443-reject',
    when: (e) =>
      e.working.length === 0 &&
      e.dead.some((one) => REFUSALS.includes(one.outcome)) &&
      e.dead.every((one) => REFUSALS.includes(one.outcome) || one.outcome === 'no-answer') &&
      e.controls.quic.answered.length === 0 &&
      (e.controls.quic.refused || e.dead.filter((one) => REFUSALS.includes(one.outcome)).length > 1),
    say: (e) => {
      const refused = e.dead.filter((one) => REFUSALS.includes(one.outcome));
      return {
        ...severityOf(e),
        summary: `UDP ${port(e)} is refused on the way to every stitcher`,
        cause: `${addressList(refused.map((one) => one.probe.address))} answer by ICMP (${[...new Set(refused.flatMap((one) => one.errors))].slice(0, 3).join(', ') || refused[0]?.failure?.code}) instead of DTLS${e.controls.quic.ended.length > 0 ? `, and so it is elsewhere on UDP 443: ${describe(e.controls.quic.ended, 'answers')}` : ''}.${tcpSaid(e)} A rule on the port rejects it, often "block QUIC".`,
        breaks: breaks(e),
        remedy: { summary: `Permit ${permit(e)}, above any rule that rejects QUIC.`, commands: [NFT, sClient(e)] },
        evidence: evidence(e, 'refused by ICMP'),
      };
    },
  },
  {
    fault: 'udp443-dest-specific',
    when: (e) => allDead(e, 'no-answer') && e.controls.quic.answered.length > 0,
    say: (e) => ({
      ...severityOf(e),
      summary: `UDP ${port(e)} works, but not to the stitchers`,
      cause: `No answer from ${count(e.dead.length, 'address', 'addresses')} to ${count(hellos(e), 'hello')}, while UDP 443 elsewhere is answered: ${describe(e.controls.quic.answered, 'answers')}.${tcpSaid(e)} The rule is about these destinations.`,
      breaks: breaks(e),
      remedy: {
        summary: `Permit ${permit(e)}: the gateway ranges are missing in the rule that lets UDP ${port(e)} out.`,
        commands: [sClient(e)],
      },
      evidence: evidence(e, 'no answer'),
    }),
  },
  {
    fault: 'udp443-drop',
    when: (e) =>
      allDead(e, 'no-answer') &&
      e.controls.stun.answered.length > 0 &&
      (e.controls.quic.silent || (e.controls.quic.ended.length === 0 && tcpOpen(e).length > 0)),
    say: (e) => ({
      ...severityOf(e),
      summary: `UDP ${port(e)} is dropped on the way to every stitcher`,
      cause: `Nothing comes back from ${port(e)}/UDP: ${count(e.dead.length, 'address', 'addresses')}, ${count(hellos(e), 'hello')}, no ICMP.${tcpSaid(e)} UDP ${e.controls.stun.answered[0]?.probe.port} is answered by ${e.controls.stun.answered[0]?.probe.address}, so UDP leaves this pod${e.controls.quic.ended.length > 0 ? `; UDP 443 elsewhere is silent too (${describe(e.controls.quic.ended, 'answers')})` : ''}: it is a rule on the port, often "block QUIC".`,
      breaks: breaks(e),
      remedy: { summary: `Permit ${permit(e)}, above any QUIC rule.`, commands: [NFT, sClient(e)] },
      evidence: evidence(e, 'no answer in 3 s'),
    }),
  },
  {
    fault: 'udp-all-blocked',
    when: (e) =>
      allDead(e, 'no-answer') &&
      e.controls.stun.silent &&
      e.controls.quic.answered.length === 0 &&
      // Controls that cannot be reached by TCP either (an air-gapped cluster) prove nothing by their silence.
      e.controls.tcp.answered.length > 0,
    say: (e) => ({
      ...severityOf(e),
      summary: 'no UDP but DNS leaves this network',
      cause: `Nothing comes back from ${port(e)}/UDP (${count(e.dead.length, 'address', 'addresses')}, ${count(hellos(e), 'hello')}) nor from ${describe([...e.controls.stun.ended, ...e.controls.quic.ended], 'answers')}, while TCP gets out.${tcpSaid(e)}`,
      breaks: breaks(e),
      remedy: { summary: `Permit ${permit(e)}: this network lets no UDP out at all.`, commands: [sClient(e)] },
      evidence: evidence(e, 'no answer'),
    }),
  },
  {
    fault: 'dtls-stitcher-silent',
    when: (e) =>
      e.working.length > 0 && e.dead.every((one) => one.outcome === 'no-answer' || REFUSALS.includes(one.outcome)),
    say: (e) => ({
      ...severityOf(e),
      summary: `${e.dead.length} of ${e.seen.length} stitcher addresses ${e.dead.length === 1 ? 'does' : 'do'} not answer: ${byHost(e.dead)}`,
      cause: `${count(e.dead.length, 'address', 'addresses')} of ${e.seen.length} ${e.dead.some((one) => REFUSALS.includes(one.outcome)) ? 'refused or silent' : 'silent'} on ${port(e)}/UDP after ${count(hellos(e), 'hello')}, while ${byHost(e.working)} answer over the same path: the gateway is down, or a rule knows some addresses only.${tcpSaid(e)}`,
      breaks: breaks(e),
      remedy: {
        summary: `Ask again later; when it stays, check that the allow-list has ${dead(e)} port ${port(e)}/UDP and report the gateway to the vendor.`,
        commands: [sClient(e)],
      },
      evidence: evidence(e, 'no answer'),
    }),
  },
  {
    fault: null,
    when: () => true,
    say: (e) => ({
      ...severityOf(e),
      summary: e.working.length > 0 ? `${byHost(e.dead)} ${outcomes(e)}` : `no stitcher completes a DTLS handshake`,
      cause: `Cause not determined: ${dead(e)} ${outcomes(e)} after ${count(hellos(e), 'hello')}.${tcpSaid(e)}${e.controls.stun.ended.length + e.controls.quic.ended.length > 0 ? ` Other UDP: ${describe([...e.controls.stun.ended, ...e.controls.quic.ended], 'answers')}.` : ' No control host was asked.'} Silence alone does not prove a block: some servers ignore strangers.`,
      breaks: breaks(e),
      remedy: {
        summary: `Trace one handshake to ${e.dead[0]?.probe.address}:${port(e)}/UDP on the egress firewall and see where it ends.`,
        commands: [sClient(e), `tcpdump -ni any udp port ${port(e)}`],
      },
      evidence: evidence(e, outcomes(e)),
    }),
  },
];

function flightLost(one: DtlsObservation): boolean {
  return one.outcome === 'hello-verify-then-silence' || one.outcome === 'flight-incomplete';
}

function alertCameBack(e: DtlsEvidence): boolean {
  return e.smallAlerts.some((one) => one.alert !== null);
}

function missing(e: DtlsEvidence): string {
  const gaps = [...new Set(e.dead.flatMap((one) => one.missing))].slice(0, 2);
  return gaps.length > 0 ? ` (missing: ${listed(gaps)})` : '';
}

function outcomes(e: DtlsEvidence): string {
  return [...new Set(e.dead.map((one) => one.outcome.replaceAll('-', ' ')))].join(', ');
}

const ANCHORED = ['certificate-expired', 'certificate-name-mismatch', 'certificate-untrusted'];

/** Stitchers that answer: are they late, or is their certificate in doubt? Without a given CA an unknown issuer is normal. */
export const CERTIFICATE_ROWS: readonly Row<DtlsEvidence>[] = [
  {
    fault: 'dtls-server-flight-dropped',
    when: (e) => e.late.length > 0 && !e.dead.some(flightLost),
    say: (e) => ({
      status: 'warn',
      severity: 'high',
      summary: `large UDP datagrams from ${byHost(e.late)} are dropped; a handshake takes ${duration(Math.max(...e.late.map((one) => one.durationMs)))}`,
      cause: `The flight came only after the server had given up on large datagrams and sent pieces of at most ${Math.max(...e.late.map((one) => one.received.largestBytes))} bytes.`,
      breaks: 'quick reconnects: each tunnel takes seconds to come up, and servers that do not fall back never do.',
      remedy: {
        summary: `Let datagrams of up to 1500 bytes from ${byHost(e.late)} back to this pod.`,
        commands: [`ping -M do -s 1472 -c 3 ${e.late[0]?.probe.address ?? ''}`],
      },
      evidence: e.late
        .slice(0, 3)
        .map((one) => ({ text: `${one.probe.address}: complete after ${duration(one.durationMs)}` })),
    }),
  },
  {
    fault: null,
    when: (e) => e.caGiven && e.working.some((one) => ANCHORED.includes(one.outcome)),
    say: (e) => {
      const bad = e.working.filter((one) => ANCHORED.includes(one.outcome));
      const leaf = bad[0]?.certificate?.chain[0];
      return {
        status: 'warn',
        severity: 'high',
        summary: `the certificate of ${byHost(bad)} does not verify`,
        cause: `Cause not determined: ${[...new Set(bad.map((one) => one.certificate?.error ?? one.outcome))].join(', ')}, names ${(leaf?.names ?? []).slice(0, 3).join(', ') || 'none'}, issuer ${leaf?.issuer ?? 'unknown'}.`,
        breaks: 'the tunnel, if the Publisher pins what it expects.',
        evidence: bad
          .slice(0, 3)
          .map((one) => ({ text: `${one.probe.address}: ${one.certificate?.error ?? one.outcome}` })),
      };
    },
  },
];
