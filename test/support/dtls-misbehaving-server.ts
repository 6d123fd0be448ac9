// A hand-made DTLS server for what no real server does on demand: it skips, repeats, lies and falls silent as told.
// It is made from test/support/dtls-server-bytes.ts and shows nothing about real servers; those are tested as they are.

import type { KeyObject } from 'node:crypto';
import { createSocket, type RemoteInfo } from 'node:dgram';
import {
  alert,
  datagramsOf,
  flightMessages,
  helloVerify,
  messageRecord,
  readAlert,
  readHello,
  serverHelloBody,
} from './dtls-server-bytes.ts';

export type Manner =
  | { readonly kind: 'honest' }
  /** The whole flight in answer to the first hello. */
  | { readonly kind: 'no-hello-verify' }
  | { readonly kind: 'silent-after-verify' }
  /** Not DTLS at all: a STUN answer. */
  | { readonly kind: 'junk' }
  | {
      readonly kind: 'alert';
      readonly level: number;
      readonly description: number;
      readonly version: number;
      readonly to: 'hello' | 'cookie';
    }
  | { readonly kind: 'dtls13' }
  /** Every hello earns another cookie. */
  | { readonly kind: 'cookie-loop' }
  /** As if a firewall passed only the first datagram of each source port. */
  | { readonly kind: 'first-packet-only' }
  /** As if these datagrams to the server were lost, counted from 1. */
  | { readonly kind: 'deaf'; readonly to: readonly number[] }
  /** As if datagrams from the server of more than so many bytes were lost. */
  | { readonly kind: 'large-lost'; readonly bytes: number };

export interface Identity {
  readonly chain: readonly Buffer[];
  /** Signs the key exchange; not the leaf's key when it is to lie. */
  readonly key: KeyObject;
}

export interface MisbehavingServer {
  readonly port: number;
  /** Hellos and alerts as they came. */
  readonly log: readonly string[];
  stop(): Promise<void>;
}

const COOKIE = Buffer.from('hand-made cookie, 20');

export async function misbehavingServer(manner: Manner, identity: Identity): Promise<MisbehavingServer> {
  const socket = createSocket('udp4');
  const log: string[] = [];
  const perPort = new Map<number, number>();
  let datagrams = 0;
  socket.on('error', () => undefined);
  socket.on('message', (data, from) => {
    datagrams += 1;
    const ofPort = (perPort.get(from.port) ?? 0) + 1;
    perPort.set(from.port, ofPort);
    const alerted = readAlert(data);
    if (alerted) log.push(`alert ${alerted.join(',')}`);
    const hello = alerted ? null : readHello(data);
    if (!hello) return;
    log.push(hello.cookie.length > 0 ? 'cookie hello' : 'hello');
    if (manner.kind === 'first-packet-only' && ofPort > 1) return;
    if (manner.kind === 'deaf' && manner.to.includes(datagrams)) return;
    for (const answer of answers(manner, identity, hello, datagrams)) {
      if (manner.kind !== 'large-lost' || answer.length <= manner.bytes) send(answer, from);
    }
  });
  const send = (answer: Buffer, to: RemoteInfo) => socket.send(answer, to.port, to.address);
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    port: socket.address().port,
    log,
    stop: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

type Hello = NonNullable<ReturnType<typeof readHello>>;

function answers(manner: Manner, identity: Identity, hello: Hello, count: number): readonly Buffer[] {
  const isFirst = hello.cookie.length === 0;
  const flight = (firstSeq: number) =>
    datagramsOf(flightMessages({ clientRandom: hello.random, ...identity }, firstSeq), 1400);
  switch (manner.kind) {
    case 'no-hello-verify':
      return flight(0);
    case 'silent-after-verify':
      return isFirst ? [helloVerify(COOKIE)] : [];
    case 'junk':
      return [Buffer.from('0101000c2112a4420000000000000000000000000020000800010000', 'hex')];
    case 'alert':
      if (isFirst && manner.to === 'cookie') return [helloVerify(COOKIE)];
      return [alert(manner.level, manner.description, manner.version)];
    case 'dtls13': {
      const body = serverHelloBody(Buffer.alloc(32, 4), 0x1301, Buffer.from('002b0002fefc', 'hex'));
      return [messageRecord({ type: 2, messageSeq: 0, body }, 0)];
    }
    case 'cookie-loop':
      return [helloVerify(Buffer.from(`cookie number ${count}`))];
    default:
      return isFirst ? [helloVerify(COOKIE)] : flight(1);
  }
}
