// The healthy oddities of section 3 of the fault catalogue, as far as names, TCP, TLS, HTTP, proxy and DTLS have to live with
// them: none may end in a failure, none in "could not be evaluated" of something required.

import { describe, expect, it } from 'vitest';
import { dnsSeen, dtlsSeen, failed, leafOf } from '../support/observed.ts';
import { judged, type World } from '../support/small-world.ts';
import {
  dnsFails,
  dtls,
  missing,
  names,
  quic,
  stun,
  tcpFails,
  tenant,
  tenantCertificate,
} from '../support/troubles.ts';
import {
  FRANKFURT,
  LONDON,
  proxied,
  RESOLVER,
  resolvConfWith,
  stitcherTarget,
  TENANT,
  tcpTarget,
  tenantTarget,
} from '../support/view.ts';

interface Trap {
  readonly number: string;
  readonly oddity: string;
  readonly world: World;
  /** A warning is all right where the oddity is a blemish. */
  readonly warns?: true;
}

const gateways = ['198.51.100.21', '198.51.100.22', '198.51.100.23'];
const UNKNOWN_ISSUER = { trusted: false, error: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY' };

const TRAPS: readonly Trap[] = [
  { number: '1', oddity: 'AAAA: NOERROR without an answer', world: {} },
  {
    number: '2',
    oddity: 'NXDOMAIN for the name with a search suffix',
    world: { troubles: [names((name) => name.endsWith('.goskope.com.npa.svc.cluster.local.'), 'NXDOMAIN')] },
  },
  {
    number: '3',
    oddity: 'a CNAME chain across zones, owner names in mixed case',
    world: {
      troubles: [
        (one) =>
          one.kind === 'dns' && one.name === `${TENANT}.` && one.type === 'A'
            ? dnsSeen(one, [], {
                answers: [
                  { name: 'AcMe.GoSkope.com.', type: 'CNAME', ttl: 60, data: 'a.edge.example.' },
                  { name: 'a.edge.example.', type: 'CNAME', ttl: 60, data: 'b.cdn.example.' },
                  { name: 'B.cdn.EXAMPLE.', type: 'A', ttl: 0, data: '198.51.100.10' },
                ],
              })
            : undefined,
      ],
    },
  },
  {
    number: '4',
    oddity: 'two nameservers with different answers',
    world: {
      facts: { resolvConf: resolvConfWith([RESOLVER, '10.96.0.11']) },
      troubles: [names((name) => name === `${TENANT}.`, ['198.51.100.11', '198.51.100.77'], {}, '10.96.0.11')],
    },
  },
  {
    number: '5',
    oddity: 'a truncated answer over UDP, whole over TCP',
    world: {
      troubles: [
        (one) =>
          one.kind === 'dns' && one.name === `${TENANT}.` && one.transport === 'udp'
            ? dnsSeen(one, [], { flags: ['tc', 'rd', 'ra'] })
            : undefined,
      ],
    },
  },
  {
    number: '9',
    oddity: 'the API server does not answer a connect, nobody answers ICMP',
    world: { troubles: [tcpFails('generic_timeout_error', ['10.96.0.1'])] },
  },
  {
    number: '10',
    oddity: 'nothing at 127.0.0.1:53, which resolv.conf does not name',
    world: { troubles: [dnsFails('both', failed('connection_refused'), '127.0.0.1')] },
  },
  {
    number: '11',
    oddity: 'a pod with no capability at all, lwip mode',
    world: {
      facts: {
        capabilities: { known: true, value: { effective: [] } },
        networkingMode: { known: true, value: 'lwip' },
      },
    },
  },
  { number: '11', oddity: 'capabilities unknown', world: { facts: { capabilities: { known: false, why: 'EACCES' } } } },
  ...[401, 403, 404, 405, 429].map((status) => ({
    number: '12',
    oddity: `the tenant API answers ${status}`,
    world: { troubles: [tenant({ status })] },
  })),
  {
    number: '16',
    oddity: 'a stitcher that answers only UDP, 443/TCP refused',
    world: {
      settings: { targets: [tenantTarget(), stitcherTarget(LONDON), tcpTarget(LONDON)] },
      troubles: [tcpFails('connection_refused', gateways)],
    },
  },
  {
    number: '16',
    oddity: 'a stitcher that answers only UDP, 443/TCP silent',
    world: {
      settings: { targets: [tenantTarget(), stitcherTarget(LONDON), tcpTarget(LONDON)] },
      troubles: [tcpFails('generic_timeout_error', gateways)],
    },
  },
  {
    number: '17',
    oddity: 'the server’s flight without a HelloVerifyRequest, in DTLS 1.0 records',
    world: { troubles: [dtls('ok', undefined, { helloVerify: null, version: 'DTLSv1.0' })] },
  },
  { number: '17', oddity: 'DTLS 1.3 only', world: { troubles: [dtls('dtls13-only')] } },
  {
    number: '15, 17',
    oddity: 'refused by alert: the server lives, we lack the certificate',
    world: {
      troubles: [
        dtls('refused-by-alert', undefined, {
          alert: { level: 'fatal', description: 'handshake_failure', recordVersion: 'fefd' },
        }),
      ],
    },
  },
  {
    number: '18',
    oddity: 'a hello was lost, and a later one answered',
    world: { troubles: [dtls('ok', undefined, { attempts: 3, sent: { datagrams: 4, sockets: 3 } })] },
  },
  { number: '19', oddity: 'QUIC is blocked, DTLS passes', world: { troubles: [quic()] } },
  { number: '20', oddity: 'STUN is blocked, DTLS passes', world: { troubles: [stun()] } },
  {
    number: '22',
    oddity: 'no control host answers at all, and none is needed',
    world: { troubles: [stun(), quic(), tcpFails('generic_timeout_error', ['203.0.113.200', '203.0.113.201'])] },
  },
  {
    number: '24',
    oddity: 'a proxy for everybody but the tenant',
    world: { facts: { proxy: proxied('http://10.0.0.20:3128', 'goskope.com') } },
  },
  {
    number: '25',
    oddity: 'the proxy lets CONNECT to 443 through, whatever it says to the rest',
    world: { facts: { proxy: proxied('http://10.0.0.20:3128') } },
  },
  {
    number: '28',
    oddity: 'the first question and the first connection after a pod’s start had to be repeated',
    world: {
      troubles: [
        (one) =>
          one.kind === 'dns' && one.name === `${TENANT}.` && one.type === 'A' && one.transport === 'udp'
            ? dnsSeen(one, ['198.51.100.10', '198.51.100.11'], { attempts: 3, durationMs: 2_500 })
            : undefined,
        tenant({ attempts: 2 }),
      ],
    },
  },
  {
    number: '29',
    oddity: 'round trips of 400 ms',
    world: {
      troubles: [
        dtls('ok', undefined, { rttMs: 400, durationMs: 1_700 }),
        names((name) => name === `${LONDON}.`, ['198.51.100.21'], { rttMs: 400, durationMs: 400 }),
      ],
    },
  },
  {
    number: '30',
    oddity: 'an MTU of 1280, of 8951, and one that is not known',
    world: {
      facts: {
        interfaces: {
          known: true,
          value: [
            { name: 'eth0', up: true, mtu: 1280, addresses: ['10.244.1.10/24'] },
            { name: 'net1', up: true, mtu: 8951, addresses: [] },
            { name: 'net2', up: true, mtu: null, addresses: [] },
          ],
        },
      },
    },
  },
  {
    number: '7',
    oddity: 'NodeLocal DNS at a link-local address',
    world: { facts: { resolvConf: resolvConfWith(['169.254.20.10']) } },
  },
  {
    number: '14',
    oddity: 'a declared private CA signs the stitchers',
    world: { settings: { expectCa: ['PEM'] } },
  },
  {
    number: '31, 32',
    oddity: 'a wildcard certificate with nine days left, our clock four minutes behind',
    world: {
      troubles: [
        tenantCertificate(leafOf(TENANT, { names: ['*.goskope.com'], validTo: '2026-11-30T00:00:00.000Z' }), 240_000),
      ],
    },
  },
  {
    number: '16',
    oddity: 'one stitcher of two is down',
    world: { troubles: [dtls('no-answer', ['198.51.100.23'])] },
    warns: true,
  },
  {
    number: '3',
    oddity: 'one stitcher of two does not exist any more',
    world: { troubles: [missing(FRANKFURT, 'npa.goskope.com.')] },
    warns: true,
  },
  {
    number: '14',
    oddity: 'the stitchers’ issuer is not known here',
    world: {
      troubles: [
        (one) =>
          one.kind === 'dtls'
            ? dtlsSeen(one, 'certificate-untrusted', { certificate: leafOf(one.host, {}, UNKNOWN_ISSUER) })
            : undefined,
      ],
    },
  },
];

describe('traps', () => {
  it.each(TRAPS)('$number: $oddity', ({ world, warns }) => {
    for (const depth of ['quick', 'standard'] as const) {
      const summary = judged({ ...world, settings: { ...world.settings, depth } });
      expect(summary.findings.filter((one) => one.status === 'fail')).toEqual([]);
      expect(summary.verdict).toBe(warns ? 'ReadyWithWarnings' : 'Ready');
      expect(summary.exitCode).toBe(0);
    }
  });
});
