// Each fault as bare sockets see it. What the agent concludes from it is another test's business.

import packet from 'dns-packet';
import { afterEach, describe, expect, it } from 'vitest';
import { DEMO_FAULTS, listDemoFaults } from '../../src/demo/faults.ts';
import { startWorld, type World } from '../../src/demo/world.ts';
import type { Endpoint } from '../../src/model/target.ts';
import { clientHello, contents, cookieHello } from './client-hello.ts';
import { rcodeOf, tcpOutcome, tlsVerdict, udpExchange } from './raw-client.ts';

const TENANT = '203.0.113.10:443/tcp';
const GATEWAYS = ['198.51.100.21:443/udp', '198.51.100.24:443/udp'];
const QUIC = '203.0.113.202:443/udp';
const STUN = '203.0.113.201:3478/udp';
const RESOLVER = '10.96.0.10:53/udp';

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

/** A summary of the world from outside: one word for each thing tried. */
async function look(fault?: string): Promise<Record<string, string>> {
  world = await startWorld(fault === undefined ? {} : { fault });
  const { connectTo, expectCa } = world.settings;
  const at = (key: string): Endpoint => connectTo[key] ?? { address: 'nowhere', port: 0 };
  const dns = async (key: string, name: string): Promise<string> => {
    const query = packet.encode({ type: 'query', id: 1, questions: [{ type: 'A', name }] });
    const { replies, error } = await udpExchange(at(key), [query]);
    return rcodeOf(replies[0]) ?? error ?? 'silent';
  };
  const dtls = async (key: string): Promise<string> => {
    const { replies, error } = await udpExchange(at(key), [clientHello(), (seen) => cookieHello(seen[0])]);
    return error ?? (replies.map((reply) => contents(reply).join(' ')).join(', ') || 'silent');
  };
  const answers = async (key: string, question: Buffer): Promise<string> => {
    const { replies, error } = await udpExchange(at(key), [question]);
    return error ?? (replies.length > 0 ? 'answers' : 'silent');
  };
  const tls = async (key: string, host: string): Promise<string> => {
    const reachable = await tcpOutcome(at(key));
    return reachable === 'open' ? tlsVerdict(at(key), host, expectCa) : reachable;
  };
  const quicHello = Buffer.alloc(1200);
  Buffer.from('c01a2a3a4a0000', 'hex').copy(quicHello);
  const stunRequest = Buffer.from('000100002112a442000000000000000000000000', 'hex');
  const [tenantName, clusterName, dnsTcp, tenant, control, apiServer, port80, lon, fra, quic, stun] = await Promise.all(
    [
      dns(RESOLVER, 'acme.goskope.com'),
      dns(RESOLVER, 'kubernetes.default.svc.cluster.local'),
      tcpOutcome(at('10.96.0.10:53/tcp')),
      tls(TENANT, 'acme.goskope.com'),
      tls('198.51.100.200:443/tcp', 'web-two.control.example'),
      tls('10.96.0.1:443/tcp', '10.96.0.1'),
      tcpOutcome(at('203.0.113.10:80/tcp')),
      dtls(GATEWAYS[0] ?? ''),
      dtls(GATEWAYS[1] ?? ''),
      answers(QUIC, quicHello),
      answers(STUN, stunRequest),
    ],
  );
  return { tenantName, clusterName, dnsTcp, tenant, control, apiServer, port80, lon, fra, quic, stun };
}

const HEALTHY = {
  tenantName: 'NOERROR',
  clusterName: 'NOERROR',
  dnsTcp: 'open',
  tenant: 'ok',
  control: 'ok',
  apiServer: 'ok',
  port80: 'open',
  lon: '3, 2 11 12 14',
  fra: '3, 2 11 12 14',
  quic: 'answers',
  stun: 'answers',
};

const EVERYTHING_SILENT = Object.fromEntries(Object.keys(HEALTHY).map((key) => [key, 'silent']));
const refused = 'ECONNREFUSED';

const EXPECTED: Record<string, Record<string, string>> = {
  'dnsc-resolv-missing': {},
  'dnsc-loopback-only': {},
  'dns-udp-blocked': { tenantName: 'silent', clusterName: 'silent' },
  'dns-egress-policy-deny': EVERYTHING_SILENT,
  'dnsx-tenant-nxdomain': { tenantName: 'NXDOMAIN' },
  'coredns-upstream-dead': { tenantName: 'silent' },
  'tcp-egress-drop': { tenant: 'silent', control: 'silent' },
  'tcp-egress-reject': { tenant: refused, control: refused },
  'tls-intercept-untrusted': { tenant: 'SELF_SIGNED_CERT_IN_CHAIN', control: 'SELF_SIGNED_CERT_IN_CHAIN' },
  'tls-server-cert-expired': { tenant: 'CERT_HAS_EXPIRED' },
  'tls-hostname-mismatch': { tenant: 'ERR_TLS_CERT_ALTNAME_INVALID' },
  'udp443-drop': { lon: 'silent', fra: 'silent', quic: 'silent' },
  'udp443-reject': { lon: refused, fra: refused, quic: refused },
  'dtls-stitcher-silent': { fra: 'silent' },
  'udp-first-packet-only': { lon: '3', fra: '3' },
  'dtls-server-flight-dropped': { lon: '3', fra: '3' },
};

describe('the demo world, seen from outside', () => {
  it('is well without a fault', async () => {
    expect(await look()).toEqual(HEALTHY);
  });

  it.each(DEMO_FAULTS.map(({ id }) => id))('%s', async (id) => {
    expect(await look(id)).toEqual({ ...HEALTHY, ...EXPECTED[id] });
  });

  it.each([
    ['dnsc-resolv-missing', [], '127.0.0.1:53'],
    ['dnsc-loopback-only', ['127.0.0.53'], '127.0.0.53:53'],
  ])('%s is in resolv.conf, and what it leads to refuses', async (fault, nameservers, asked) => {
    world = await startWorld({ fault });
    expect(world.facts.resolvConf).toMatchObject({ known: true, value: { nameservers } });
    const { connectTo } = world.settings;
    const udp = connectTo[`${asked}/udp`] ?? { address: 'nowhere', port: 0 };
    expect(await udpExchange(udp, [Buffer.from('?')])).toEqual({ replies: [], error: refused });
    expect(await tcpOutcome(connectTo[`${asked}/tcp`] ?? udp)).toBe(refused);
  });

  it('signs the intercepted certificates as Corp Inspection CA, and leaves DTLS alone', async () => {
    expect((await look('tls-intercept-untrusted')).lon).toBe(HEALTHY.lon);
  });

  it('lists each fault once, with a line about it', () => {
    const listed = listDemoFaults();
    expect(new Set(listed.map(({ id }) => id)).size).toBe(listed.length);
    expect(Object.keys(EXPECTED).sort()).toEqual(listed.map(({ id }) => id).sort());
    for (const { description } of listed) expect(description).toMatch(/^[^\n]{20,120}$/);
  });
});
