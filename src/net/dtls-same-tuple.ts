// A control: three plain hellos on one socket before any cookie. All answered: the flow is fine. Only the first: a firewall or
// NAT lets the first packet of a flow pass and drops the rest. Pure, like the first flight.

import { type Flow, farewell, newFlow, nextHello, readDatagram } from './dtls-flow.ts';
import { type Machine, type MachineAction, newSeen, noteDatagram, noteError, noteForeign } from './dtls-seen.ts';

export interface SameTuplePlan {
  readonly host: string;
  /** 32 bytes. */
  readonly random: Buffer;
  readonly rttMs: number | null;
}

const HELLOS = 3;
/** At least so far apart: a server's rate limit must not look like a firewall's. */
const GAP_MS = 150;
/** How long one answer is waited for while no round trip is known. Three of them stay under two seconds. */
const WAIT_MS = 600;

/**
 * One hello at a time, so that an answer belongs to the hello before it: nothing in a HelloVerifyRequest says to which one it
 * belongs. `seen.answered` has one entry for each.
 */
export function sameTuple(plan: SameTuplePlan): Machine {
  const seen = newSeen();
  seen.answered = Array.from({ length: HELLOS }, () => false);
  const flow: Flow = newFlow(0, { host: plan.host, variant: 'full', random: plan.random });
  let actions: MachineAction[] = [];
  let rttMs = plan.rttMs;
  let sentMs = 0;
  let dueMs = 0;

  const waitMs = () => (rttMs === null ? WAIT_MS : Math.min(WAIT_MS, Math.max(GAP_MS, 2 * rttMs)));
  const end = (ending: 'complete' | 'deadline' | 'aborted' | 'errors') => {
    seen.ended = ending;
    const data = farewell(flow);
    if (data) seen.datagramsSent += 1;
    actions.push({ kind: 'done', farewells: data ? [{ flow: 0, data }] : [] });
  };
  const send = (atMs: number) => {
    seen.hellos += 1;
    seen.sockets = 1;
    sentMs = atMs;
    actions.push({ kind: 'send', flow: 0, data: nextHello(flow) });
    dueMs = atMs + waitMs();
  };
  const onDatagram = (data: Buffer, atMs: number) => {
    if (!noteDatagram(seen, data)) return;
    const all = readDatagram(data);
    const [first] = all;
    if (!first) return noteForeign(seen, data);
    if (all.some((incoming) => incoming.kind === 'fragment')) {
      flow.flightBegun = true;
      seen.flightBegun = true;
    }
    if (first.kind === 'hello-verify') {
      seen.helloVerify ??= { cookieBytes: first.cookie.length, recordVersion: first.recordVersion };
    } else if (first.kind === 'alert') seen.alert ??= first.alert;
    if (seen.answered[seen.hellos - 1]) return;
    seen.answered[seen.hellos - 1] = true;
    seen.rttMs ??= atMs - (flow.sentAtMs ?? sentMs);
    rttMs = seen.rttMs;
    if (seen.hellos === HELLOS) end(seen.answered.every(Boolean) ? 'complete' : 'deadline');
    else dueMs = Math.max(atMs, sentMs + GAP_MS);
  };

  const handle: Machine['handle'] = (event) => {
    actions = [];
    if (seen.ended) return actions;
    if (event.kind === 'start') send(event.atMs);
    else if (event.kind === 'sent') {
      seen.datagramsSent += 1;
      flow.sentAtMs ??= event.atMs;
    } else if (event.kind === 'datagram') onDatagram(event.data, event.atMs);
    else if (event.kind === 'abort') end('aborted');
    else if (event.kind === 'error') {
      const kind = noteError(seen, event.operation, event.code, flow.sentAtMs !== null);
      if (kind === 'local-no-route') end('errors');
    } else if (event.atMs >= dueMs) {
      if (seen.hellos === HELLOS) end('deadline');
      else send(event.atMs);
    }
    if (!seen.ended) actions.push({ kind: 'wake', atMs: dueMs });
    return actions;
  };
  return { seen, handle };
}
