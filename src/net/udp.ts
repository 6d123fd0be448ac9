// One connected UDP socket. Connected, because only then does the kernel report ICMP errors and keep strangers out (udp(7)).

import { createSocket } from 'node:dgram';
import type { Endpoint } from '../model/target.ts';

/** `receive` is news by ICMP about an earlier datagram; `connect` and `send` are this host's own refusal, or such news coming late. */
export type UdpOperation = 'connect' | 'send' | 'receive';

export interface UdpHandlers {
  readonly onMessage: (data: Buffer) => void;
  readonly onSent: () => void;
  readonly onError: (operation: UdpOperation, error: NodeJS.ErrnoException) => void;
}

export interface UdpSocket {
  /** Waits for the connect when it is not through yet. `done` is called once, sent or not. */
  send(data: Buffer, done?: () => void): void;
  /** Safe at any time and more than once. Nothing is reported afterwards. */
  close(): void;
}

/** Opens at once, never throws. `endpoint` is an IP literal. The caller owns the socket and must close it. */
export function openUdp(endpoint: Endpoint, handlers: UdpHandlers): UdpSocket {
  let state: 'connecting' | 'connected' | 'failed' | 'closed' = 'connecting';
  let waiting: (() => void)[] = [];
  // Not net.isIPv6: its first call costs 7 ms.
  const family = endpoint.address.includes(':') ? 6 : 4;
  const socket = createSocket({
    type: family === 6 ? 'udp6' : 'udp4',
    // Only literals come here. The default would load the resolver and cost a turn of the event loop each.
    lookup: (address, _options, callback) => callback(null, address, family),
  });
  const isClosed = () => state === 'closed';
  const fail = (operation: UdpOperation, error: NodeJS.ErrnoException) => {
    if (isClosed()) return;
    if (operation === 'connect') {
      state = 'failed';
      flush();
    }
    handlers.onError(operation, error);
  };
  const flush = () => {
    const due = waiting;
    waiting = [];
    for (const act of due) act();
  };
  // From the first tick: an ICMP error without a listener ends the process.
  socket.on('error', (error: NodeJS.ErrnoException) => fail(state === 'connecting' ? 'connect' : 'receive', error));
  socket.on('message', (data) => {
    if (!isClosed()) handlers.onMessage(data);
  });
  try {
    socket.connect(endpoint.port, endpoint.address, (error?: NodeJS.ErrnoException) => {
      if (state !== 'connecting') return;
      if (error) return fail('connect', error);
      state = 'connected';
      flush();
    });
  } catch (error) {
    queueMicrotask(() => fail('connect', error as NodeJS.ErrnoException));
  }

  const transmit = (data: Buffer, done?: () => void) => {
    if (state !== 'connected') return done?.();
    try {
      socket.send(data, (error) => {
        if (error) fail('send', error);
        else if (!isClosed()) handlers.onSent();
        done?.();
      });
    } catch (error) {
      // Without a route Node throws ERR_SOCKET_BAD_PORT here, although the connect is to blame.
      fail('send', error as NodeJS.ErrnoException);
      done?.();
    }
  };
  return {
    send: (data, done) => {
      if (state === 'connecting') waiting.push(() => transmit(data, done));
      else transmit(data, done);
    },
    close: () => {
      if (isClosed()) return;
      state = 'closed';
      flush();
      try {
        socket.close();
      } catch {
        // Already closed by an error: nothing is left to release.
      }
    },
  };
}
