// An answer that comes from another address than the one that was asked: a connected socket is deaf to it, an unconnected one hears it.

import { createSocket } from 'node:dgram';
import { afterEach, describe, expect, it } from 'vitest';
import { bindUdp } from '../../src/demo/loopback.ts';
import type { DnsObservation } from '../../src/model/observation.ts';
import type { Endpoint } from '../../src/model/target.ts';
import { dns } from '../../src/probes/dns.ts';
import { addressRecord, replyTo } from '../support/dns-bytes.ts';
import { closeAll, contextOf, kept, releasing, udpServer } from '../support/loopback.ts';

afterEach(closeAll);

const NAME = 'acme.goskope.com';
const good = (query: Buffer) => replyTo(query, { answers: [addressRecord(NAME, '198.51.100.10')] });

function ask(server: Endpoint, anySource: boolean, really: Endpoint = server): Promise<DnsObservation> {
  const probe = { kind: 'dns' as const, server, name: `${NAME}.`, type: 'A' as const, transport: 'udp' as const };
  const context = contextOf({ rttMs: 5, reroute: () => really });
  return releasing(() => dns(anySource ? { ...probe, anySource } : probe, context, AbortSignal.timeout(400)));
}

/** Listens on one port and answers from another one. */
async function elsewhere(answer: (query: Buffer) => Buffer) {
  const other = createSocket('udp4');
  await new Promise<void>((resolve) => other.bind(0, '127.0.0.1', resolve));
  const front = kept(
    await bindUdp((query, from) => {
      other.send(answer(query), from.port, from.address);
    }),
  );
  kept({ close: () => new Promise<void>((resolve) => other.close(() => resolve())) });
  return { front: front.endpoint, source: { address: '127.0.0.1', port: other.address().port } };
}

describe('an answer from elsewhere', () => {
  it('is heard by an unconnected socket only, which says from where', async () => {
    const { front, source } = await elsewhere(good);
    expect((await ask(front, false)).failure?.code).toBe('generic_timeout_error');
    const seen = await ask(front, true);
    expect(seen).toMatchObject({ rcode: 'NOERROR', failure: null, attempts: 1 });
    expect(seen.source).toEqual(source);
  });

  it('with another id or for another name is nobody’s answer', async () => {
    const wrongId = await elsewhere((query) => replyTo(query, { id: (query.readUInt16BE(0) + 1) & 0xffff }));
    expect((await ask(wrongId.front, true)).rcode).toBeNull();
    const wrongName = await elsewhere((query) => replyTo(query, { name: 'other.example' }));
    expect((await ask(wrongName.front, true)).rcode).toBeNull();
    const junk = await elsewhere(() => Buffer.from([0, 1, 2]));
    const seen = await ask(junk.front, true);
    expect(seen.failure?.code).toBe('generic_timeout_error');
    expect(seen.source).toBeUndefined();
  });
});

it('an answer from where it was asked names the server as the report does, also behind a detour', async () => {
  const server = await udpServer((query, reply) => reply(good(query)));
  const named = { address: '10.96.0.10', port: 53 };
  const seen = await ask(named, true, server.endpoint);
  expect(seen.rcode).toBe('NOERROR');
  expect(seen.source).toEqual(named);
});

it('a question says which try was answered: a lost datagram is told from a slow answer', async () => {
  const lossy = await udpServer((query, reply, number) => {
    if (number > 1) reply(good(query));
  });
  expect(await ask(lossy.endpoint, false)).toMatchObject({ attempts: 2, answeredTry: 2 });
  const slow = await udpServer((query, reply, number) => {
    if (number === 1) setTimeout(() => reply(good(query)), 220);
  });
  expect(await ask(slow.endpoint, false)).toMatchObject({ attempts: 2, answeredTry: 1 });
});
