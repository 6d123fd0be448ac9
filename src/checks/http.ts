// Does the tenant's API answer? Any genuine HTTP answer over a verified connection is reachability, 401 included.

import type { Check, Conclusion, View } from '../model/check.ts';
import type { HttpsObservation } from '../model/observation.ts';
import type { Target } from '../model/target.ts';
import {
  count,
  duration,
  type Frame,
  faultsOf,
  judge,
  needed,
  pass,
  type Row,
  refOf,
  skip,
  unknown,
} from './conclude.ts';
import { httpsProbes, pathNeeds, targetsOf } from './scene.ts';

interface Evidence {
  readonly target: Target;
  readonly seen: readonly HttpsObservation[];
  readonly good: readonly HttpsObservation[];
  readonly worst: HttpsObservation | undefined;
}

function severityOf(e: Evidence) {
  const total = e.seen.length;
  if (e.target.requirement !== 'required' || e.good.length >= needed(e.target.addressPolicy, total))
    return { status: 'warn' as const, severity: 'medium' as const };
  return { status: 'fail' as const, severity: 'critical' as const };
}

const url = (e: Evidence) =>
  `https://${e.target.host}${e.target.port === 443 ? '' : `:${e.target.port}`}${e.target.path ?? '/'}`;

const curl = (e: Evidence) =>
  `curl -sv -o /dev/null --max-time 10${e.worst?.probe.address ? ` --resolve ${e.target.host}:${e.target.port}:${e.worst.probe.address}` : ''} ${url(e)}`;

const ROWS: readonly Row<Evidence>[] = [
  {
    fault: null,
    when: (e) => (e.worst?.http?.status ?? 0) >= 500,
    say: (e) => ({
      ...severityOf(e),
      summary: `${e.target.host} answers ${e.worst?.http?.status}: the service itself fails`,
      cause: `Cause not determined: a verified connection to ${e.worst?.probe.address ?? e.target.host} is answered with ${e.worst?.http?.status}${e.worst?.http?.headers.server ? ` by "${e.worst.http.headers.server}"` : ''}. The network carries the request; the other end cannot serve it.`,
      breaks: 'enrollment, for as long as the service fails.',
      remedy: {
        summary: `Wait for ${e.target.host} to recover, look at the vendor's status page, and do not roll out meanwhile.`,
        commands: [curl(e)],
      },
      evidence: [{ text: `HTTP ${e.worst?.http?.status}`, command: curl(e) }],
    }),
  },
  {
    fault: null,
    when: () => true,
    say: (e) => ({
      ...severityOf(e),
      summary: `${e.target.host} gives no HTTP answer`,
      cause: `Cause not determined: TLS to ${e.worst?.probe.address ?? e.target.host} is fine, then ${e.worst?.failure?.detail ?? 'nothing'} (${e.worst?.failure?.code.replace('generic_timeout_error', 'no answer') ?? ''}).`,
      breaks: 'enrollment and the control plane.',
      remedy: { summary: `Look for a device behind TLS that holds back requests to ${url(e)}.`, commands: [curl(e)] },
      evidence: [{ text: e.worst?.failure?.detail ?? '', command: curl(e) }],
    }),
  },
];

export const http: Check = {
  id: 'http',
  layer: 'http',
  question: 'Does the tenant API answer?',
  depth: 'quick',
  faults: faultsOf(ROWS),
  plan: () => [],
  diagnose: (view) => targetsOf(view, 'https').flatMap((target) => judgeTarget(view, target)),
};

function judgeTarget(view: View, target: Target): Conclusion[] {
  const frame: Frame = {
    check: 'http',
    layer: 'http',
    target: refOf(target),
    needs: [...pathNeeds(view, target), `tls:${target.host}`, 'egress'],
    breaksWhat: [],
  };
  const probes = httpsProbes(view, target);
  const ended = probes.map((probe) => view.seen(probe)).filter((one): one is HttpsObservation => one !== undefined);
  if (probes.length > ended.length && ended.every((one) => !answers(one))) {
    return [unknown(frame, `${target.host} was not finished`, target.requirement === 'required')];
  }
  // Only what got through TLS with a certificate that holds can answer for the tenant.
  const seen = ended.filter((one) => one.tls !== null && one.failure?.operation !== 'certificate');
  if (seen.length === 0) return [skip(frame, `${target.host}: no verified connection to ask over`)];
  const good = seen.filter(answers);
  const first = good[0]?.http;
  if (good.length === seen.length && first) {
    const token = first.status === 401 ? ' (no token given)' : '';
    const via = good[0]?.probe.proxy ? ` through the proxy ${good[0].probe.proxy.address}` : '';
    const note = good.some((one) => one.attempts > 1) ? ', after a repeat' : '';
    return [
      pass(
        frame,
        `${target.role === 'tenant' ? 'tenant API' : target.host} answers ${first.status}${token}${via} from ${count(good.length, 'address', 'addresses')}, ${duration(first.firstByteMs)}${note}`,
        [{ text: `HTTP ${first.status}`, command: curl({ target, seen, good, worst: good[0] }) }],
      ),
    ];
  }
  const found = judge(ROWS, { target, seen, good, worst: seen.find((one) => !good.includes(one)) }, frame);
  return found ? [found] : [];
}

function answers(one: HttpsObservation): boolean {
  return one.failure === null && one.http !== null && one.http.status < 500;
}
