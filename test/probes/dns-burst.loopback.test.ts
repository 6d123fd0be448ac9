// Bursts of questions over real sockets: what is sent in each pattern, what counts as lost, and what is left open.

import packet from 'dns-packet';
import { afterEach, describe, expect, it } from 'vitest';
import { startClosed } from '../../src/demo/dead-ends.ts';
import { bindUdp } from '../../src/demo/loopback.ts';
import type { DnsBurstObservation } from '../../src/model/observation.ts';
import type { DnsBurstProbe } from '../../src/model/probe.ts';
import type { Endpoint } from '../../src/model/target.ts';
import { dnsBurst } from '../../src/probes/dns-burst.ts';
import { framed, replyTo } from '../support/dns-bytes.ts';
import { closeAll, contextOf, kept, releasing, tcpServer } from '../support/loopback.ts';

afterEach(closeAll);

interface Arrived {
  readonly port: number;
  readonly name: string;
  readonly type: string;
  readonly at: number;
}

/** Answers each question as `answer` says; null: not at all. */
async function server(answer: (query: Buffer, number: number) => Buffer | null) {
  const arrived: Arrived[] = [];
  const bound = kept(
    await bindUdp((datagram, from) => {
      const question = packet.decode(datagram).questions?.[0];
      const { name = '', type = '' } = question ?? {};
      arrived.push({ port: from.port, name, type: String(type), at: performance.now() });
      const reply = answer(datagram, arrived.length);
      if (reply) bound.socket.send(reply, from.port, from.address);
    }),
  );
  return { endpoint: bound.endpoint, arrived };
}

const good = (query: Buffer) => replyTo(query);

function probeOf(where: Endpoint, over: Partial<DnsBurstProbe> = {}): DnsBurstProbe {
  return {
    kind: 'dns-burst',
    server: where,
    how: 'serial',
    transport: 'udp',
    count: 4,
    spacingMs: 10,
    name: 'svc.cluster.local.',
    randomLabels: true,
    ...over,
  };
}

function ask(probe: DnsBurstProbe, withinMs = 3_000): Promise<DnsBurstObservation> {
  return releasing(() => dnsBurst(probe, contextOf({ rttMs: 2 }), AbortSignal.timeout(withinMs)));
}

const distinct = (values: readonly unknown[]) => new Set(values).size;

describe('a burst of DNS questions', () => {
  it('serial: one after another, each from a fresh port and for a name of its own', async () => {
    const { endpoint, arrived } = await server(good);
    const seen = await ask(probeOf(endpoint));
    expect(seen).toMatchObject({ sent: 4, answered: 4, refused: 0, lost: 0, failure: null });
    expect(seen.rttsMs.every((rtt) => rtt !== null && rtt >= 0)).toBe(true);
    expect(distinct(arrived.map((one) => one.port))).toBe(4);
    expect(distinct(arrived.map((one) => one.name))).toBe(4);
    for (const one of arrived) expect(one.name).toMatch(/^[0-9a-f]{16}\.svc\.cluster\.local$/);
    const [first, , , last] = arrived;
    expect((last?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(20);
  });

  it('without random labels: the name itself', async () => {
    const { endpoint, arrived } = await server(good);
    await ask(probeOf(endpoint, { randomLabels: false }));
    expect(arrived.map((one) => one.name)).toEqual(Array(4).fill('svc.cluster.local'));
  });

  it('parallel: the lost ones by their place, and nothing is repeated', async () => {
    const { endpoint, arrived } = await server((query, number) => (number > 10 ? null : good(query)));
    const seen = await ask(probeOf(endpoint, { how: 'parallel', count: 20, spacingMs: 0 }));
    expect(seen).toMatchObject({ sent: 20, answered: 10, lost: 10, failure: null });
    expect(seen.rttsMs.filter((rtt) => rtt === null)).toHaveLength(10);
    expect(arrived).toHaveLength(20);
  });

  it('pairs on one socket: A and AAAA of one name from one port', async () => {
    const { endpoint, arrived } = await server((query, number) => (number % 2 === 0 ? null : good(query)));
    const seen = await ask(probeOf(endpoint, { how: 'pairs-one-socket', count: 6 }));
    expect(seen).toMatchObject({ sent: 6, answered: 3, lost: 3 });
    expect(seen.rttsMs.map((rtt) => rtt === null)).toEqual([false, true, false, true, false, true]);
    for (let at = 0; at < 6; at += 2) {
      expect([arrived[at]?.type, arrived[at + 1]?.type]).toEqual(['A', 'AAAA']);
      expect(arrived[at]?.port).toBe(arrived[at + 1]?.port);
      expect(arrived[at]?.name).toBe(arrived[at + 1]?.name);
    }
    expect(distinct(arrived.map((one) => one.port))).toBe(3);
  });

  it('pairs on two sockets: the same from two ports', async () => {
    const { endpoint, arrived } = await server(good);
    await ask(probeOf(endpoint, { how: 'pairs-two-sockets', count: 6 }));
    expect(distinct(arrived.map((one) => one.port))).toBe(6);
    expect(distinct(arrived.map((one) => one.name))).toBe(3);
  });

  it('fixed port: the same one for each question, and in the next run', async () => {
    const { endpoint, arrived } = await server(good);
    const localPort = await freePort();
    for (let run = 0; run < 2; run += 1) await ask(probeOf(endpoint, { how: 'fixed-port', localPort }));
    expect(arrived.map((one) => one.port)).toEqual(Array(8).fill(localPort));
  });

  it('a fixed port that somebody has: nothing is sent, and that is said', async () => {
    const { endpoint, arrived } = await server(good);
    const taken = kept(await bindUdp(() => {}));
    const probe = probeOf(endpoint, { how: 'fixed-port', localPort: taken.endpoint.port });
    // The other one holds the loopback address only; the probe takes all addresses, or none.
    const seen = await ask(probe, 800);
    expect(seen.sent).toBe(0);
    expect(seen.failure).not.toBeNull();
    expect(seen.durationMs).toBeLessThan(400);
    expect(arrived).toEqual([]);
  });

  it('REFUSED is no loss', async () => {
    const { endpoint } = await server((query, number) =>
      number > 2 ? replyTo(query, { rcode: 'REFUSED' }) : good(query),
    );
    expect(await ask(probeOf(endpoint))).toMatchObject({ answered: 2, refused: 2, lost: 0, failure: null });
  });

  it('a closed port: everything is lost, and the refusal is told', async () => {
    const closed = kept(await startClosed());
    const seen = await ask(probeOf(closed.udp));
    expect(seen).toMatchObject({ sent: 4, answered: 0, lost: 4, failure: { code: 'connection_refused' } });
  });

  it('junk, short datagrams and foreign ids are nobody’s answer', async () => {
    const { endpoint } = await server((query) => {
      const foreign = Buffer.from(good(query));
      foreign.writeUInt16BE((query.readUInt16BE(0) ^ 0x5555) & 0xffff, 0);
      return Math.random() < 0.5 ? Buffer.from([1, 2, 3]) : foreign;
    });
    expect(await ask(probeOf(endpoint, { count: 2 }))).toMatchObject({ lost: 2, answered: 0 });
  });

  it('over TCP: one connection each', async () => {
    const tcp = await tcpServer((socket) => {
      socket.once('data', (chunk: Buffer) => socket.end(framed(good(chunk.subarray(2)))));
    });
    const probe = probeOf(tcp.endpoint, { how: 'parallel', transport: 'tcp', count: 10, spacingMs: 0 });
    expect(await ask(probe)).toMatchObject({ sent: 10, answered: 10, lost: 0 });
    expect(tcp.total()).toBe(10);
  });

  it('ends early when told to, with what it has', async () => {
    const { endpoint } = await server(good);
    const seen = await ask(probeOf(endpoint, { count: 50, spacingMs: 50 }), 130);
    expect(seen.sent).toBeGreaterThan(0);
    expect(seen.sent).toBeLessThan(10);
    expect(seen.durationMs).toBeLessThan(1_000);
  });

  it('never more than 200 questions, whatever is planned', async () => {
    const { endpoint, arrived } = await server(good);
    const seen = await ask(probeOf(endpoint, { how: 'parallel', count: 5_000, spacingMs: 0 }));
    expect(seen.sent).toBe(200);
    expect(seen.rttsMs).toHaveLength(200);
    expect(arrived.length).toBeLessThanOrEqual(200);
  });
});

async function freePort(): Promise<number> {
  const bound = await bindUdp(() => {});
  await bound.close();
  return bound.endpoint.port;
}
