// Hand-made, because the real race needs several cores and luck: a DNS front that loses the second of two datagrams which come
// from one source port within 2 ms, and passes everything else on. Usage: pair-dropper.ts ADDRESS PORT REAL-PORT

import { createSocket } from 'node:dgram';
import { performance } from 'node:perf_hooks';

const PAIR_WITHIN_MS = 2;
/** No answer is waited for longer than any client does. */
const FORGET_AFTER_MS = 6_000;

const [address = '', port = '', realPort = ''] = process.argv.slice(2);
const lastSeen = new Map<string, number>();
const front = createSocket('udp4');

front.on('message', (datagram, from) => {
  const key = `${from.address}:${from.port}`;
  const now = performance.now();
  const second = now - (lastSeen.get(key) ?? Number.NEGATIVE_INFINITY) <= PAIR_WITHIN_MS;
  lastSeen.set(key, now);
  if (second) return;
  const back = createSocket('udp4');
  const forget = setTimeout(() => back.close(), FORGET_AFTER_MS);
  back.on('error', () => {});
  back.once('message', (answer) => {
    clearTimeout(forget);
    front.send(answer, from.port, from.address);
    back.close();
  });
  back.send(datagram, Number(realPort), address);
});

front.bind(Number(port), address);
