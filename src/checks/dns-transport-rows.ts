// The tables of dns-transport: what it means when TCP or large answers fail at a nameserver that answers, or when nobody answers.

import type { DnsObservation, TcpObservation } from '../model/observation.ts';
import type { Endpoint } from '../model/target.ts';
import { hostPort } from '../parse/ip.ts';
import { duration, listed, type Row } from './conclude.ts';
import { answered, timedOut } from './scene.ts';

export interface TransportEvidence {
  readonly server: Endpoint;
  readonly where: string;
  readonly host: string;
  /** Answered questions. */
  readonly udp: readonly DnsObservation[];
  readonly tcp: readonly DnsObservation[];
  /** A bare connection to the nameserver's port. */
  readonly connect: TcpObservation | null;
  /** Required names whose answer is truncated here, and whole nowhere else. */
  readonly truncated: readonly string[];
  /** Required names whose answer is lost over UDP because of its size, here and everywhere. */
  readonly tooLarge: readonly string[];
  /** The root's keys, with 4096, 1232 and 512 bytes offered; the root's NS; the keys over TCP. */
  readonly whole: DnsObservation | null;
  readonly usual: DnsObservation | null;
  readonly small: DnsObservation | null;
  readonly middling: DnsObservation | null;
  readonly wholeByTcp: DnsObservation | null;
  /** Answered questions whose first datagram was lost. */
  readonly repeated: number;
}

/** What fits into an Ethernet frame of 1500 bytes beside the IPv4 and UDP headers. */
const UNFRAGMENTED_BYTES = 1_472;

function dig(e: TransportEvidence, ...rest: string[]): string {
  const port = e.server.port === 53 ? [] : ['-p', String(e.server.port)];
  return ['dig', `@${e.server.address}`, ...port, ...rest].join(' ');
}

export const TCP: readonly Row<TransportEvidence>[] = [
  {
    fault: 'dns-tcp-blocked',
    when: (e) => e.tcp.length > 0 && !e.tcp.some(answered) && e.connect !== null && e.connect.failure !== null,
    say: (e) => {
      const needed = e.truncated.length > 0;
      const how = timedOut(e.connect ?? undefined) ? 'is not answered' : `is refused (${e.connect?.failure?.code})`;
      return {
        status: needed ? 'fail' : 'warn',
        severity: needed ? 'critical' : 'medium',
        summary: needed
          ? `TCP ${e.server.port} to the nameserver ${e.server.address} is blocked, and ${listed(e.truncated)} needs it`
          : `TCP ${e.server.port} to the nameserver ${e.server.address} is blocked; UDP works`,
        cause: `UDP questions to ${e.where} are answered (${duration(Math.min(...e.udp.map((one) => one.rttMs ?? Number.POSITIVE_INFINITY)))}), a TCP connection to the same port ${how}. ${needed ? `The answer for ${listed(e.truncated)} does not fit into a datagram and comes back truncated, to be fetched over TCP.` : 'No name that is required here needs TCP today: their answers are small.'}`,
        breaks: needed
          ? `every lookup of ${listed(e.truncated)}.`
          : 'names with large answers, as soon as there is one: a long CNAME chain or a list of many addresses.',
        remedy: {
          summary: `Allow TCP ${e.server.port} to ${e.server.address} from this pod, beside UDP ${e.server.port}, in the NetworkPolicy or firewall.`,
          commands: ['kubectl get networkpolicy -n "$NAMESPACE" -o yaml | grep -B2 -A6 "port: 53"'],
          docs: 'https://datatracker.ietf.org/doc/html/rfc7766',
        },
        evidence: [
          { text: 'UDP: answered', command: dig(e, `${e.truncated[0] ?? e.host}.`, '+notcp', '+ignore', '+tries=1') },
          {
            text: `TCP: ${e.connect?.failure?.code.replace('generic_timeout_error', 'no answer') ?? ''}`,
            command: dig(e, `${e.truncated[0] ?? e.host}.`, '+tcp', '+tries=1', '+time=2'),
          },
        ],
      };
    },
  },
];

export const LARGE: readonly Row<TransportEvidence>[] = [
  {
    fault: 'dns-large-udp-dropped',
    when: (e) => e.tooLarge.length > 0 || (ladderBroken(e) && e.repeated <= e.udp.length / 4),
    say: (e) => {
      const needed = e.tooLarge.length > 0;
      const { passed, lost } = cutOff(e);
      const inspected = needed || lost <= 1_232;
      const size = `${passed > 0 ? `above ${passed} bytes` : 'of a certain size'}${Number.isFinite(lost) ? `, and certainly at ${lost},` : ''}`;
      return {
        status: needed ? 'fail' : 'warn',
        severity: needed ? 'critical' : 'medium',
        summary: needed
          ? `the answer for ${listed(e.tooLarge)} is too large for the UDP path to ${e.where} and vanishes`
          : `large DNS answers from ${e.where} vanish on the way${inspected ? ', even those that fit into one packet' : ' when they come in fragments'}`,
        cause: `Answers ${size} never arrive over UDP, smaller ones and TCP do. ${
          inspected
            ? 'A cut-off just above 512 bytes is a firewall that inspects DNS and knows only the limit of 1987 (RFC 1035).'
            : lost > UNFRAGMENTED_BYTES
              ? `Answers above ${UNFRAGMENTED_BYTES} bytes travel in fragments, and somebody on the path drops fragments.`
              : 'They fit into one packet of a usual link, so a smaller MTU on the way or a length limit drops them.'
        }`,
        breaks: needed
          ? `lookups of ${listed(e.tooLarge)} by every client that offers EDNS: Go programs, dnsmasq, systemd-resolved.`
          : 'names with large answers, for clients that offer to take them.',
        remedy: {
          summary: inspected
            ? `Lift the DNS length limit (512 bytes) on the firewall between this pod and ${e.server.address}.`
            : `Put "bufsize 1232" into the Corefile of ${e.server.address}, or let fragments pass on the way to this pod.`,
          commands: [
            "kubectl -n kube-system get configmap coredns -o jsonpath='{.data.Corefile}' | grep -n bufsize",
            dig(e, '.', 'DNSKEY', '+dnssec', '+bufsize=1232', '+tries=1', '+time=2'),
          ],
          docs: 'https://coredns.io/plugins/bufsize/',
        },
        evidence: ladderEvidence(e),
      };
    },
  },
];

function unanswered(one: DnsObservation | null): boolean {
  return one !== null && timedOut(one);
}

/** Lost with much offered, answered with little offered, and known to be larger than that little. */
function ladderBroken(e: TransportEvidence): boolean {
  if (!unanswered(e.whole) || !e.small || !answered(e.small)) return false;
  return e.small.flags.includes('tc') || (e.wholeByTcp?.sizeBytes ?? 0) > 512;
}

/** The largest answer that came and the smallest that did not, in bytes over UDP. */
function cutOff(e: TransportEvidence): { passed: number; lost: number } {
  const sizes = [...e.udp, e.small, e.usual, e.middling, e.whole].map((one) => one?.sizeBytes ?? 0);
  const whole = e.wholeByTcp?.sizeBytes ?? Number.POSITIVE_INFINITY;
  const lost = [
    unanswered(e.whole) ? whole : Number.POSITIVE_INFINITY,
    unanswered(e.usual) ? Math.min(whole, 1_232) : Number.POSITIVE_INFINITY,
    // The root's NS with a signature takes 536 bytes.
    unanswered(e.middling) ? 536 : Number.POSITIVE_INFINITY,
  ];
  return { passed: Math.max(0, ...sizes), lost: Math.min(...lost) };
}

function ladderEvidence(e: TransportEvidence) {
  const names = e.tooLarge.slice(0, 2).flatMap((host) => [
    { text: `${host} over UDP: no answer`, command: dig(e, `${host}.`, '+bufsize=1232', '+notcp', '+tries=1') },
    { text: `${host} over TCP: answered`, command: dig(e, `${host}.`, '+tcp') },
  ]);
  const steps: readonly (readonly [string, DnsObservation | null])[] = [
    ['512', e.small],
    ['1232', e.usual],
    ['4096', e.whole],
  ];
  const ladder = steps.flatMap(([bytes, one]) =>
    one === null
      ? []
      : [
          {
            text: `${bytes} bytes offered: ${answered(one) ? `${one.sizeBytes ?? 0} bytes came${one.flags.includes('tc') ? ', truncated' : ''}` : 'no answer'}`,
            command: dig(e, '.', 'DNSKEY', '+dnssec', `+bufsize=${bytes}`, '+ignore', '+tries=1', '+time=2'),
          },
        ],
  );
  const tcp = e.wholeByTcp && answered(e.wholeByTcp) ? [{ text: `TCP: ${e.wholeByTcp.sizeBytes ?? 0} bytes` }] : [];
  return [...names, ...ladder, ...tcp];
}

export interface InterceptionEvidence {
  /** The answer that nobody can have given. */
  readonly reply: DnsObservation;
  /** The answers of the pod's own nameservers to the same question. */
  readonly own: readonly DnsObservation[];
}

export const INTERCEPTION: readonly Row<InterceptionEvidence>[] = [
  {
    fault: 'dns-intercepted',
    when: () => true,
    say: ({ reply, own }) => {
      const { server, name } = reply.probe;
      const where = hostPort(server.address, server.port);
      return {
        status: 'warn',
        severity: 'medium',
        summary: `DNS is intercepted: ${where}, where nobody can be, answers for ${name.slice(0, -1)}`,
        cause: `A question to ${where} was answered (${said(reply)}) in ${duration(reply.rttMs ?? reply.durationMs)}, so something on the path takes port 53 to any address: a firewall's DNS proxy, a provider, or a mesh that captures DNS. ${compared(reply, own)}`,
        breaks: 'every test against another resolver: "it works with 8.8.8.8" proves nothing here.',
        remedy: {
          summary: `Find who redirects port 53 (firewall, provider, mesh) and have this pod's questions reach the servers that they name, or accept it and do not use foreign resolvers as a control.`,
          commands: [
            `dig @${server.address} ${name} +tries=1 +time=2`,
            'kubectl get configmap -n istio-system istio -o yaml | grep -i DNS_CAPTURE',
          ],
        },
        evidence: [
          { text: `${server.address}: ${said(reply)}`, command: `dig @${server.address} ${name} +tries=1 +time=2` },
          ...own.slice(0, 2).map((one) => ({
            text: `${one.probe.server.address}: ${said(one)}`,
            command: `dig @${one.probe.server.address} ${name}`,
          })),
        ],
      };
    },
  },
];

function said(one: DnsObservation): string {
  const data = one.answers.map((record) => record.data).slice(0, 4);
  return `${one.rcode ?? ''}${data.length > 0 ? ` ${data.join(', ')}` : ''}`;
}

function compared(reply: DnsObservation, own: readonly DnsObservation[]): string {
  const addresses = (one: DnsObservation) => one.answers.filter((record) => record.type === 'A').map((one) => one.data);
  if (own.length === 0) return '';
  const same = own.some(
    (one) => one.rcode === reply.rcode && addresses(reply).every((address) => addresses(one).includes(address)),
  );
  return same
    ? "It says the same as the pod's own nameserver."
    : "It does not say the same as the pod's own nameserver.";
}
