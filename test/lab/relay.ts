// Hand-made, not a network emulator: takes datagrams on one side and sends them out of the other after a delay.
// Started by wire.ts with its plan as JSON. Deterministic: every n-th datagram is doubled or held back, never a random one.

import { createSocket, type Socket } from 'node:dgram';
import { performance } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

interface Side {
  readonly bind: readonly [string, number];
  readonly peer: readonly [string, number];
}

export interface RelayPlan {
  readonly near: Side;
  readonly far: Side;
  readonly oneWayMs: number;
  readonly duplicateEvery?: number;
  readonly reorderEvery?: number;
}

/** Timers are up to a millisecond late: the last one before a datagram is due is spent asking the clock. */
const SPIN_MS = 1.2;
/** Long enough for a whole flight to overtake. */
const HOLD_BACK_MS = 8;

interface Held {
  readonly dueMs: number;
  readonly datagram: Buffer;
}

/** Calls `send` for each datagram when it is due. Kept in order of due time. */
function delayLine(send: (datagram: Buffer) => void): (datagram: Buffer, delayMs: number) => void {
  const queue: Held[] = [];
  let waiting = false;
  const drain = (): void => {
    waiting = false;
    while (queue[0] !== undefined && queue[0].dueMs <= performance.now()) {
      const due = queue.shift();
      if (due !== undefined) send(due.datagram);
    }
    wait();
  };
  const wait = (): void => {
    const first = queue[0];
    if (first === undefined || waiting) return;
    waiting = true;
    const leftMs = first.dueMs - performance.now();
    if (leftMs > SPIN_MS) setTimeout(drain, leftMs - SPIN_MS);
    else setImmediate(drain);
  };
  return (datagram, delayMs) => {
    const held = { dueMs: performance.now() + delayMs, datagram };
    let place = queue.length;
    while (place > 0 && (queue[place - 1]?.dueMs ?? 0) > held.dueMs) place -= 1;
    queue.splice(place, 0, held);
    wait();
  };
}

export function relay(plan: RelayPlan): () => void {
  const near = open(plan.near);
  const far = open(plan.far);
  pump(near, far, plan.far.peer, plan);
  pump(far, near, plan.near.peer, plan);
  return () => {
    near.close();
    far.close();
  };
}

function open(side: Side): Socket {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4_194_304, sendBufferSize: 4_194_304 });
  // A peer that is not there yet refuses by ICMP; frames lost meanwhile are retransmitted by whoever sent them.
  socket.on('error', () => {});
  socket.bind(side.bind[1], side.bind[0]);
  return socket;
}

function pump(from: Socket, to: Socket, peer: readonly [string, number], plan: RelayPlan): void {
  const later = delayLine((datagram) => to.send(datagram, peer[1], peer[0], () => {}));
  let count = 0;
  const isTurn = (every: number | undefined): boolean => every !== undefined && count % every === 0;
  from.on('message', (datagram) => {
    count += 1;
    later(datagram, plan.oneWayMs + (isTurn(plan.reorderEvery) ? HOLD_BACK_MS : 0));
    if (isTurn(plan.duplicateEvery)) later(datagram, plan.oneWayMs);
  });
}

if (isMainThread && process.argv[1] === import.meta.filename) relay(JSON.parse(process.argv[2] ?? '{}') as RelayPlan);
