// Gives a DTLS machine its sockets, its clock and one timer, and takes them back when it is done.

import type { Endpoint } from '../model/target.ts';
import type { Machine, MachineEvent } from './dtls-seen.ts';
import { openUdp, type UdpSocket } from './udp.ts';

/**
 * Runs the machine to its end, or until the signal aborts. Never rejects; what was seen is in `machine.seen`.
 * Owns every socket: each is closed before this resolves, the ones with a farewell after it has left.
 */
export function converse(endpoint: Endpoint, machine: Machine, now: () => number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const sockets: UdpSocket[] = [];
    let timer: NodeJS.Timeout | undefined;
    let immediate: NodeJS.Immediate | undefined;
    let ended = false;

    const feed = (event: MachineEvent) => {
      if (ended) return;
      for (const action of machine.handle(event)) {
        if (action.kind === 'send') socketOf(action.flow).send(action.data);
        else if (action.kind === 'wake') wakeAt(action.atMs);
        else finish(action.farewells);
      }
    };
    const socketOf = (flow: number): UdpSocket => {
      const socket =
        sockets[flow] ??
        openUdp(endpoint, {
          onMessage: (data) => feed({ kind: 'datagram', flow, atMs: now(), data }),
          onSent: () => feed({ kind: 'sent', flow, atMs: now() }),
          onError: (operation, error) =>
            feed({ kind: 'error', flow, atMs: now(), operation, code: error.code ?? 'UNKNOWN' }),
        });
      sockets[flow] = socket;
      return socket;
    };
    const wakeAt = (atMs: number) => {
      clearTimers();
      // Rounded up: a timer that fires a fraction early would find nothing due. By way of an immediate, so that datagrams which
      // have arrived while the event loop was busy are read first: their answer must not look late because we are.
      const due = () => {
        immediate = setImmediate(() => feed({ kind: 'tick', atMs: now() }));
      };
      timer = setTimeout(due, Math.max(1, Math.ceil(atMs - now())));
    };
    const clearTimers = () => {
      clearTimeout(timer);
      clearImmediate(immediate);
    };
    const onAbort = () => feed({ kind: 'abort', atMs: now() });
    const finish = (farewells: readonly { readonly flow: number; readonly data: Buffer }[]) => {
      ended = true;
      clearTimers();
      signal.removeEventListener('abort', onAbort);
      let open = 1;
      const closed = () => {
        open -= 1;
        if (open === 0) resolve();
      };
      for (const [flow, socket] of sockets.entries()) {
        const farewell = farewells.find((one) => one.flow === flow);
        if (!farewell) {
          socket.close();
          continue;
        }
        open += 1;
        socket.send(farewell.data, () => {
          socket.close();
          closed();
        });
      }
      closed();
    };

    signal.addEventListener('abort', onAbort, { once: true });
    feed({ kind: 'start', atMs: now() });
    if (signal.aborted) onAbort();
  });
}
