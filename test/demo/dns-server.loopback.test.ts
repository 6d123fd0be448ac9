import packet from 'dns-packet';
import { afterEach, describe, expect, it } from 'vitest';
import { type DnsBehaviour, type DnsServer, startDnsServer } from '../../src/demo/dns-server.ts';
import { installed, rcodeOf, run, udpExchange } from './raw-client.ts';

const HEALTHY: DnsBehaviour = { udp: 'answers', upstream: 'answers', missing: [] };
const dig = installed('dig', '-v');
let server: DnsServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function start(change: Partial<DnsBehaviour> = {}, patienceMs?: number): Promise<DnsServer> {
  server = await startDnsServer({ ...HEALTHY, ...change }, patienceMs);
  return server;
}

const query = (name: string): Buffer => packet.encode({ type: 'query', id: 7, questions: [{ type: 'A', name }] });

describe.skipIf(!dig)('the demo DNS, asked by dig', () => {
  const at = (port: number): string[] => ['@127.0.0.1', '-p', String(port), '+tries=1', '+time=1'];

  it('answers over UDP, with EDNS', async () => {
    const { udp } = await start();
    const said = await run('dig', [...at(udp.port), 'acme.goskope.com', 'A']);
    expect(said).toMatch(/status: NOERROR/);
    expect(said).toMatch(/EDNS: version: 0/);
    expect(said).toMatch(/203\.0\.113\.10\n.*203\.0\.113\.11\n/);
    expect(said).not.toMatch(/WARNING|malformed/i);
  });

  it('answers over TCP, twice on one connection', async () => {
    const { tcp } = await start();
    const said = await run('dig', [...at(tcp.port), '+tcp', '+keepopen', '+short', 'acme.goskope.com', '.', 'NS']);
    expect(said).toContain('203.0.113.10');
    expect(said).toContain('a.root-servers.net.');
  });

  it('says NXDOMAIN with the SOA of the parent zone', async () => {
    const { udp } = await start({ missing: ['acme.goskope.com'] });
    const said = await run('dig', [...at(udp.port), 'acme.goskope.com', 'A']);
    expect(said).toMatch(/status: NXDOMAIN/);
    expect(said).toMatch(/^goskope\.com\.\s+\d+\s+IN\s+SOA\s/m);
  });

  it('is silent over UDP and answers over TCP when UDP is blocked', async () => {
    const { udp, tcp } = await start({ udp: 'silent' });
    expect(await run('dig', [...at(udp.port), '.', 'NS'])).toMatch(/timed out|no servers could be reached/);
    expect(await run('dig', [...at(tcp.port), '+tcp', '+short', 'acme.goskope.com'])).toContain('203.0.113.10');
  });
});

describe('the demo DNS, asked by a bare socket', () => {
  it('with a dead upstream answers for the cluster at once and SERVFAIL for the rest later', async () => {
    const { udp } = await start({ upstream: 'dead' }, 20);
    const { replies } = await udpExchange(udp, [
      query('kubernetes.default.svc.cluster.local'),
      query('acme.goskope.com'),
    ]);
    expect(replies.map(rcodeOf)).toEqual(['NOERROR', 'SERVFAIL']);
  });

  it('has no answer that a client without EDNS could not take', async () => {
    const { udp } = await start();
    const root = packet.encode({ type: 'query', id: 7, questions: [{ type: 'NS', name: '.' }] });
    const { replies } = await udpExchange(udp, [root, query('nobody.goskope.com')]);
    expect(replies).toHaveLength(2);
    for (const reply of replies) expect(reply.length).toBeLessThanOrEqual(512);
  });

  it('is silent on garbage and on answers', async () => {
    const { udp } = await start();
    const response = packet.encode({ type: 'response', id: 7, questions: [{ type: 'A', name: 'acme.goskope.com' }] });
    const { replies } = await udpExchange(udp, [Buffer.from('not DNS'), response]);
    expect(replies).toEqual([]);
  });

  it('can be closed while it waits for its upstream', async () => {
    const { udp, close } = await start({ upstream: 'dead' });
    await udpExchange(udp, [query('acme.goskope.com')]);
    await close();
    server = undefined;
    expect((await udpExchange(udp, [query('.')])).error).toBe('ECONNREFUSED');
  });
});
