// From findings to one word and an exit code: the table of design.md section 1. Pure; tested row by row.

import type { Conclusion } from '../model/check.ts';
import type { Finding } from '../model/finding.ts';
import type { Settings } from '../model/settings.ts';
import type { Target } from '../model/target.ts';
import { EXIT, SEVERITIES, type Verdict } from '../model/verdict.ts';

export interface Summary {
  readonly verdict: Verdict;
  readonly exitCode: number;
  readonly headline: string;
  readonly rootCauses: readonly Finding[];
  readonly findings: readonly Finding[];
}

export function summarize(conclusions: readonly Conclusion[], settings: Settings): Summary {
  const complete = [...conclusions, ...missingProof(conclusions, settings)];
  const verdict = verdictOf(complete);
  const findings = complete.map(strip);
  const rootCauses = findings
    .filter((one) => (one.status === 'fail' || one.status === 'warn') && one.causedBy === undefined)
    .sort((a, b) => rank(a) - rank(b));
  return {
    verdict,
    exitCode: exitCodeOf(verdict, settings),
    headline: headlineOf(verdict, rootCauses, complete, settings),
    rootCauses,
    findings,
  };
}

function verdictOf(findings: readonly Conclusion[]): Verdict {
  if (findings.some((one) => one.status === 'fail')) return 'NotReady';
  if (findings.some((one) => one.status === 'error' && one.required)) return 'Inconclusive';
  if (findings.some((one) => one.status === 'warn')) return 'ReadyWithWarnings';
  return 'Ready';
}

export function exitCodeOf(verdict: Verdict, settings: Pick<Settings, 'failOn' | 'onInconclusive'>): number {
  switch (verdict) {
    case 'Ready':
      return EXIT.ready;
    case 'ReadyWithWarnings':
      return settings.failOn === 'warn' ? EXIT.warnings : EXIT.ready;
    case 'NotReady':
      return EXIT.notReady;
    case 'Inconclusive':
      return settings.onInconclusive === 'allow' ? EXIT.ready : EXIT.inconclusive;
  }
}

// No pass without proof: what is required must be shown to work, or be reported as failed; silence about it is an error.
// Stitchers are judged together, all others one by one.
function missingProof(findings: readonly Conclusion[], settings: Settings): Conclusion[] {
  const missing = new Map<string, Conclusion>();
  for (const target of settings.targets) {
    const key = target.protocol === 'dtls' ? target.role : `${target.host} ${target.port}`;
    const group = `${target.protocol} ${key}`;
    if (target.requirement !== 'required' || missing.has(group)) continue;
    if (findings.some((one) => tells(one, target))) continue;
    missing.set(group, {
      ...PROOF[target.protocol],
      target: { host: target.host, port: target.port, protocol: target.protocol, role: target.role },
      status: 'error',
      severity: 'medium',
      summary: `${target.host} was not evaluated`,
      evidence: [],
      required: true,
    });
  }
  return [...missing.values()];
}

/** The check whose pass is the proof that a target works; what lies on the way to it proves nothing alone. */
const PROOF: Readonly<Record<Target['protocol'], Pick<Finding, 'check' | 'layer'>>> = {
  https: { check: 'http', layer: 'http' },
  dtls: { check: 'dtls', layer: 'udp' },
  tcp: { check: 'tcp', layer: 'tcp' },
  udp: { check: 'udp', layer: 'udp' },
  dns: { check: 'dns', layer: 'dns-content' },
};

// It is shown to work, or what is the matter with it is told already, or the cause of its silence is.
function tells(one: Conclusion, target: Target): boolean {
  const about = one.target;
  if (about?.role !== target.role || about.protocol !== target.protocol) return false;
  if (target.protocol !== 'dtls' && (about.host !== target.host || about.port !== target.port)) return false;
  switch (one.status) {
    case 'fail':
      return true;
    case 'error':
      return one.required === true;
    case 'skip':
      return one.causedBy !== undefined;
    default:
      return one.check === PROOF[target.protocol].check;
  }
}

function strip(one: Conclusion): Finding {
  const { needs: _needs, breaksWhat: _breaks, required: _required, ...finding } = one;
  return finding;
}

// Failures before warnings, then by severity; waived last.
function rank(one: Finding): number {
  return (one.waived ? 100 : 0) + (one.status === 'fail' ? 0 : 10) + SEVERITIES.indexOf(one.severity);
}

function headlineOf(
  verdict: Verdict,
  rootCauses: readonly Finding[],
  findings: readonly Conclusion[],
  settings: Settings,
): string {
  const first = rootCauses[0];
  if (first && verdict !== 'Inconclusive') return first.summary;
  if (verdict === 'Inconclusive') {
    const unknown = findings.find((one) => one.status === 'error' && one.required);
    return unknown ? unknown.summary : 'something required could not be evaluated';
  }
  const tenants = settings.targets.filter((one) => one.role === 'tenant').map((one) => one.host);
  const stitchers = new Set(
    settings.targets.filter((one) => one.role === 'stitcher' && one.protocol === 'dtls').map((one) => one.host),
  );
  const parts = [...tenants];
  if (stitchers.size > 0) parts.push(stitchers.size === 1 ? '1 stitcher' : `${stitchers.size} stitchers`);
  if (parts.length === 0) return 'everything asked for is reachable from here';
  const subject = parts.length === 1 ? parts[0] : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
  return `${subject} ${parts.length === 1 && stitchers.size <= 1 ? 'is' : 'are'} reachable from here`;
}
