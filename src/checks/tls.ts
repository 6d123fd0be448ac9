// Is the other end of each connection who it should be?

import type { Check, Conclusion, View } from '../model/check.ts';
import type { HttpsObservation } from '../model/observation.ts';
import type { Probe } from '../model/probe.ts';
import type { Target } from '../model/target.ts';
import { count, duration, type Frame, faultsOf, judge, pass, refOf, skip } from './conclude.ts';
import { controlProbe, httpsProbes, pathNeeds, proxyFor, targetsOf } from './scene.ts';
import { ROWS, type TlsEvidence } from './tls-rows.ts';

const DAY_MS = 86_400_000;

export const tls: Check = {
  id: 'tls',
  layer: 'tls',
  question: 'Does the certificate belong to the name, lead to a trusted root, and hold today?',
  depth: 'quick',
  faults: faultsOf(ROWS),
  plan,
  diagnose: (view) => targetsOf(view, 'https').flatMap((target) => judgeTarget(view, target)),
};

// A certificate in doubt is compared with that of somebody unrelated on the same path.
function plan(view: View): Probe[] {
  return targetsOf(view, 'https').flatMap((target) => {
    const doubtful = httpsProbes(view, target).some((probe) => {
      const seen = view.seen(probe);
      return seen !== undefined && inTls(seen);
    });
    return doubtful && !proxyFor(view, target) ? view.settings.controls.https.slice(0, 2).map(controlProbe) : [];
  });
}

function inTls(seen: HttpsObservation): boolean {
  return seen.failure?.operation === 'certificate' || seen.failure?.operation === 'tls_handshake';
}

function judgeTarget(view: View, target: Target): Conclusion[] {
  const frame: Frame = {
    check: 'tls',
    layer: 'tls',
    target: refOf(target),
    needs: pathNeeds(view, target),
    breaksWhat: [`tls:${target.host}`],
  };
  const seen = httpsProbes(view, target)
    .map((probe) => view.seen(probe))
    .filter(
      (one): one is HttpsObservation =>
        one !== undefined && one.failure?.operation !== 'connect' && one.failure?.operation !== 'proxy_connect',
    );
  if (seen.length === 0) return [skip(frame, `${target.host}: no connection to secure`)];
  const good = seen.filter((one) => one.tls !== null && !inTls(one));
  const first = good[0]?.tls;
  if (good.length === seen.length && first) {
    const leaf = first.certificate.chain[0];
    const days = leaf ? daysLeft(leaf.validTo, seen) : null;
    return [
      pass(
        { ...frame, breaksWhat: [] },
        `${target.host} ${first.version}, ${leaf?.names[0] ?? leaf?.subject ?? 'no name'}${days === null ? '' : `, ${count(days, 'day')} left`}, ${duration(first.handshakeMs)}`,
        leaf
          ? [
              {
                text: `issuer ${leaf.issuer}`,
                command: openssl(target.host, seen[0]?.probe.address ?? target.host, target.port),
              },
            ]
          : [],
      ),
    ];
  }
  const controls = view.settings.controls.https
    .map((one) => view.seen(controlProbe(one)))
    .filter((one): one is HttpsObservation => one !== undefined);
  const bad = seen.filter((one) => !good.includes(one));
  const evidence: TlsEvidence = {
    target,
    bad,
    good,
    worst: bad[0],
    certificate: bad.find((one) => one.tls)?.tls?.certificate ?? null,
    controls,
    clockOffsetsMs: [...seen, ...controls].flatMap((one) =>
      one.http?.clockOffsetMs === null || !one.http ? [] : [one.http.clockOffsetMs],
    ),
  };
  const found = judge(ROWS, evidence, { ...frame, ...(good.length > 0 ? { breaksWhat: [] } : {}) });
  if (!found) return [];
  // A device that signs for everybody is one cause, however many hosts it is met at.
  return [
    found.fault === 'tls-intercept-untrusted'
      ? { ...found, breaksWhat: [...(found.breaksWhat ?? []), 'tls-path'] }
      : found,
  ];
}

// Our clock when the answer came, from the Date header and its offset: a replay must not age a certificate. Null without one.
function daysLeft(validTo: string, seen: readonly HttpsObservation[]): number | null {
  const dated = seen.find((one) => one.http?.clockOffsetMs !== null && one.http?.headers.date !== undefined)?.http;
  const then = Date.parse(dated?.headers.date ?? '') - (dated?.clockOffsetMs ?? 0);
  return Number.isNaN(then) ? null : Math.floor((Date.parse(validTo) - then) / DAY_MS);
}

function openssl(host: string, address: string, port: number): string {
  return `openssl s_client -connect ${address}:${port} -servername ${host} </dev/null | openssl x509 -noout -subject -issuer -dates`;
}
