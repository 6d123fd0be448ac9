import { createSocket, type Socket } from 'node:dgram';
import packet from 'dns-packet';
import { afterEach, describe, expect, it } from 'vitest';
import type { DnsProbe } from '../../src/model/probe.ts';
import type { ProbeContext } from '../../src/model/probe-context.ts';
import { dns } from '../../src/probes/dns.ts';

const context: ProbeContext = {
  now: () => performance.now(),
  reroute: (endpoint) => endpoint,
  expectCa: [],
  psk: null,
  rttMs: 10,
};
let server: Socket | undefined;

afterEach(() => {
  server?.close();
  server = undefined;
});

/** A server that denies everything as BIND's response policy zones do, and remembers what it was asked. */
async function denier(): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = [];
  const socket = createSocket('udp4');
  server = socket;
  socket.on('message', (bytes, peer) => {
    const { id, questions = [] } = packet.decode(bytes);
    asked.push(...questions.map((one) => one.name));
    const soa = {
      mname: 'ns.rpz.example',
      rname: 'h.rpz.example',
      serial: 1,
      refresh: 1,
      retry: 1,
      expire: 1,
      minimum: 1,
    };
    const answer = packet.encode({
      type: 'response',
      ...(id === undefined ? {} : { id }),
      flags: 3,
      questions,
      additionals: [{ type: 'SOA', name: 'rpz.example', ttl: 60, data: soa }],
    });
    socket.send(answer, peer.port, peer.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return { port: socket.address().port, asked };
}

describe('the dns probe', () => {
  const probe = (port: number, name: string, over: Partial<DnsProbe> = {}): DnsProbe => ({
    kind: 'dns',
    server: { address: '127.0.0.1', port },
    name,
    type: 'A',
    transport: 'udp',
    ...over,
  });
  const ask = (one: DnsProbe) => dns(one, context, AbortSignal.timeout(2_000));

  it('puts a new random label before the name each time', async () => {
    const { port, asked } = await denier();
    await ask(probe(port, 'com.', { randomLabel: 1 }));
    await ask(probe(port, 'com.', { randomLabel: 1 }));
    await ask(probe(port, '.', { randomLabel: 2 }));
    expect(asked[0]).toMatch(/^[0-9a-f]{16}\.com$/);
    expect(asked[1]).toMatch(/^[0-9a-f]{16}\.com$/);
    expect(asked[2]).toMatch(/^[0-9a-f]{16}$/);
    expect(new Set(asked).size).toBe(3);
  });

  it('keeps what stands beside the answer: the zone of a policy', async () => {
    const { port } = await denier();
    const seen = await ask(probe(port, 'acme.goskope.com.'));
    expect(seen.rcode).toBe('NXDOMAIN');
    expect(seen.authority).toEqual([]);
    expect(seen.additional?.map(({ name, type }) => ({ name, type }))).toEqual([{ name: 'rpz.example.', type: 'SOA' }]);
  });
});
