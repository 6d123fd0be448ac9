import { describe, expect, it } from 'vitest';
import { egress } from '../../src/checks/egress.ts';
import { certificateOf, failed, stunSeen } from '../support/observed.ts';
import { rows } from '../support/rows.ts';
import { diagnose, judged, type Trouble } from '../support/small-world.ts';
import { missing, stun, tenant } from '../support/troubles.ts';
import { EGRESS, NO_CONTROLS, proxied, TENANT, TENANT_ADDRESSES, tenantTarget, viewOf } from '../support/view.ts';

const [FIRST = '', SECOND = ''] = TENANT_ADDRESSES;

describe('http', () => {
  rows('http', [
    ...[200, 301, 401, 403, 404, 405, 429].map((status) => ({
      title: `${status} is an answer`,
      world: { troubles: [tenant({ status })] },
      fault: null,
      status: 'pass' as const,
      words: [`answers ${status}`],
    })),
    ...[500, 502, 503].map((status) => ({
      title: `${status} everywhere`,
      world: { troubles: [tenant({ status })] },
      fault: null,
      status: 'fail' as const,
      words: [TENANT, String(status), FIRST],
    })),
    {
      title: '503 from one address of two',
      world: { troubles: [tenant({ status: 503 }, FIRST)] },
      fault: null,
      status: 'warn',
      severity: 'medium',
    },
    {
      title: '503 from one address of two, and all are wanted',
      world: {
        settings: { targets: [tenantTarget({ addressPolicy: 'all' })] },
        troubles: [tenant({ status: 503 }, FIRST)],
      },
      fault: null,
      status: 'fail',
    },
    {
      title: 'TLS, then silence',
      world: { troubles: [tenant({ failure: failed('generic_timeout_error', 'http_request', 'no answer to GET') })] },
      fault: null,
      status: 'fail',
      words: [TENANT, FIRST, 'no answer'],
    },
  ]);

  it('an answer over a certificate that does not hold is no answer', () => {
    const certificate = certificateOf(TENANT, { trusted: false, error: 'SELF_SIGNED_CERT' });
    const [one] = diagnose('http', { troubles: [tenant({ certificate, status: 200 })] });
    expect(one?.status).toBe('skip');
  });

  it('an address that was not finished leaves the target unknown while no other has answered', () => {
    const world = { troubles: [tenant({ failure: failed('connection_refused', 'connect') }, SECOND)] };
    expect(diagnose('http', world)[0]?.status).toBe('pass');
  });
});

const PROXY = { proxy: proxied('http://proxy.corp.example:3128') };

describe('proxy', () => {
  rows('proxy', [
    {
      title: 'nobody at the proxy’s address',
      world: { facts: PROXY, troubles: [tenant({ failure: failed('connection_refused', 'connect') })] },
      fault: 'proxy-unreachable',
      status: 'fail',
      words: ['proxy.corp.example:3128', 'connection_refused', TENANT],
    },
    {
      title: 'the proxy wants credentials',
      world: {
        facts: PROXY,
        troubles: [tenant({ failure: failed('connection_refused', 'proxy_connect'), proxyStatus: 407 })],
      },
      fault: 'proxy-407',
      status: 'fail',
      words: ['proxy.corp.example:3128', `${TENANT}:443`],
    },
    {
      title: 'the proxy says no to this host',
      world: {
        facts: PROXY,
        troubles: [tenant({ failure: failed('connection_refused', 'proxy_connect'), proxyStatus: 403 })],
      },
      fault: null,
      status: 'fail',
      not: 'proxy-407',
      words: ['403'],
    },
    {
      title: 'the proxy does not answer to CONNECT',
      world: { facts: PROXY, troubles: [tenant({ failure: failed('generic_timeout_error', 'proxy_connect') })] },
      fault: null,
      status: 'fail',
      not: 'proxy-unreachable',
    },
    {
      title: 'only recommended',
      world: {
        facts: PROXY,
        settings: { targets: [tenantTarget({ requirement: 'recommended' })] },
        troubles: [tenant({ failure: failed('connection_refused', 'connect') })],
      },
      fault: 'proxy-unreachable',
      status: 'warn',
    },
    { title: 'it lets us through', world: { facts: PROXY }, fault: null, status: 'pass' },
    {
      title: 'trouble behind the proxy is not the proxy’s',
      world: { facts: PROXY, troubles: [tenant({ failure: failed('connection_reset', 'tls_handshake') })] },
      fault: null,
      status: 'pass',
    },
  ]);

  it('is not asked about without a proxy, or where NO_PROXY names the host', () => {
    expect(diagnose('proxy')).toEqual([]);
    expect(diagnose('proxy', { facts: { proxy: proxied('http://10.0.0.20:3128', '.goskope.com') } })).toEqual([]);
  });

  it('a proxy whose name does not resolve is one root cause, and everything behind it is explained', () => {
    const { verdict, rootCauses, findings } = judged({
      facts: PROXY,
      troubles: [missing('proxy.corp.example', 'corp.example.')],
    });
    expect(verdict).toBe('NotReady');
    expect(rootCauses.map((one) => one.check)).toEqual(['dns-content']);
    const behind = findings.filter((one) => ['proxy', 'tls', 'http'].includes(one.check));
    expect(behind.map((one) => [one.status, one.causedBy])).toEqual([
      ['skip', 'dns-content'],
      ['skip', 'dns-content'],
      ['skip', 'dns-content'],
    ]);
  });

  it('the tenant’s own name is left to the proxy', () => {
    const { verdict } = judged({ facts: PROXY, troubles: [missing(TENANT)] });
    expect(verdict).toBe('Ready');
  });
});

describe('egress', () => {
  it('is information: known, or not known', () => {
    expect(diagnose('egress')[0]).toMatchObject({ status: 'pass', summary: `${EGRESS} by UDP` });
    expect(diagnose('egress', { troubles: [stun()] })[0]).toMatchObject({ status: 'error', required: false });
    expect(diagnose('egress', { settings: { controls: NO_CONTROLS } })).toEqual([]);
  });

  it('the first control that answers in the order of the settings is believed, not the quickest', () => {
    const mapped: Trouble = (probe) =>
      probe.kind === 'stun' && probe.address === '203.0.113.211'
        ? { ...stunSeen(probe), mapped: { address: '192.0.2.9', port: 1 } }
        : undefined;
    const first = stunSeen({ kind: 'stun', address: '203.0.113.210', port: 3478 });
    const second = mapped({ kind: 'stun', address: '203.0.113.211', port: 3478 });
    if (!second) throw new Error('no second control');
    for (const observations of [
      [first, second],
      [second, first],
    ])
      expect(egress.diagnose(viewOf({ observations }))[0]?.summary).toBe(`${EGRESS} by UDP`);
  });

  it('a silent STUN server is waited for no longer than a second once the tunnel is up', () => {
    const probe = { kind: 'stun' as const, address: '203.0.113.210', port: 3478 };
    const enough = (ms: number) =>
      egress.enough?.(viewOf({ settings: { targets: [tenantTarget()] }, waiting: [{ probe, ms }] }));
    expect(enough(900)).toEqual([]);
    expect(enough(1_000)).toEqual([probe]);
  });
});
