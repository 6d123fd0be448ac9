import { describe, expect, it } from 'vitest';
import { failed, httpsSeen, leafOf } from '../support/observed.ts';
import { rows } from '../support/rows.ts';
import { diagnose, type Trouble } from '../support/small-world.ts';
import { everyCertificate, tenant, tenantCertificate } from '../support/troubles.ts';
import { NO_CONTROLS, TENANT, TENANT_ADDRESSES, tenantTarget } from '../support/view.ts';

const [FIRST = '', SECOND = ''] = TENANT_ADDRESSES;
const CORP = 'CN=Corp Inspection CA';
const UNTRUSTED = { trusted: false, error: 'SELF_SIGNED_CERT_IN_CHAIN' };
const ELSEWHERE = { nameMatches: false, error: 'ERR_TLS_CERT_ALTNAME_INVALID' };
const OVER = leafOf(TENANT, { validTo: '2026-11-18T00:00:00.000Z' }, { expired: true, error: 'CERT_HAS_EXPIRED' });

const controlsShow =
  (over: Parameters<typeof httpsSeen>[1]): Trouble =>
  (probe) =>
    probe.kind === 'https' && probe.host !== TENANT ? httpsSeen(probe, over) : undefined;

describe('tls', () => {
  rows('tls', [
    {
      title: 'a certificate for somebody else',
      world: { troubles: [tenantCertificate(leafOf(TENANT, { names: ['shop.example'] }, ELSEWHERE))] },
      fault: 'tls-hostname-mismatch',
      status: 'fail',
      severity: 'critical',
      words: [TENANT, 'shop.example', FIRST, SECOND, '443'],
    },
    {
      title: 'an ingress default: of another name and not trusted',
      world: {
        troubles: [
          tenantCertificate(leafOf(TENANT, { names: [], subject: 'CN=Ingress Fake' }, { ...ELSEWHERE, ...UNTRUSTED })),
        ],
      },
      fault: 'tls-hostname-mismatch',
      status: 'fail',
      words: ['CN=Ingress Fake'],
    },
    {
      title: 'one address of two belongs to somebody else',
      world: {
        troubles: [tenant({ certificate: leafOf(TENANT, { names: ['shop.example'] }, ELSEWHERE) }, SECOND)],
      },
      fault: 'tls-hostname-mismatch',
      status: 'warn',
      severity: 'high',
      words: [SECOND],
    },
    {
      title: 'one address of two belongs to somebody else, and all are wanted',
      world: {
        settings: { targets: [tenantTarget({ addressPolicy: 'all' })] },
        troubles: [tenant({ certificate: leafOf(TENANT, { names: ['shop.example'] }, ELSEWHERE) }, SECOND)],
      },
      fault: 'tls-hostname-mismatch',
      status: 'fail',
    },
    {
      title: 'the same unknown CA signs for everybody',
      world: { troubles: [everyCertificate(CORP)] },
      fault: 'tls-intercept-untrusted',
      status: 'fail',
      severity: 'critical',
      words: [TENANT, CORP, 'web-one.example', FIRST, '443'],
    },
    {
      title: 'an unknown CA at the tenant only: a private CA, not a device',
      world: { troubles: [tenantCertificate(leafOf(TENANT, { issuer: CORP }, UNTRUSTED))] },
      fault: null,
      status: 'fail',
      not: 'tls-intercept-untrusted',
      words: ['--expect-ca', 'SELF_SIGNED_CERT_IN_CHAIN'],
    },
    {
      title: 'everybody is unknown, by different CAs: no roots here, not a device',
      world: {
        troubles: [
          tenantCertificate(leafOf(TENANT, { issuer: 'CN=Public CA A' }, UNTRUSTED)),
          controlsShow({ certificate: leafOf('web-one.example', { issuer: 'CN=Public CA B' }, UNTRUSTED) }),
        ],
      },
      fault: null,
      status: 'fail',
      not: 'tls-intercept-untrusted',
    },
    {
      title: 'untrusted, and nobody to compare with',
      world: { settings: { controls: NO_CONTROLS }, troubles: [everyCertificate(CORP)] },
      fault: null,
      status: 'fail',
      not: 'tls-intercept-untrusted',
      words: ['no control host was asked'],
    },
    {
      title: 'intercepted, but only recommended',
      world: {
        settings: { targets: [tenantTarget({ requirement: 'recommended' })] },
        troubles: [everyCertificate(CORP)],
      },
      fault: 'tls-intercept-untrusted',
      status: 'warn',
    },
    {
      title: 'the certificate has expired, the controls agree about the day',
      world: { troubles: [tenantCertificate(OVER)] },
      fault: 'tls-server-cert-expired',
      status: 'fail',
      severity: 'critical',
      words: [TENANT, '2026-11-18', FIRST, 'CN=Public CA'],
    },
    {
      title: 'everything has expired: our clock',
      world: {
        troubles: [
          tenantCertificate(OVER, 90_000_000),
          controlsShow({
            certificate: leafOf('web-one.example', {}, { expired: true, error: 'CERT_HAS_EXPIRED' }),
            clockOffsetMs: 90_000_000,
          }),
        ],
      },
      fault: null,
      status: 'fail',
      not: 'tls-server-cert-expired',
      words: ['clock'],
    },
    {
      title: 'expired, and no clock to compare with',
      world: { settings: { controls: NO_CONTROLS }, troubles: [tenantCertificate(OVER, null)] },
      fault: null,
      status: 'fail',
      not: 'tls-server-cert-expired',
    },
    {
      title: 'expired, no controls, but the server’s own Date agrees with our clock',
      world: { settings: { controls: NO_CONTROLS }, troubles: [tenantCertificate(OVER)] },
      fault: 'tls-server-cert-expired',
      status: 'fail',
    },
    {
      title: 'the handshake is reset',
      world: { troubles: [tenant({ failure: failed('connection_reset', 'tls_handshake', 'read ECONNRESET') })] },
      fault: null,
      status: 'fail',
      words: [FIRST, 'connection_reset', 'web-one.example verifies'],
    },
    { title: 'all is well', world: {}, fault: null, status: 'pass' },
    {
      title: 'a wildcard that is about to end is good today',
      world: {
        troubles: [
          tenantCertificate(leafOf(TENANT, { names: ['*.goskope.com'], validTo: '2026-11-25T00:00:00.000Z' })),
        ],
      },
      fault: null,
      status: 'pass',
    },
  ]);

  it('counts the days that are left on the clock of the observation', () => {
    const [one] = diagnose('tls');
    expect(one?.summary).toContain('99 days left');
  });

  it('is not judged where nothing connects', () => {
    const [one] = diagnose('tls', { troubles: [tenant({ failure: failed('connection_refused', 'connect') })] });
    expect(one?.status).toBe('skip');
  });
});
