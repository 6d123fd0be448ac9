// The child process of dtls-psk.ts: takes one order over IPC, tries the handshake, reports, ends with its parent.
// The only importer of node-dtls-client.

import type { Socket as UdpSocket } from 'node:dgram';
import { isIPv6, SocketAddress } from 'node:net';
import { dtls } from 'node-dtls-client';
import { CONTENT, parseHandshake, parseRecords } from '../parse/dtls-record.ts';
import type { PskOrder, PskReport } from './dtls-psk.ts';

/** Of one handshake message. The library allocates whatever a length field claims; no honest message without certificates is larger. */
const MAX_MESSAGE_BYTES = 16 * 1024;

interface Try {
  readonly connected: boolean;
  readonly message: string;
  readonly answered: boolean;
}

function handshake(order: PskOrder, timeoutMs: number): Promise<Try> {
  return new Promise((resolve) => {
    let answered = false;
    let connected = false;
    const socket = dtls.createSocket({
      type: isIPv6(order.address) ? 'udp6' : 'udp4',
      address: order.address,
      port: order.port,
      psk: { [order.identity]: Buffer.from(order.keyHex, 'hex') },
      timeout: timeoutMs,
    });
    const end = (message: string) => resolve({ connected, message, answered });
    guard(socket, order, () => {
      answered = true;
    });
    socket.once('connected', () => {
      connected = true;
      // Says goodbye, so that the server keeps no session.
      socket.close();
    });
    socket.on('error', (error: Error) => end(error.message));
    // wolfSSL refuses with a close_notify, for which the library has no error.
    socket.on('close', () => end(connected ? '' : 'closed by the server during the handshake'));
  });
}

// The library's own socket takes datagrams from anybody and believes their lengths. `udp` is private in its types only.
function guard(socket: dtls.Socket, order: PskOrder, onAnswer: () => void): void {
  const { udp } = socket as unknown as { udp: UdpSocket };
  const server = plainAddress(order.address);
  const listeners = udp.listeners('message');
  udp.removeAllListeners('message');
  udp.on('message', (data, from) => {
    if (from.port !== order.port || plainAddress(from.address) !== server || !isBounded(data)) return;
    onAnswer();
    for (const listener of listeners) listener.call(udp, data, from);
  });
}

// IPv6 has many spellings of one address.
function plainAddress(address: string): string {
  return new SocketAddress({ address: address.replace(/%.*$/, ''), family: isIPv6(address) ? 'ipv6' : 'ipv4' }).address;
}

function isBounded(data: Buffer): boolean {
  const { records, clean } = parseRecords(data);
  if (!clean || records.length === 0) return false;
  return records
    .filter((record) => record.type === CONTENT.handshake && record.epoch === 0)
    .every(({ fragment }) => {
      const fragments = parseHandshake(fragment);
      return fragments.length > 0 && fragments.every(({ lengthBytes }) => lengthBytes <= MAX_MESSAGE_BYTES);
    });
}

function report(message: PskReport): void {
  process.send?.(message);
}

let attempts = 0;
// Where the library throws out of its socket handler, the message is worth more than a stack trace.
process.on('uncaughtException', (error) => {
  process.send?.({ kind: 'failed', attempts, message: error.message, answered: true } satisfies PskReport, () =>
    process.exit(0),
  );
});
// A parent that is gone wants no answer.
process.on('disconnect', () => process.exit(0));
process.once('message', async (order: PskOrder) => {
  let last: Try = { connected: false, message: 'no try', answered: false };
  let answered = false;
  for (const timeoutMs of order.timeoutsMs) {
    attempts += 1;
    report({ kind: 'trying', attempts });
    last = await handshake(order, timeoutMs);
    answered ||= last.answered;
    if (last.connected) return report({ kind: 'connected', attempts });
    // A refusal will be repeated; only silence may be loss.
    if (!last.message.includes('timed out')) break;
  }
  report({ kind: 'failed', attempts, message: last.message, answered });
});
