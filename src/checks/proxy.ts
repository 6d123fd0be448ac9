// Where HTTPS goes through a proxy: does the proxy let it through?

import type { Check, Conclusion, View } from '../model/check.ts';
import type { HttpsObservation } from '../model/observation.ts';
import type { Endpoint, Target } from '../model/target.ts';
import { hostPort, isAddress } from '../parse/ip.ts';
import { type Frame, faultsOf, judge, pass, type Row, refOf, skip } from './conclude.ts';
import { addressesOf, httpsProbes, proxyFor, targetsOf } from './scene.ts';

interface Evidence {
  readonly target: Target;
  readonly proxy: Endpoint;
  readonly seen: HttpsObservation;
}

function severityOf(e: Evidence) {
  if (e.target.requirement !== 'required') return { status: 'warn' as const, severity: 'medium' as const };
  return { status: 'fail' as const, severity: 'critical' as const };
}

const where = (e: Evidence) => hostPort(e.proxy.address, e.proxy.port);
const curl = (e: Evidence) =>
  `curl -sv -o /dev/null --max-time 10 -x http://${where(e)} https://${e.target.host}${e.target.path ?? '/'}`;

const ROWS: readonly Row<Evidence>[] = [
  {
    fault: 'proxy-unreachable',
    when: (e) => e.seen.failure?.operation === 'connect',
    say: (e) => ({
      ...severityOf(e),
      summary: `the proxy ${where(e)} cannot be reached from this pod`,
      cause: `HTTPS_PROXY points at ${where(e)}, and a connection to it fails: ${e.seen.failure?.code.replace('generic_timeout_error', 'no answer')}.`,
      breaks: `everything that goes through the proxy, ${e.target.host} first.`,
      remedy: {
        summary: `Permit TCP ${e.proxy.port} from this pod to ${e.proxy.address}, or correct HTTPS_PROXY.`,
        commands: [`nc -vz -w 3 ${e.proxy.address} ${e.proxy.port}`],
      },
      evidence: [{ text: e.seen.failure?.detail ?? '', command: curl(e) }],
    }),
  },
  {
    fault: 'proxy-407',
    when: (e) => e.seen.proxyStatus === 407,
    say: (e) => ({
      ...severityOf(e),
      summary: `the proxy ${where(e)} asks for credentials`,
      cause: `CONNECT ${e.target.host}:${e.target.port} is answered with 407: the proxy lets nobody through without logging in.`,
      breaks: `enrollment through the proxy.`,
      remedy: {
        summary: `Put credentials into the proxy URL, or exempt this source address on ${where(e)}.`,
        commands: [curl(e)],
      },
      evidence: [{ text: 'CONNECT answered 407', command: curl(e) }],
    }),
  },
  {
    fault: null,
    when: () => true,
    say: (e) => ({
      ...severityOf(e),
      summary: `the proxy ${where(e)} does not let ${e.target.host} through`,
      cause: `Cause not determined: CONNECT ${e.target.host}:${e.target.port} ${e.seen.proxyStatus === null ? `got no answer (${e.seen.failure?.detail ?? ''})` : `was answered with ${e.seen.proxyStatus}`}.`,
      breaks: 'enrollment through the proxy.',
      remedy: {
        summary: `Allow CONNECT to ${e.target.host}:${e.target.port} on the proxy ${where(e)}.`,
        commands: [curl(e)],
      },
      evidence: [{ text: e.seen.failure?.detail ?? '', command: curl(e) }],
    }),
  },
];

export const proxy: Check = {
  id: 'proxy',
  layer: 'proxy',
  question: 'Does the proxy let HTTPS through?',
  depth: 'quick',
  faults: faultsOf(ROWS),
  plan: () => [],
  diagnose: (view) => targetsOf(view, 'https').flatMap((target) => judgeTarget(view, target)),
};

function judgeTarget(view: View, target: Target): Conclusion[] {
  const through = proxyFor(view, target);
  if (!through) return [];
  const frame: Frame = {
    check: 'proxy',
    layer: 'proxy',
    target: refOf(target),
    needs: isAddress(through.address) ? [] : ['resolver', 'names', `name:${through.address}`],
    breaksWhat: [`proxy:${target.host}`],
  };
  const probe = httpsProbes(view, target)[0];
  const seen = probe ? view.seen(probe) : undefined;
  if (!seen)
    return [
      skip(
        frame,
        `${hostPort(through.address, through.port)}: ${addressesOf(view, through.address).length > 0 ? 'not finished' : 'no address to connect to'}`,
      ),
    ];
  if (seen.failure?.operation !== 'connect' && seen.failure?.operation !== 'proxy_connect') {
    return [
      pass({ ...frame, breaksWhat: [] }, `${hostPort(through.address, through.port)} lets ${target.host} through`),
    ];
  }
  const found = judge(ROWS, { target, proxy: through, seen }, frame);
  return found ? [found] : [];
}
