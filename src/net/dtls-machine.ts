// The conversation of a first flight: hello, cookie, the server's whole flight. Events in, actions out; no clock, no socket.
// Fresh sockets repeat the first hello until somebody answers; from then on only the socket that was answered counts.

import type { HelloOptions } from '../parse/dtls-hello.ts';
import { keyExchangeOf, parseCertificates, parseServerHello } from '../parse/dtls-messages.ts';
import { addFragment, hasBegun, wholeMessage } from '../parse/dtls-reassembly.ts';
import { HANDSHAKE } from '../parse/dtls-record.ts';
import { type Flow, farewell, type Incoming, newFlow, nextHello, readDatagram } from './dtls-flow.ts';
import {
  describeMissing,
  type Ending,
  type Machine,
  type MachineAction,
  type MachineEvent,
  newSeen,
  noteDatagram,
  noteError,
  noteForeign,
} from './dtls-seen.ts';

export interface FirstFlightPlan {
  readonly host: string;
  readonly variant: HelloOptions['variant'];
  /** 32 bytes for each socket that may be opened. */
  readonly randoms: readonly Buffer[];
  /** The best known round trip, or null. */
  readonly rttMs: number | null;
  /** Nothing DTLS-like for so long: give up. */
  readonly silenceMs: number;
  /** From the first sign of DTLS to the end of the flight. */
  readonly flightMs: number;
  /** The whole conversation, whatever happens. */
  readonly limitMs: number;
}

/** When the second socket is opened while no round trip is known: most paths answer within it, and a lost hello costs no more. */
const FRESH_SOCKET_MS = 400;
/** At three known round trips the hello is most likely lost; below 150 ms the server's own delays count (GnuTLS takes 50 ms). */
const FRESH_SOCKET_FLOOR_MS = 150;
/** The third socket, relative to the second: 400 ms becomes 1.1 s. */
const THIRD_SOCKET_FACTOR = 2.75;
/** The repeat on the oldest socket, after the last fresh one. */
const SAME_SOCKET_MS = 300;
/** A refusal is asked again this soon, on a fresh socket: the first may be about somebody else's packet. */
const AFTER_ERROR_MS = 100;
const ERRORS_TO_BELIEVE = 2;
/** A forged alert can overtake the real answer: before the cookie it is believed only when nothing better follows. */
const ALERT_GRACE_MS = 100;
/** Retransmission of the cookie hello: at first by round trip, not faster than this. */
const RETRANSMIT_FLOOR_MS = 200;
const QUICK_RETRANSMIT_BEFORE_MS = 800;
/**
 * Then just after the moments when a server's own timer has run out (1, 3, 7 s: RFC 6347 section 4.2.4.1). OpenSSL in an event
 * loop looks at its timer only when a datagram comes, and sends the flight again only when it has expired.
 */
const RETRANSMIT_MS = [1050, 3100, 7200];
/** A load balancer without affinity hands out a new cookie each time; so does a NAT that changes ports. Once or twice heals. */
const MAX_COOKIES = 5;
const MAX_RESENDS = 3;

export function firstFlight(plan: FirstFlightPlan): Machine {
  const seen = newSeen();
  const flows: Flow[] = [];
  const fresh = freshSocketTimes(plan.rttMs).slice(0, plan.randoms.length);
  let actions: MachineAction[] = [];
  let startMs = 0;
  let winner: Flow | null = null;
  let helloDueMs: number | null = null;
  let retransmitDueMs: number[] = [];
  let pendingAlert: { dueMs: number; incoming: Extract<Incoming, { kind: 'alert' }> } | null = null;
  let deadlineMs = 0;
  let flightFromMs = 0;
  let cookies = 0;
  let resends = 0;

  const send = (flow: Flow) => {
    seen.hellos += 1;
    actions.push({ kind: 'send', flow: flow.index, data: nextHello(flow) });
  };
  const open = (atMs: number) => {
    const random = plan.randoms[flows.length];
    const oldest = flows[0];
    if (!random) {
      helloDueMs = null;
      if (oldest) send(oldest);
      return;
    }
    const flow = newFlow(flows.length, { host: plan.host, variant: plan.variant, random });
    flows.push(flow);
    seen.sockets = flows.length;
    send(flow);
    const next = fresh[flows.length];
    // After the last fresh socket the oldest repeats its hello once: some middleboxes eat the first packet of every flow.
    helloDueMs = next === undefined ? atMs + SAME_SOCKET_MS : Math.max(atMs + 1, startMs + next);
  };
  const end = (ending: Ending) => {
    seen.ended = ending;
    const farewells = flows.flatMap((flow) => {
      // After a fatal alert the server has forgotten us already.
      const data = ending === 'alert' && flow === winner ? null : farewell(flow);
      return data ? [{ flow: flow.index, data }] : [];
    });
    seen.datagramsSent += farewells.length;
    actions.push({ kind: 'done', farewells });
  };
  // The first sign of DTLS: this socket is the one; no more fresh ones.
  const win = (flow: Flow, atMs: number): boolean => {
    if (winner) return winner === flow;
    winner = flow;
    helloDueMs = null;
    pendingAlert = null;
    flightFromMs = atMs;
    deadlineMs = Math.min(atMs + plan.flightMs, startMs + plan.limitMs);
    seen.clientRandom = flow.hello.random;
    noteRoundTrip(flow, atMs);
    retransmitDueMs = retransmitTimes(seen.rttMs ?? plan.rttMs).map((ms) => atMs + ms);
    return true;
  };
  // Only an answer to a hello that was sent once can be timed (Karn).
  const noteRoundTrip = (flow: Flow, atMs: number) => {
    if (seen.rttMs === null && flow.sentAtMs !== null && flow.hellos === 1)
      seen.rttMs = Math.max(0, atMs - flow.sentAtMs);
  };

  const onHelloVerify = (flow: Flow, incoming: Extract<Incoming, { kind: 'hello-verify' }>, atMs: number) => {
    seen.helloVerify ??= { cookieBytes: incoming.cookie.length, recordVersion: incoming.recordVersion };
    if (flow.flightBegun || flow.cookie.equals(incoming.cookie)) return;
    cookies += 1;
    if (cookies > MAX_COOKIES) return end('cookie-loop');
    flow.cookie = incoming.cookie;
    flow.messageSeq = (incoming.messageSeq + 1) & 0xffff;
    send(flow);
    retransmitDueMs = retransmitTimes(seen.rttMs ?? plan.rttMs).map((ms) => atMs + ms);
  };
  const onFragment = (flow: Flow, incoming: Extract<Incoming, { kind: 'fragment' }>, atMs: number) => {
    flow.flightBegun = true;
    seen.flightBegun = true;
    addFragment(flow.reassembly, incoming.fragment);
    readFlight(flow);
    if (seen.serverHello?.dtls13) return end('dtls13');
    if (seen.missing.length > 0) return;
    seen.flightMs = atMs - flightFromMs;
    end('complete');
  };
  const readFlight = (flow: Flow) => {
    const { reassembly } = flow;
    const hello = wholeMessage(reassembly, HANDSHAKE.serverHello);
    seen.serverHello ??= hello && parseServerHello(hello);
    const exchange = seen.serverHello ? keyExchangeOf(seen.serverHello.suite) : 'unknown';
    const wanted: number[] = [HANDSHAKE.serverHello, HANDSHAKE.certificate];
    if (exchange === 'ecdhe' || exchange === 'dhe') wanted.push(HANDSHAKE.serverKeyExchange);
    wanted.push(HANDSHAKE.serverHelloDone);
    const chain = wholeMessage(reassembly, HANDSHAKE.certificate);
    seen.chain ??= chain && parseCertificates(chain);
    seen.keyExchange ??= wholeMessage(reassembly, HANDSHAKE.serverKeyExchange);
    seen.clientCertificateRequested ||= hasBegun(reassembly, HANDSHAKE.certificateRequest);
    const neverBegun = wanted.filter((type) => !hasBegun(reassembly, type));
    seen.missing = describeMissing(reassembly, neverBegun);
    if (hello && !seen.serverHello) seen.missing = ['server hello, unreadable', ...seen.missing];
  };
  const onAlert = (flow: Flow, incoming: Extract<Incoming, { kind: 'alert' }>, atMs: number) => {
    if (!incoming.terminal) {
      seen.alert ??= incoming.alert;
      return;
    }
    if (winner === flow) return refused(incoming, flow.cookieHelloSent);
    noteRoundTrip(flow, atMs);
    pendingAlert ??= { dueMs: atMs + ALERT_GRACE_MS, incoming };
    helloDueMs = null;
  };
  const refused = (incoming: Extract<Incoming, { kind: 'alert' }>, afterCookie: boolean) => {
    seen.alert = incoming.alert;
    seen.alertAfterCookie = afterCookie;
    end('alert');
  };

  const giveUp = (ending: 'deadline' | 'aborted') =>
    pendingAlert ? refused(pendingAlert.incoming, false) : end(ending);

  const onDatagram = (flow: Flow, data: Buffer, atMs: number) => {
    if (!noteDatagram(seen, data)) return;
    const all = readDatagram(data);
    if (all.length === 0) noteForeign(seen, data);
    for (const incoming of all) {
      if (seen.ended) return;
      if (incoming.kind === 'alert') {
        if (winner === null || winner === flow) onAlert(flow, incoming, atMs);
      } else if (win(flow, atMs)) {
        if (incoming.kind === 'hello-verify') onHelloVerify(flow, incoming, atMs);
        else onFragment(flow, incoming, atMs);
      } else if (incoming.kind === 'fragment') {
        flow.flightBegun = true;
      }
    }
  };
  const onError = (flow: Flow, event: Extract<MachineEvent, { kind: 'error' }>) => {
    const kind = noteError(seen, event.operation, event.code, flow.sentAtMs !== null);
    // Anything that came as DTLS outweighs what ICMP says.
    if (winner || pendingAlert) {
      // ICMP news about an earlier datagram ate this one: it never left.
      if (event.operation === 'send' && winner === flow && resends < MAX_RESENDS && kind !== 'local-denied') {
        resends += 1;
        send(flow);
      }
      return;
    }
    if (kind === 'local-no-route') return end('errors');
    if (kind === 'other' || seen.received.datagrams > 0) return;
    if (seen.errors.filter((error) => error.kind === kind).length >= ERRORS_TO_BELIEVE) return end('errors');
    if (helloDueMs !== null) helloDueMs = Math.min(helloDueMs, event.atMs + AFTER_ERROR_MS);
  };
  const onTick = (atMs: number) => {
    if (pendingAlert && atMs >= pendingAlert.dueMs) return refused(pendingAlert.incoming, false);
    if (atMs >= deadlineMs) return giveUp('deadline');
    if (helloDueMs !== null && atMs >= helloDueMs) open(atMs);
    if (winner && retransmitDueMs.some((dueMs) => atMs >= dueMs)) {
      retransmitDueMs = retransmitDueMs.filter((dueMs) => dueMs > atMs);
      send(winner);
    }
  };

  const handle = (event: MachineEvent): readonly MachineAction[] => {
    actions = [];
    if (seen.ended) return actions;
    if (event.kind === 'start') {
      startMs = event.atMs;
      deadlineMs = event.atMs + plan.silenceMs;
      open(event.atMs);
    } else if (event.kind === 'tick') onTick(event.atMs);
    else if (event.kind === 'abort') giveUp('aborted');
    else {
      const flow = flows[event.flow];
      if (!flow) return actions;
      if (event.kind === 'sent') {
        seen.datagramsSent += 1;
        flow.sentAtMs ??= event.atMs;
      } else if (event.kind === 'datagram') onDatagram(flow, event.data, event.atMs);
      else onError(flow, event);
    }
    if (!seen.ended) {
      const wishes = [deadlineMs, helloDueMs, pendingAlert?.dueMs ?? null, ...retransmitDueMs];
      actions.push({ kind: 'wake', atMs: Math.min(...wishes.filter((ms) => ms !== null)) });
    }
    return actions;
  };
  return { seen, handle };
}

/** When sockets are opened, in ms from the start. */
export function freshSocketTimes(rttMs: number | null): readonly number[] {
  const second =
    rttMs === null ? FRESH_SOCKET_MS : Math.min(FRESH_SOCKET_MS, Math.max(FRESH_SOCKET_FLOOR_MS, 3 * rttMs));
  return [0, second, second * THIRD_SOCKET_FACTOR];
}

/** When the winner repeats its hello, in ms from the first time. */
export function retransmitTimes(rttMs: number | null): readonly number[] {
  if (rttMs === null) return RETRANSMIT_MS;
  const first = Math.max(RETRANSMIT_FLOOR_MS, 3 * rttMs);
  return [...[first, 3 * first].filter((ms) => ms < QUICK_RETRANSMIT_BEFORE_MS), ...RETRANSMIT_MS];
}
