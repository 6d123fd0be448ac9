import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createAuthority } from '../../src/demo/certificates.ts';
import { startClosed, startSilentUdp, startSynDrop } from '../../src/demo/dead-ends.ts';
import { API_PATH, startHttpsServer, startRedirectServer, tenantPage } from '../../src/demo/https-server.ts';
import { listenTcp } from '../../src/demo/loopback.ts';
import { startQuicServer } from '../../src/demo/quic-server.ts';
import { startStunServer } from '../../src/demo/stun-server.ts';
import { installed, run, tcpOutcome, tlsVerdict, udpExchange } from './raw-client.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

function keep<T extends { close(): Promise<void> }>(server: T): T {
  cleanups.push(() => server.close());
  return server;
}

const curl = installed('curl', '--version');

describe('the demo web servers', () => {
  it.skipIf(!curl)('answer curl with 401 and JSON on the API path', async () => {
    const identity = await (await createAuthority('Test CA')).issue({ names: ['acme.goskope.com'] });
    const { endpoint } = keep(await startHttpsServer(identity, tenantPage));
    const said = await run('curl', [
      ...['-sk', '--max-time', '5', '-w', '\n%{http_code} %{content_type}'],
      ...['--connect-to', `::127.0.0.1:${endpoint.port}`],
      `https://acme.goskope.com${API_PATH}`,
    ]);
    expect(said).toBe('{"status":"error","message":"Unauthorized"}\n401 application/json');
  });

  it.skipIf(!curl)('redirect port 80 to HTTPS', async () => {
    const { endpoint } = keep(await startRedirectServer());
    const said = await run('curl', [
      ...['-s', '--max-time', '5', '-w', '%{http_code} %{redirect_url}'],
      ...['--connect-to', `::127.0.0.1:${endpoint.port}`, 'http://acme.goskope.com/x'],
    ]);
    expect(said).toBe('301 https://acme.goskope.com/x');
  });

  it('show valid, expired and misnamed certificates, for names and for addresses', async () => {
    const authority = await createAuthority('Test CA');
    const verdict = async (
      wish: { names: string[]; expired?: boolean },
      asked: string,
      ca: string,
    ): Promise<string> => {
      const { endpoint } = keep(await startHttpsServer(await authority.issue(wish), tenantPage));
      return tlsVerdict(endpoint, asked, [ca]);
    };
    const names = ['acme.goskope.com'];
    expect(await verdict({ names }, 'acme.goskope.com', authority.pem)).toBe('ok');
    expect(await verdict({ names, expired: true }, 'acme.goskope.com', authority.pem)).toBe('CERT_HAS_EXPIRED');
    expect(await verdict({ names }, 'other.example', authority.pem)).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(await verdict({ names: ['api', '127.0.0.1'] }, '127.0.0.1', authority.pem)).toBe('ok');
    const stranger = await createAuthority('Other CA');
    expect(await verdict({ names }, 'acme.goskope.com', stranger.pem)).toBe('SELF_SIGNED_CERT_IN_CHAIN');
  });
});

describe('the demo STUN server', () => {
  const id = '000102030405060708090a0b';

  it('says that the client is seen as the NAT gateway, RFC 8489', async () => {
    const { endpoint } = keep(await startStunServer('192.0.2.1'));
    const { replies } = await udpExchange(endpoint, [Buffer.from(`000100002112a442${id}`, 'hex')]);
    const [reply] = replies;
    expect(reply?.subarray(0, 20).toString('hex')).toBe(`0101000c2112a442${id}`);
    expect(reply?.subarray(20, 26).toString('hex')).toBe('002000080001');
    // RFC 5769 section 2.2: 192.0.2.1 is e1 12 a6 43 when exclusive-ored with the magic cookie.
    expect(reply?.subarray(28).toString('hex')).toBe('e112a643');
  });

  it('is silent on anything else', async () => {
    const { endpoint } = keep(await startStunServer('192.0.2.1'));
    const { replies } = await udpExchange(endpoint, [Buffer.from(`0001000800000000${id}`, 'hex'), Buffer.alloc(3)]);
    expect(replies).toEqual([]);
  });
});

describe('the demo QUIC server', () => {
  const hello = (bytes: number): Buffer => {
    const datagram = Buffer.alloc(bytes);
    Buffer.from('c01a2a3a4a04aabbccdd02eeff', 'hex').copy(datagram);
    return datagram;
  };

  it('answers an unknown version with those it speaks, connection ids exchanged', async () => {
    const { endpoint } = keep(await startQuicServer());
    const { replies } = await udpExchange(endpoint, [hello(1200)]);
    expect(replies[0]?.readUInt8(0)).toBeGreaterThanOrEqual(0x80);
    expect(replies[0]?.subarray(1).toString('hex')).toBe('0000000002eeff04aabbccdd000000016b3343cf');
  });

  it('is silent on a small datagram, a known version and a short header', async () => {
    const { endpoint } = keep(await startQuicServer());
    const known = hello(1200);
    known.writeUInt32BE(1, 1);
    const { replies } = await udpExchange(endpoint, [hello(1199), known, Buffer.alloc(1200)]);
    expect(replies).toEqual([]);
  });
});

describe('the dead ends', () => {
  it('refuse, over UDP and over TCP', async () => {
    const closed = keep(await startClosed());
    expect(await udpExchange(closed.udp, [Buffer.from('?')])).toEqual({ replies: [], error: 'ECONNREFUSED' });
    expect(await tcpOutcome(closed.tcp)).toBe('ECONNREFUSED');
    // Nobody else can begin to listen there.
    const rival = createServer();
    const taken = await new Promise((resolve) => {
      rival.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
      rival.listen(closed.tcp.port, '127.0.0.1', () => resolve('listening'));
    });
    rival.close();
    expect(taken).toBe('EADDRINUSE');
  });

  it('swallow datagrams', async () => {
    const { endpoint } = keep(await startSilentUdp());
    expect(await udpExchange(endpoint, [Buffer.from('?')])).toEqual({ replies: [], error: null });
  });

  it('drop SYNs, for many clients at once and again later', async () => {
    const { endpoint } = keep(await startSynDrop());
    expect(await Promise.all([1, 2, 3, 4].map(() => tcpOutcome(endpoint)))).toEqual(Array(4).fill('silent'));
    expect(await tcpOutcome(endpoint)).toBe('silent');
  });

  it('close a TCP server together with its clients', async () => {
    const running = await listenTcp(createServer());
    expect(await tcpOutcome(running.endpoint)).toBe('open');
    await running.close();
    expect(await tcpOutcome(running.endpoint)).toBe('ECONNREFUSED');
  });
});
