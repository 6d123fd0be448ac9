// The demo's cluster DNS, over UDP and TCP: how it answers, and how it fails to.

import { createServer, type Socket } from 'node:net';
import packet from 'dns-packet';
import type { Endpoint } from '../model/target.ts';
import { answer, isClusterName, type Reply } from './dns-answers.ts';
import { bindUdp, listenTcp } from './loopback.ts';

export interface DnsBehaviour {
  /** Whether queries over UDP arrive. */
  readonly udp: 'answers' | 'silent';
  /** Whether the server that this one forwards to answers: without it, names outside the cluster end in SERVFAIL. */
  readonly upstream: 'answers' | 'dead';
  readonly missing: readonly string[];
}

export interface DnsServer {
  readonly udp: Endpoint;
  readonly tcp: Endpoint;
  close(): Promise<void>;
}

// How long CoreDNS tries its upstream before it gives up (its forward plugin's deadline).
const UPSTREAM_PATIENCE_MS = 5_000;
const SERVFAIL: Reply = { rcode: 2, authoritative: false, answers: [], authorities: [] };
const EDNS_BYTES = 1232;

export async function startDnsServer(behaviour: DnsBehaviour, patienceMs = UPSTREAM_PATIENCE_MS): Promise<DnsServer> {
  const waiting = new Set<NodeJS.Timeout>();

  function respond(bytes: Buffer, send: (reply: Buffer) => void): void {
    const query = parseQuery(bytes);
    if (query === null) return;
    if (behaviour.upstream === 'answers' || isClusterName(query.question.name)) {
      send(encodeReply(query, answer(query.question, behaviour)));
      return;
    }
    const timer = setTimeout(() => {
      waiting.delete(timer);
      send(encodeReply(query, SERVFAIL));
    }, patienceMs);
    waiting.add(timer);
  }

  const udp = await bindUdp((datagram, from) => {
    if (behaviour.udp === 'silent') return;
    respond(datagram, (reply) => udp.socket.send(reply, from.port, from.address));
  });
  const tcp = await listenTcp(
    createServer((socket) =>
      readFramed(socket, (message) =>
        respond(message, (reply) => {
          if (socket.writable) socket.write(framed(reply));
        }),
      ),
    ),
  );
  const close = async (): Promise<void> => {
    for (const timer of waiting) clearTimeout(timer);
    await Promise.all([udp.close(), tcp.close()]);
  };
  return { udp: udp.endpoint, tcp: tcp.endpoint, close };
}

interface Query {
  readonly id: number;
  readonly question: packet.Question;
  readonly edns: boolean;
}

function parseQuery(bytes: Buffer): Query | null {
  try {
    const query = packet.decode(bytes);
    const [question] = query.questions ?? [];
    if (query.type !== 'query' || question === undefined) return null;
    const edns = (query.additionals ?? []).some((record) => record.type === 'OPT');
    return { id: query.id ?? 0, question, edns };
  } catch {
    return null;
  }
}

/** Nothing that this world knows needs more than the 512 bytes of plain DNS over UDP, so nothing is ever truncated. */
function encodeReply(query: Query, reply: Reply): Buffer {
  const flags =
    packet.RECURSION_DESIRED |
    packet.RECURSION_AVAILABLE |
    (reply.authoritative ? packet.AUTHORITATIVE_ANSWER : 0) |
    reply.rcode;
  const opt: packet.Answer = {
    type: 'OPT',
    name: '.',
    udpPayloadSize: EDNS_BYTES,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: 0,
    flag_do: false,
    options: [],
  };
  return packet.encode({
    type: 'response',
    id: query.id,
    flags,
    questions: [query.question],
    answers: [...reply.answers],
    authorities: [...reply.authorities],
    additionals: query.edns ? [opt] : [],
  });
}

/** DNS over TCP: two bytes of length before each message (RFC 1035 section 4.2.2). */
function readFramed(socket: Socket, onMessage: (message: Buffer) => void): void {
  let pending: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
      const end = 2 + pending.readUInt16BE(0);
      onMessage(pending.subarray(2, end));
      pending = pending.subarray(end);
    }
  });
}

function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}
