// Many DNS questions to one server, none repeated, in a given pattern: which of them are answered, and after how long?

import { randomBytes, randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import type { Failure } from '../model/failure.ts';
import type { BurstWay, DnsType } from '../model/probe.ts';
import type { Endpoint } from '../model/target.ts';
import { classify } from './classify.ts';
import { askTcp } from './dns.ts';
import { decodeReply, encodeQuery } from './dns-message.ts';

export interface Burst {
  readonly server: Endpoint;
  readonly how: BurstWay;
  readonly transport: 'udp' | 'tcp';
  readonly count: number;
  readonly spacingMs: number;
  readonly localPort?: number;
  readonly name: string;
  readonly randomLabels: boolean;
  /** How long after the last question answers are still waited for. */
  readonly graceMs: number;
}

export interface BurstSeen {
  readonly sent: number;
  readonly refused: number;
  readonly answered: number;
  /** In the order of sending; null: lost. */
  readonly rttsMs: readonly (number | null)[];
  /** The last local or ICMP error, when there was one. */
  readonly failure: Failure | null;
}

/** More would be an attack, whatever a plan says. */
const MAX_QUESTIONS = 200;

interface Slot {
  readonly id: number;
  readonly type: DnsType;
  readonly name: string;
  sentAt: number | null;
  rttMs: number | null;
  refused: boolean;
}

/** Resolves when all are answered, when the grace after the last one is over, or on abort. Never rejects. Owns and closes its sockets. */
export function burst(plan: Burst, signal: AbortSignal): Promise<BurstSeen> {
  return new Promise((resolve) => {
    const slots = slotsOf(plan);
    const sockets = new Set<Socket>();
    const timers: NodeJS.Timeout[] = [];
    const tcpEnd = new AbortController();
    let failure: Failure | null = null;
    let open = slots.length;
    let ended = false;

    const finish = () => {
      if (ended) return;
      ended = true;
      signal.removeEventListener('abort', finish);
      tcpEnd.abort();
      for (const timer of timers) clearTimeout(timer);
      for (const socket of sockets) close(socket);
      const sent = slots.filter((slot) => slot.sentAt !== null);
      resolve({
        sent: sent.length,
        refused: sent.filter((slot) => slot.refused).length,
        answered: sent.filter((slot) => slot.rttMs !== null && !slot.refused).length,
        rttsMs: sent.map((slot) => slot.rttMs),
        failure,
      });
    };
    const settle = (slot: Slot, rcode: string) => {
      if (ended || slot.sentAt === null || slot.rttMs !== null) return;
      slot.rttMs = performance.now() - slot.sentAt;
      slot.refused = rcode === 'REFUSED';
      open -= 1;
      if (open === 0) finish();
    };

    /** A connected socket; what arrives on it is paired by its id. */
    const connected = (then: (socket: Socket) => void) => {
      const socket = createSocket(plan.server.address.includes(':') ? 'udp6' : 'udp4');
      sockets.add(socket);
      socket.on('error', (error) => {
        failure = classify(error, 'receive');
        // The source port is taken: there is nothing to wait for.
        if (plan.localPort !== undefined && slots.every((slot) => slot.sentAt === null)) finish();
      });
      socket.on('message', (bytes) => {
        const answer = decodeReply(bytes);
        const slot = answer ? slots.find((one) => one.id === answer.id) : undefined;
        if (answer && slot) settle(slot, answer.rcode);
      });
      const connect = () => {
        try {
          socket.connect(plan.server.port, plan.server.address, (error?: Error) => {
            if (ended) return;
            if (error) failure = classify(error, 'connect');
            else then(socket);
          });
        } catch (error) {
          failure = classify(error, 'connect');
        }
      };
      if (plan.localPort === undefined) connect();
      else socket.bind(plan.localPort, connect);
    };
    const send = (socket: Socket, slot: Slot) => {
      slot.sentAt = performance.now();
      try {
        socket.send(encodeQuery(slot.id, slot.name, slot.type), (error) => {
          if (error) failure = classify(error, 'send');
        });
      } catch (error) {
        failure = classify(error, 'send');
      }
    };
    const askOverTcp = async (slot: Slot) => {
      slot.sentAt = performance.now();
      const reply = await askTcp({ server: plan.server, name: slot.name, type: slot.type }, tcpEnd.signal);
      if (reply.answer) settle(slot, reply.answer.rcode);
      else if (!ended) failure = reply.failure;
    };
    const ask = (group: readonly Slot[]) => {
      if (ended) return;
      if (plan.transport === 'tcp') for (const slot of group) void askOverTcp(slot);
      else if (plan.how === 'pairs-one-socket')
        connected((socket) => {
          for (const slot of group) send(socket, slot);
        });
      else for (const slot of group) connected((socket) => send(socket, slot));
    };

    if (signal.aborted) return finish();
    signal.addEventListener('abort', finish, { once: true });
    const groups = groupsOf(plan, slots);
    const at = (index: number) => (plan.how === 'parallel' ? 0 : index * plan.spacingMs);
    if (plan.how === 'fixed-port')
      connected((socket) => {
        for (const [index, group] of groups.entries())
          timers.push(setTimeout(() => group[0] && send(socket, group[0]), at(index)));
      });
    else for (const [index, group] of groups.entries()) timers.push(setTimeout(() => ask(group), at(index)));
    timers.push(setTimeout(finish, at(groups.length - 1) + plan.graceMs));
  });
}

function slotsOf(plan: Burst): Slot[] {
  const pairs = plan.how === 'pairs-one-socket' || plan.how === 'pairs-two-sockets';
  const ids = new Set<number>();
  while (ids.size < Math.min(plan.count, MAX_QUESTIONS)) ids.add(randomInt(0x10000));
  let label = '';
  return [...ids].map((id, index) => {
    // A pair asks for one name, as libc does.
    if (!pairs || index % 2 === 0) label = `${randomBytes(8).toString('hex')}.`;
    const name = plan.randomLabels ? `${label}${plan.name === '.' ? '' : plan.name}` : plan.name;
    return { id, type: pairs && index % 2 === 1 ? 'AAAA' : 'A', name, sentAt: null, rttMs: null, refused: false };
  });
}

function groupsOf(plan: Burst, slots: readonly Slot[]): Slot[][] {
  const size = plan.how === 'pairs-one-socket' || plan.how === 'pairs-two-sockets' ? 2 : 1;
  return slots.flatMap((_, index) => (index % size === 0 ? [slots.slice(index, index + size)] : []));
}

function close(socket: Socket): void {
  try {
    socket.close();
  } catch {
    // Already closed by an error: nothing is left to release.
  }
}
