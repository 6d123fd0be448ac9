import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Authority, createAuthority, type Identity } from '../../src/demo/certificates.ts';
import { type DtlsBehaviour, startDtlsServer } from '../../src/demo/dtls-server.ts';
import type { Running } from '../../src/demo/loopback.ts';
import { clientHello, contents, cookieHello, cookieOf, record } from './client-hello.ts';
import { installed, run, udpExchange } from './raw-client.ts';

const FLIGHT = [2, 11, 12, 14];
const GATEWAY = 'gateway-lon1.gw.npa.goskope.com';
const FATAL_USER_CANCELED = record(21, 9, [2, 90]);
const openssl = installed('openssl', 'version');

let authority: Authority;
let identity: Identity;
let server: Running | undefined;

beforeAll(async () => {
  authority = await createAuthority('Test CA');
  identity = await authority.issue({ names: ['*.gw.npa.goskope.com'] });
});

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function start(behaviour: DtlsBehaviour = 'answers'): Promise<Running> {
  server = await startDtlsServer(identity, behaviour);
  return server;
}

describe('the demo gateway', () => {
  it.skipIf(!openssl)('convinces openssl of its certificate and of its key', async () => {
    const { endpoint } = await start();
    const folder = await mkdtemp(join(tmpdir(), 'demo-dtls-'));
    const ca = join(folder, 'ca.pem');
    writeFileSync(ca, authority.pem);
    const where = ['-connect', `${endpoint.address}:${endpoint.port}`, '-servername', GATEWAY];
    const said = await run('openssl', ['s_client', '-dtls1_2', ...where, '-CAfile', ca, '-verify_hostname', GATEWAY]);
    await rm(folder, { recursive: true });
    expect(said).toContain('Verify return code: 0 (ok)');
    expect(said).toContain('Verified peername: *.gw.npa.goskope.com');
    // Printed only after the ServerKeyExchange's signature was verified.
    expect(said).toContain('Server Temp Key: ECDH, prime256v1');
    expect(said).toContain('Peer signature type: ECDSA');
  });

  it('asks for its cookie first, then sends the whole flight in one datagram', async () => {
    const { endpoint } = await start();
    const { replies } = await udpExchange(endpoint, [clientHello(), ([verify]) => cookieHello(verify)]);
    expect(replies.map(contents)).toEqual([[3], FLIGHT]);
    expect(cookieOf(replies[0])).toHaveLength(20);
    expect(replies[1]?.length).toBeGreaterThan(572);
  });

  it('repeats its flight, in new records, when the hello is repeated in a new record', async () => {
    const { endpoint } = await start();
    const { replies } = await udpExchange(endpoint, [
      clientHello(),
      ([verify]) => cookieHello(verify),
      ([verify]) => cookieHello(verify, { recordSequence: 2 }),
    ]);
    expect(replies.map(contents)).toEqual([[3], FLIGHT, FLIGHT]);
    expect(replies[2]?.readUIntBE(5, 6)).toBeGreaterThan(replies[1]?.readUIntBE(5, 6) ?? Number.NaN);
    // The same ServerHello (55 bytes and its header), so the same random.
    expect(replies[2]?.subarray(13, 80)).toEqual(replies[1]?.subarray(13, 80));
  });

  it('is silent on a replayed record, and on a cookie hello that is not message 1', async () => {
    const { endpoint } = await start();
    const replayed = await udpExchange(endpoint, [
      clientHello(),
      ([verify]) => cookieHello(verify),
      ([verify]) => cookieHello(verify),
    ]);
    expect(replayed.replies.map(contents)).toEqual([[3], FLIGHT]);
    const misnumbered = await udpExchange(endpoint, [
      clientHello(),
      ([verify]) => cookieHello(verify, { messageSequence: 0 }),
    ]);
    expect(misnumbered.replies.map(contents)).toEqual([[3]]);
  });

  it('answers a wrong cookie with the right one', async () => {
    const { endpoint } = await start();
    const { replies } = await udpExchange(endpoint, [clientHello({ cookie: Buffer.alloc(20), messageSequence: 1 })]);
    expect(replies.map(contents)).toEqual([[3]]);
  });

  it.each([
    ['no suite of ours', { suites: [0xfafa] }, 'alert 40'],
    ['no groups', { groups: false }, 'alert 40'],
    ['DTLS 1.0 only', { version: 0xfeff }, 'alert 70'],
    ['no null compression', { nullCompression: false }, 'alert 50'],
  ])('refuses a hello with %s by alert', async (_what, wish, alert) => {
    const { endpoint } = await start();
    const { replies } = await udpExchange(endpoint, [clientHello(wish), ([verify]) => cookieHello(verify, wish)]);
    expect(replies.map(contents)).toEqual([[3], [alert]]);
    expect(replies[1]).toHaveLength(15);
  });

  it('is quiet after a fatal alert, and serves the next client', async () => {
    const { endpoint } = await start();
    const { replies } = await udpExchange(endpoint, [
      clientHello(),
      ([verify]) => cookieHello(verify),
      FATAL_USER_CANCELED,
    ]);
    expect(replies).toHaveLength(2);
    const next = await udpExchange(endpoint, [clientHello(), ([verify]) => cookieHello(verify)]);
    expect(next.replies.map(contents)).toEqual([[3], FLIGHT]);
  });

  it('survives garbage without a word', async () => {
    const { endpoint } = await start();
    const hello = clientHello();
    const stretched = Buffer.from(hello);
    stretched.writeUInt8(200, 13 + 12 + 34); // a session id that leads past the end
    const fragment = Buffer.from(hello);
    fragment.writeUInt8(9, 13 + 11);
    const { replies } = await udpExchange(endpoint, [stretched, fragment, Buffer.alloc(1200, 255), hello]);
    expect(replies.map(contents)).toEqual([[3]]);
  });

  it('behind a device that passes the first packet only, answers one datagram of each port', async () => {
    const { endpoint } = await start('first packet only');
    for (let attempt = 0; attempt < 2; attempt++) {
      const { replies } = await udpExchange(endpoint, [clientHello(), ([verify]) => cookieHello(verify)]);
      expect(replies.map(contents)).toEqual([[3]]);
    }
  });

  it('behind a device that drops large datagrams, answers cookies and alerts but never the flight', async () => {
    const { endpoint } = await start('large datagrams dropped');
    const full = await udpExchange(endpoint, [
      clientHello(),
      ([verify]) => cookieHello(verify),
      ([verify]) => cookieHello(verify, { recordSequence: 2 }),
    ]);
    expect(full.replies.map(contents)).toEqual([[3]]);
    const small = { suites: [0xfafa] };
    const alert = await udpExchange(endpoint, [clientHello(small), ([verify]) => cookieHello(verify, small)]);
    expect(alert.replies.map(contents)).toEqual([[3], ['alert 40']]);
  });
});
