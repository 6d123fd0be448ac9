// The table of dns-loss: what the pattern says, when a nameserver answers most questions, but not all.

import type { DnsBurstObservation, DnsObservation } from '../model/observation.ts';
import type { Endpoint } from '../model/target.ts';
import { count, duration, listed, type Row } from './conclude.ts';

export interface LossEvidence {
  readonly server: Endpoint;
  readonly where: string;
  readonly host: string;
  /** Ordinary questions over UDP, and those of them that had to be repeated. */
  readonly asked: readonly DnsObservation[];
  readonly repeated: readonly DnsObservation[];
  /** Names for which the C library took seconds. */
  readonly slowLookups: readonly string[];
  readonly serial: DnsBurstObservation | null;
  readonly oneSocket: DnsBurstObservation | null;
  readonly twoSockets: DnsBurstObservation | null;
  readonly parallel: DnsBurstObservation | null;
  readonly parallelTcp: DnsBurstObservation | null;
  readonly fixed: DnsBurstObservation | null;
  readonly fixedAgain: DnsBurstObservation | null;
}

type Seen = DnsBurstObservation | null;

/** One lost datagram in twenty is what a long or busy path has (1-2 % is usual); two are a pattern. */
const USUAL_SHARE = 0.05;

function share(one: Seen): number {
  return one === null || one.sent === 0 ? 0 : one.lost / one.sent;
}

function lossless(one: Seen): boolean {
  return one !== null && one.sent > 0 && share(one) <= USUAL_SHARE;
}

function lossy(one: Seen, least: number): boolean {
  return one !== null && share(one) > least;
}

function allLost(one: Seen): boolean {
  return one !== null && one.sent > 0 && one.lost === one.sent;
}

/** `5 of 20`. */
function lostOf(one: Seen): string {
  return `${one?.lost ?? 0} of ${one?.sent ?? 0}`;
}

function dig(e: LossEvidence, ...rest: string[]): string {
  const port = e.server.port === 53 ? [] : ['-p', String(e.server.port)];
  return ['dig', `@${e.server.address}`, ...port, `${e.host}.`, ...rest].join(' ');
}

const SLOW = 'lookups now and then: an application waits 5 s (glibc) or 2.5 s (musl) for the repetition, or gives up.';

export const ROWS: readonly Row<LossEvidence>[] = [
  {
    fault: 'dns-packet-loss',
    when: (e) => lossy(e.serial, USUAL_SHARE),
    say: (e) => ({
      status: 'warn',
      severity: 'medium',
      summary: `about ${Math.round(share(e.serial) * 100)} % of the packets between this pod and ${e.where} are lost`,
      cause: `${lostOf(e.serial)} questions that were asked one after another, ${e.serial?.probe.spacingMs ?? 0} ms apart and each from a fresh port, stayed without an answer; ${count(e.repeated.length, 'ordinary question')} had to be repeated. Loss that does not care about the pace is no rate limit: the link, the overlay or a busy node loses packets.`,
      breaks: SLOW,
      remedy: {
        summary: `Look for drops on the way to ${e.server.address}: interface errors, the overlay's MTU and queues, a full connection table, an overloaded node. It is not a matter of DNS configuration.`,
        commands: [
          'ip -s link',
          "nstat -az TcpRetransSegs UdpInErrors UdpRcvbufErrors IpReasmFails | grep -v ' 0 '",
          `for i in $(seq 20); do ${dig(e, '+tries=1', '+time=1', '+short')} | tail -1; done`,
        ],
      },
      evidence: [
        {
          text: `one after another: ${lostOf(e.serial)} lost`,
          command: `for i in $(seq 20); do ${dig(e, '+tries=1', '+time=1', '+short')} | tail -1; done`,
        },
        ...(e.parallel ? [{ text: `${e.parallel.sent} at once: ${e.parallel.lost} lost` }] : []),
      ],
    }),
  },
  {
    fault: 'dns-rate-limited',
    when: (e) => lossless(e.serial) && lossy(e.parallel, 0.1),
    say: (e) => {
      const perSecond = Math.round(1000 / (e.serial?.probe.spacingMs || 1000));
      return {
        status: 'warn',
        severity: 'medium',
        summary: `${e.where} throws questions away when many come at once: a rate limit`,
        cause: `${perSecond} questions a second are answered (${lostOf(e.serial)} lost); of ${e.parallel?.sent ?? 0} at once ${e.parallel?.answered ?? 0} were, and ${e.parallel?.lost ?? 0} stayed without an answer.${tcpBeside(e)} Somebody counts packets: a cloud's limit per interface, response rate limiting on the server, or a firewall's flood protection.`,
        breaks: 'lookups in busy moments: at start-up, or when every pod of the node asks at once.',
        remedy: {
          summary: `Cache nearer to the pods (NodeLocal DNSCache), spread CoreDNS over more nodes, lower ndots, or raise the limit on the way to ${e.server.address}.`,
          commands: [
            `seq 50 | xargs -P 50 -I{} ${dig(e, '+tries=1', '+time=1', '+short')} | sort | uniq -c`,
            'kubectl -n kube-system get pods -l k8s-app=kube-dns -o wide',
          ],
          docs: 'https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/',
        },
        evidence: [
          { text: `one after another: ${lostOf(e.serial)} lost` },
          {
            text: `${e.parallel?.sent ?? 0} at once: ${e.parallel?.lost ?? 0} lost`,
            command: `seq 50 | xargs -P 50 -I{} ${dig(e, '+tries=1', '+time=1', '+short')}`,
          },
        ],
      };
    },
  },
  {
    fault: 'dns-conntrack-race-5s',
    when: (e) => lossless(e.twoSockets) && lossy(e.oneSocket, USUAL_SHARE),
    say: (e) => ({
      status: 'warn',
      severity: 'medium',
      summary: `questions to ${e.where} that leave one socket in a pair lose one of the two: lookups take 5 s`,
      cause: `A and AAAA back to back on one socket, as libc asks them: ${lostOf(e.oneSocket)} questions lost, ${pairs(e.oneSocket)}. The same pairs on two sockets: ${lostOf(e.twoSockets)}.${e.slowLookups.length > 0 ? ` getaddrinfo needs seconds for ${listed(e.slowLookups)}, while each question alone is answered in ${duration(slowest(e))}.` : ''} Two packets of one flow race in the node's connection tracking, and one is dropped.`,
      breaks: 'every lookup now and then: 5 s with glibc, 2.5 s with musl.',
      remedy: {
        summary:
          'Run NodeLocal DNSCache, or set dnsConfig option single-request-reopen (glibc), or use nodes with a newer kernel (5.0 or later has most of the fixes).',
        commands: [
          'kubectl patch deployment "$NAME" -p \'{"spec":{"template":{"spec":{"dnsConfig":{"options":[{"name":"single-request-reopen"}]}}}}}\'',
          'conntrack -S | grep -o "insert_failed=[0-9]*"',
        ],
        docs: 'https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/',
      },
      evidence: [
        {
          text: `pairs on one socket: ${lostOf(e.oneSocket)} lost`,
          command: `for i in $(seq 20); do time getent ahosts ${e.host}; done`,
        },
        {
          text: `pairs on two sockets: ${lostOf(e.twoSockets)} lost`,
          command: `RES_OPTIONS=single-request-reopen getent ahosts ${e.host}`,
        },
      ],
    }),
  },
  {
    fault: 'dns-conntrack-stale',
    when: (e) => allLost(e.fixed) && allLost(e.fixedAgain) && !lossy(e.serial, USUAL_SHARE),
    say: (e) => {
      const port = e.fixed?.probe.localPort ?? 0;
      return {
        status: 'warn',
        severity: 'medium',
        summary: `questions to ${e.where} from source port ${port} lead nowhere, from fresh ports they are answered`,
        cause: `${(e.fixed?.sent ?? 0) + (e.fixedAgain?.sent ?? 0)} questions from port ${port}, which every run uses, stayed without an answer, while ${count(e.asked.filter((one) => one.rcode !== null).length, 'question')} from fresh ports were answered. The node's connection table still leads that flow to a DNS pod that is gone, most likely since CoreDNS was restarted. It heals when the flow rests for as long as its entry lives (30 to 120 s).`,
        breaks: 'clients that keep one source port, for as long as they keep asking; others not at all.',
        remedy: {
          summary: `Delete the node's UDP connection entries for ${e.server.address}, and update kube-proxy if it leaves them behind after each restart of CoreDNS.`,
          commands: [
            `conntrack -D -p udp --orig-dst ${e.server.address} --orig-port-dst ${e.server.port}`,
            `conntrack -L -p udp --orig-dst ${e.server.address}`,
          ],
          docs: 'https://github.com/kubernetes/kubernetes/issues/125467',
        },
        evidence: [
          {
            text: `from port ${port}: ${lostOf(e.fixedAgain)} lost`,
            command: dig(e, '-b', `0.0.0.0#${port}`, '+tries=1', '+time=2'),
          },
          { text: 'from a fresh port: answered', command: dig(e, '+tries=1', '+time=2') },
        ],
      };
    },
  },
  {
    fault: null,
    when: (e) => e.slowLookups.length > 0,
    say: (e) => ({
      status: 'warn',
      severity: 'medium',
      summary: `the C library needs seconds for ${listed(e.slowLookups)}, while ${e.where} answers at once`,
      cause: `Cause not determined: every question alone is answered in ${duration(slowest(e))} or less; one after another ${lostOf(e.serial)} are lost, in pairs on one socket ${lostOf(e.oneSocket)}.`,
      breaks: SLOW,
      evidence: [
        { text: 'getaddrinfo takes seconds', command: `time getent ahosts ${e.host}` },
        { text: `asked directly: ${duration(slowest(e))}`, command: dig(e) },
      ],
    }),
  },
];

function tcpBeside(e: LossEvidence): string {
  if (!lossless(e.parallelTcp)) return '';
  return ` Over TCP ${e.parallelTcp?.answered ?? 0} of ${e.parallelTcp?.sent ?? 0} at once are answered.`;
}

/** Which of the pairs were hit: the race takes the second one, mostly. */
function pairs(one: Seen): string {
  const rtts = one?.rttsMs ?? [];
  const second = rtts.filter((rtt, index) => index % 2 === 1 && rtt === null).length;
  return `${second} of them the second of its pair`;
}

function slowest(e: LossEvidence): number {
  return Math.max(0, ...e.asked.map((one) => one.rttMs ?? 0));
}
