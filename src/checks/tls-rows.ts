// The table of tls: what it means when a handshake fails or a certificate does not hold.

import type { CertificateJudgement, HttpsObservation } from '../model/observation.ts';
import type { Target } from '../model/target.ts';
import { addressList, hostPort } from '../parse/ip.ts';
import { listed, needed, type Row } from './conclude.ts';

export interface TlsEvidence {
  readonly target: Target;
  readonly bad: readonly HttpsObservation[];
  readonly good: readonly HttpsObservation[];
  readonly worst: HttpsObservation | undefined;
  /** Of the first bad address that showed one. */
  readonly certificate: CertificateJudgement | null;
  /** Unrelated hosts on the same path. */
  readonly controls: readonly HttpsObservation[];
  /** Date headers of everybody who answered, minus our clock. */
  readonly clockOffsetsMs: readonly number[];
}

/** More than this between our clock and the others', and no date can be trusted: faults.md trap 31. */
const CLOCK_TOLERANCE_MS = 300_000;

function severityOf(e: TlsEvidence) {
  const total = e.good.length + e.bad.length;
  if (e.target.requirement !== 'required' || e.good.length >= needed(e.target.addressPolicy, total))
    return { status: 'warn' as const, severity: 'high' as const };
  return { status: 'fail' as const, severity: 'critical' as const };
}

function issuerOf(one: { tls: HttpsObservation['tls'] } | undefined): string | null {
  const chain = one?.tls?.certificate.chain;
  return chain?.[0]?.issuer ?? null;
}

/** A control whose certificate is untrusted as well and carries the same signature: the path re-signs everything. */
function sameForger(e: TlsEvidence): HttpsObservation | undefined {
  const issuer = e.certificate?.chain[0]?.issuer;
  return e.controls.find((one) => one.tls !== null && !one.tls.certificate.trusted && issuerOf(one) === issuer);
}

function clockIsRight(e: TlsEvidence): boolean {
  const others = e.controls.filter((one) => one.tls?.certificate.error === null).length;
  return (
    others > 0 ||
    (e.clockOffsetsMs.length > 0 && e.clockOffsetsMs.every((offset) => Math.abs(offset) < CLOCK_TOLERANCE_MS))
  );
}

const addresses = (e: TlsEvidence) =>
  addressList(e.bad.map((one) => one.probe.address ?? `via ${one.probe.proxy?.address ?? 'proxy'}`));

const BREAKS = 'enrollment: the Publisher refuses a tenant whose certificate does not hold.';

function show(e: TlsEvidence) {
  const one = e.worst;
  const at = one?.probe.address ?? e.target.host;
  return `openssl s_client -connect ${hostPort(at, e.target.port)} -servername ${e.target.host} </dev/null | openssl x509 -noout -subject -issuer -dates -ext subjectAltName`;
}

export const ROWS: readonly Row<TlsEvidence>[] = [
  {
    fault: 'tls-hostname-mismatch',
    when: (e) => e.certificate !== null && !e.certificate.nameMatches,
    say: (e) => {
      const leaf = e.certificate?.chain[0];
      const shown = listed((leaf?.names ?? []).slice(0, 4)) || leaf?.subject || 'no name at all';
      return {
        ...severityOf(e),
        summary: `${e.target.host} is answered by a server for ${shown}`,
        cause: `${addresses(e)} presents a certificate for ${shown} (issuer ${leaf?.issuer ?? 'unknown'}), not for ${e.target.host}: these addresses belong to another server, an ingress default or a captured name.`,
        breaks: BREAKS,
        remedy: {
          summary: `Find out why ${e.target.host} leads to ${addresses(e)}: compare the DNS answer with another resolver, then the route or load balancer behind it.`,
          commands: [`dig ${e.target.host}. A`, show(e)],
        },
        evidence: [{ text: `names: ${shown}`, command: show(e) }],
      };
    },
  },
  {
    fault: 'tls-intercept-untrusted',
    when: (e) => e.certificate !== null && !e.certificate.trusted && sameForger(e) !== undefined,
    say: (e) => {
      const issuer = e.certificate?.chain[0]?.issuer ?? 'unknown';
      const control = sameForger(e);
      return {
        ...severityOf(e),
        summary: `TLS to ${e.target.host} is intercepted by "${issuer}"`,
        cause: `The certificate of ${e.target.host} is signed by "${issuer}", which this pod does not trust, and so is that of ${control?.probe.host ?? 'an unrelated host'}: a TLS inspection device on the path signs for everybody.`,
        breaks: `${BREAKS} It pins its tenant's certificate, so trusting that CA does not help.`,
        remedy: {
          summary: `Exempt ${e.target.host} (and *.${e.target.host.split('.').slice(-2).join('.')}) port ${e.target.port}, ${addresses(e)}, from TLS inspection.`,
          commands: [show(e)],
        },
        evidence: [
          { text: `${e.target.host}: issuer ${issuer}`, command: show(e) },
          {
            text: `${control?.probe.host}: issuer ${issuerOf(control) ?? ''}`,
            command: `openssl s_client -connect ${hostPort(control?.probe.address ?? '', control?.probe.port ?? 443)} -servername ${control?.probe.host ?? ''} </dev/null | openssl x509 -noout -issuer`,
          },
        ],
      };
    },
  },
  {
    fault: 'tls-server-cert-expired',
    when: (e) => e.certificate?.expired === true && clockIsRight(e),
    say: (e) => {
      const leaf = e.certificate?.chain[0];
      return {
        ...severityOf(e),
        summary: `the certificate of ${e.target.host} expired on ${leaf?.validTo.slice(0, 10) ?? 'an unknown day'}`,
        cause: `${addresses(e)} presents a certificate that ended on ${leaf?.validTo ?? 'an unknown day'} (issuer ${leaf?.issuer ?? 'unknown'}). The clock of this pod agrees with other hosts, so it is the certificate.`,
        breaks: BREAKS,
        remedy: {
          summary: `Renew the certificate of ${e.target.host} at ${addresses(e)}; when "${leaf?.issuer ?? ''}" is an inspection CA of your own, renew it there or exempt the host.`,
          commands: [show(e)],
        },
        evidence: [{ text: `not after ${leaf?.validTo ?? ''}`, command: show(e) }],
      };
    },
  },
  {
    fault: null,
    when: (e) => e.certificate !== null,
    say: (e) => ({
      ...severityOf(e),
      summary: `the certificate of ${e.target.host} does not verify`,
      cause: `Cause not determined: ${e.certificate?.error ?? 'not verified'}, issuer ${e.certificate?.chain[0]?.issuer ?? 'unknown'}; ${controlsSaid(e)}${clockIsRight(e) ? '' : '; the clock of this pod could not be confirmed'}.`,
      breaks: BREAKS,
      remedy: {
        summary: `Look at the certificate chain that ${addresses(e)} presents; when it is your own CA, pass it with --expect-ca.`,
        commands: [show(e)],
      },
      evidence: [{ text: e.certificate?.error ?? '', command: show(e) }],
    }),
  },
  {
    fault: null,
    when: () => true,
    say: (e) => ({
      ...severityOf(e),
      summary: `TLS to ${e.target.host} does not come about`,
      cause: `Cause not determined: TCP opens at ${addresses(e)}, then ${e.worst?.failure?.code.replace('generic_timeout_error', 'nothing comes back') ?? 'no handshake'} (${e.worst?.failure?.detail ?? ''}); ${controlsSaid(e)}.`,
      breaks: BREAKS,
      remedy: {
        summary: `Look for a device between this pod and ${addresses(e)} that closes or drops TLS for ${e.target.host}.`,
        commands: [show(e)],
      },
      evidence: [{ text: e.worst?.failure?.detail ?? '', command: show(e) }],
    }),
  },
];

function controlsSaid(e: TlsEvidence): string {
  if (e.controls.length === 0) return 'no control host was asked';
  return e.controls
    .map(
      (one) =>
        `${one.probe.host} ${one.tls ? (one.tls.certificate.error ?? 'verifies') : (one.failure?.code ?? 'failed')}`,
    )
    .join(', ');
}
