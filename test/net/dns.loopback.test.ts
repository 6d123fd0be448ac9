// DNS over real sockets, against servers that lie, stall, repeat and break off.

import { afterEach, describe, expect, it } from 'vitest';
import { startClosed, startSilentUdp, startSynDrop } from '../../src/demo/dead-ends.ts';
import type { DnsObservation } from '../../src/model/observation.ts';
import type { Endpoint } from '../../src/model/target.ts';
import { dns } from '../../src/probes/dns.ts';
import { addressRecord, compressionLoop, framed, replyTo } from '../support/dns-bytes.ts';
import { closeAll, contextOf, kept, releasing, tcpServer, udpServer } from '../support/loopback.ts';

afterEach(closeAll);

const NAME = 'acme.goskope.com';

interface Asking {
  readonly transport?: 'udp' | 'tcp';
  readonly rttMs?: number | null;
  readonly withinMs?: number;
}

function ask(server: Endpoint, { transport = 'udp', rttMs = 5, withinMs = 400 }: Asking = {}): Promise<DnsObservation> {
  const probe = { kind: 'dns' as const, server, name: `${NAME}.`, type: 'A' as const, transport };
  return dns(probe, contextOf({ rttMs }), AbortSignal.timeout(withinMs));
}

const good = (query: Buffer) => replyTo(query, { answers: [addressRecord(NAME, '198.51.100.10')] });

/** Asks a UDP server that answers with these bytes (null: not at all). */
async function udp(answers: (query: Buffer, number: number) => readonly (Buffer | null)[], asking?: Asking) {
  const server = await udpServer((query, reply, number) => {
    for (const one of answers(query, number)) if (one) reply(one);
  });
  const seen = await releasing(() => ask(server.endpoint, asking));
  return { seen, received: server.received };
}

describe('over UDP', () => {
  it('an answer', async () => {
    const { seen, received } = await udp((query) => [good(query)]);
    expect(seen).toMatchObject({ rcode: 'NOERROR', failure: null, attempts: 1, flags: ['rd', 'ra'] });
    expect(seen.answers).toEqual([{ name: `${NAME}.`, type: 'A', ttl: 30, data: '198.51.100.10' }]);
    expect(seen.rttMs).toBeGreaterThan(0);
    expect(seen.sizeBytes).toBeGreaterThan(40);
    expect(received).toHaveLength(1);
  });

  it('names compare without case', async () => {
    const { seen } = await udp((query) => [replyTo(query, { name: 'ACME.GoSkope.COM' })]);
    expect(seen.rcode).toBe('NOERROR');
  });

  it('a reply with another id is nobody’s answer', async () => {
    const { seen } = await udp((query) => [replyTo(query, { id: (query.readUInt16BE(0) + 1) & 0xffff })]);
    expect(seen.failure?.code).toBe('generic_timeout_error');
    expect(seen.rcode).toBeNull();
  });

  it('a reply to another question is nobody’s answer', async () => {
    const { seen } = await udp((query) => [replyTo(query, { name: 'other.goskope.com' })]);
    expect(seen.failure?.code).toBe('generic_timeout_error');
  });

  it('forged replies before the true one do not disturb', async () => {
    const { seen } = await udp((query) => [
      replyTo(query, { id: (query.readUInt16BE(0) + 1) & 0xffff, rcode: 'NXDOMAIN' }),
      replyTo(query, { name: 'other.goskope.com', answers: [addressRecord('other.goskope.com', '192.0.2.66')] }),
      query,
      Buffer.alloc(0),
      Buffer.from('garbage'),
      good(query),
    ]);
    expect(seen.answers.map((one) => one.data)).toEqual(['198.51.100.10']);
    expect(seen.attempts).toBe(1);
  });

  it.each([
    ['a compression loop', compressionLoop],
    ['a header without a body', (query: Buffer) => good(query).subarray(0, 12)],
    ['an answer cut in the middle', (query: Buffer) => good(query).subarray(0, -3)],
    ['a thousand answers promised', (query: Buffer) => withCount(good(query), 1_000)],
  ])('%s is called misbehaving', async (_what, make) => {
    const { seen } = await udp((query) => [make(query)]);
    expect(seen.failure).toMatchObject({ code: 'dns_server_misbehaving', operation: 'read' });
    expect(seen.rcode).toBeNull();
  });

  it.each(['REFUSED', 'SERVFAIL'] as const)('%s counts, also without the question', async (rcode) => {
    for (const withoutQuestion of [undefined, true] as const) {
      const { seen } = await udp((query) => [
        replyTo(query, { rcode, ...(withoutQuestion ? { withoutQuestion } : {}) }),
      ]);
      expect(seen.rcode).toBe(rcode);
      expect(seen.failure?.operation).toBe('resolve');
    }
  });

  it('NXDOMAIN comes with its authority', async () => {
    const authorities = [
      {
        type: 'SOA' as const,
        name: 'goskope.com',
        ttl: 300,
        data: { mname: 'ns1.goskope.com', rname: 'hostmaster.goskope.com', serial: 7 },
      },
    ];
    const { seen } = await udp((query) => [replyTo(query, { rcode: 'NXDOMAIN', authorities })]);
    expect(seen.failure?.code).toBe('dns_nxdomain_error');
    expect(seen.authority[0]).toMatchObject({ name: 'goskope.com.', type: 'SOA', data: 'ns1.goskope.com 7' });
  });

  it('NODATA is an answer', async () => {
    const { seen } = await udp((query) => [replyTo(query)]);
    expect(seen).toMatchObject({ rcode: 'NOERROR', answers: [], failure: null });
  });

  it('a truncated answer is told as such', async () => {
    const { seen } = await udp((query) => [replyTo(query, { truncated: true })]);
    expect(seen.flags).toContain('tc');
  });

  it('extended errors are read, and their text is made harmless', async () => {
    const data = Buffer.concat([Buffer.from([0, 15]), Buffer.from('Blo\u001b[31mcked')]);
    const opt = { type: 'OPT', name: '.', udpPayloadSize: 1232, flags: 0, options: [{ code: 15, data }] };
    const { seen } = await udp((query) => [replyTo(query, { rcode: 'NXDOMAIN', additionals: [opt as never] })]);
    expect(seen.extendedErrors).toEqual([{ code: 15, text: 'Blo\\027[31mcked' }]);
  });

  it('answers at the third try: counted, not hidden', async () => {
    const { seen, received } = await udp((query, number) => [number === 3 ? good(query) : null], { withinMs: 2_000 });
    expect(seen).toMatchObject({ rcode: 'NOERROR', attempts: 3 });
    expect(received).toHaveLength(3);
    expect(new Set(received.map((one) => one.readUInt16BE(0))).size).toBeGreaterThan(1);
    expect(seen.rttMs).toBeLessThan(200);
  });

  it('a late answer to an earlier try is still the answer', async () => {
    const server = await udpServer((query, reply, number) => {
      if (number === 1) setTimeout(() => reply(good(query)), 250).unref();
    });
    const seen = await releasing(() => ask(server.endpoint, { withinMs: 2_000 }));
    expect(seen.rcode).toBe('NOERROR');
    expect(seen.attempts).toBe(2);
  });

  it('nobody answers', async () => {
    const { endpoint } = kept(await startSilentUdp());
    const seen = await releasing(() => ask(endpoint, { withinMs: 700 }));
    expect(seen).toMatchObject({ rcode: null, attempts: 3, failure: { code: 'generic_timeout_error' } });
  });

  it('a closed port refuses, and is asked twice on fresh ports', async () => {
    const closed = kept(await startClosed());
    const seen = await releasing(() => ask(closed.udp));
    expect(seen).toMatchObject({ attempts: 2, failure: { code: 'connection_refused', operation: 'receive' } });
    expect(seen.durationMs).toBeLessThan(300);
  });

  it('a signal that has already ended: over at once', async () => {
    const { endpoint } = kept(await startSilentUdp());
    const probe = { kind: 'dns' as const, server: endpoint, name: `${NAME}.`, type: 'A' as const };
    for (const transport of ['udp', 'tcp'] as const) {
      const seen = await releasing(() => dns({ ...probe, transport }, contextOf(), AbortSignal.abort()));
      expect(seen.failure?.code).toBe('generic_timeout_error');
    }
  });

  it('names that no DNS message can carry are an observation, not a crash', async () => {
    const { endpoint } = kept(await startSilentUdp());
    const names = [`${'a'.repeat(64)}.example.`, `${'a.'.repeat(200)}`, 'ünï.example.', '..', '', '\u0000.'];
    for (const name of names) {
      for (const transport of ['udp', 'tcp'] as const) {
        const probe = { kind: 'dns' as const, server: endpoint, name, type: 'A' as const, transport };
        const seen = await releasing(() => dns(probe, contextOf(), AbortSignal.timeout(60)));
        expect(seen.failure).not.toBeNull();
      }
    }
  });
});

describe('over TCP', () => {
  /** Asks a TCP server that does this once the whole question is there. */
  async function tcp(answer: (socket: import('node:net').Socket, query: Buffer) => void, withinMs = 400) {
    const server = await tcpServer((socket) => {
      let asked = Buffer.alloc(0);
      socket.on('data', (chunk) => {
        asked = Buffer.concat([asked, chunk]);
        if (asked.length > 2 && asked.length >= asked.readUInt16BE(0) + 2) answer(socket, asked.subarray(2));
      });
    });
    const seen = await releasing(() => ask(server.endpoint, { transport: 'tcp', withinMs }), server);
    return { seen, server };
  }

  it('an answer, in pieces', async () => {
    const { seen, server } = await tcp((socket, query) => {
      const bytes = framed(good(query));
      socket.write(bytes.subarray(0, 1));
      setTimeout(() => socket.write(bytes.subarray(1, 20)), 20);
      setTimeout(() => socket.end(bytes.subarray(20)), 40);
    });
    expect(seen).toMatchObject({ rcode: 'NOERROR', failure: null });
    expect(server.total()).toBe(1);
  });

  it('one byte at a time, too slowly', async () => {
    const { seen } = await tcp((socket, query) => {
      const bytes = framed(good(query));
      let at = 0;
      const drip = setInterval(() => (at < bytes.length ? socket.write(bytes.subarray(at, ++at)) : undefined), 30);
      socket.once('close', () => clearInterval(drip));
    });
    expect(seen).toMatchObject({ rcode: null, failure: { code: 'generic_timeout_error', operation: 'receive' } });
  });

  it.each([
    ['closes without a word', (socket: import('node:net').Socket) => void socket.end(), 'eof_error'],
    ['closes after one byte', (socket: import('node:net').Socket) => void socket.end('x'), 'eof_error'],
    ['resets', (socket: import('node:net').Socket) => void socket.resetAndDestroy(), 'connection_reset'],
    [
      'sends garbage',
      (socket: import('node:net').Socket) => void socket.end(framed(Buffer.from('garbage'))),
      'dns_server_misbehaving',
    ],
    [
      'sends an empty message',
      (socket: import('node:net').Socket) => void socket.end(Buffer.alloc(2)),
      'dns_server_misbehaving',
    ],
    [
      'speaks HTTP',
      (socket: import('node:net').Socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
      'eof_error',
    ],
  ])('%s', async (_what, behave, code) => {
    const { seen } = await tcp(behave);
    expect(seen.failure?.code).toBe(code);
    expect(seen.rcode).toBeNull();
  });

  it('a wrong id, another question, a compression loop: misbehaving', async () => {
    for (const make of [
      (query: Buffer) => replyTo(query, { id: (query.readUInt16BE(0) + 1) & 0xffff }),
      (query: Buffer) => replyTo(query, { name: 'other.goskope.com' }),
      compressionLoop,
    ]) {
      const { seen } = await tcp((socket, query) => void socket.end(framed(make(query))));
      expect(seen.failure?.code).toBe('dns_server_misbehaving');
    }
  });

  it('endless bytes after the message do not matter', async () => {
    const { seen } = await tcp((socket, query) => {
      socket.write(framed(good(query)));
      const flood = setInterval(() => socket.write(Buffer.alloc(65_536)), 1);
      socket.once('close', () => clearInterval(flood));
    });
    expect(seen.rcode).toBe('NOERROR');
  });

  it('refused, and dropped', async () => {
    const closed = kept(await startClosed());
    const refused = await releasing(() => ask(closed.tcp, { transport: 'tcp' }));
    expect(refused.failure).toMatchObject({ code: 'connection_refused', operation: 'connect' });
    const dropped = kept(await startSynDrop());
    const silent = await releasing(() => ask(dropped.endpoint, { transport: 'tcp' }));
    expect(silent.failure).toMatchObject({ code: 'generic_timeout_error', operation: 'connect' });
  });
});

function withCount(message: Buffer, answers: number): Buffer {
  const changed = Buffer.from(message);
  changed.writeUInt16BE(answers, 6);
  return changed;
}
