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

export function summarize(conclusions: readonly Conclusion[], settings: Settings, today: Date): Summary {
  const waived = conclusions.map((one) => waive(one, settings, today));
  const complete = [...waived, ...missingProof(waived, settings)];
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

// A waived fault still shows, as a warning with its reason, until the waiver ends.
function waive(one: Conclusion, settings: Settings, today: Date): Conclusion {
  if (one.status !== 'fail' && one.status !== 'warn') return one;
  const waiver = settings.waivers.find(
    (each) =>
      each.fault === one.fault &&
      (each.target === undefined || each.target === one.target?.host || each.target === one.target?.address) &&
      new Date(each.until) > today,
  );
  return waiver ? { ...one, status: 'warn', waived: { reason: waiver.reason, until: waiver.until } } : one;
}

// No pass without proof: every required role must be shown to work, or be reported as failed; silence about it is an error.
function missingProof(findings: readonly Conclusion[], settings: Settings): Conclusion[] {
  const missing: Conclusion[] = [];
  const told = new Set<string>();
  for (const target of settings.targets) {
    const group = `${target.role}/${target.protocol}`;
    if (target.requirement !== 'required' || told.has(group)) continue;
    told.add(group);
    if (findings.some((one) => proves(one, target))) continue;
    missing.push({
      check: target.protocol === 'dtls' ? 'dtls' : target.protocol === 'https' ? 'http' : target.protocol,
      layer: target.protocol === 'dtls' ? 'udp' : target.protocol === 'https' ? 'http' : 'tcp',
      target: { host: target.host, port: target.port, protocol: target.protocol, role: target.role },
      status: 'error',
      severity: 'medium',
      summary: `${target.host} was not evaluated`,
      evidence: [],
      required: true,
    });
  }
  return missing;
}

const PROVING_CHECKS = new Set(['http', 'dtls', 'tcp', 'proxy']);

function proves(one: Conclusion, target: Target): boolean {
  if (one.target?.role !== target.role || one.target.protocol !== target.protocol) return false;
  if (!PROVING_CHECKS.has(one.check)) return false;
  // tcp and tls on the way to an HTTPS answer prove nothing alone; a failure, or a skip that names its cause, is told already.
  if (one.status === 'skip') return one.causedBy !== undefined;
  return one.status !== 'pass' || one.check !== 'tcp' || target.protocol === 'tcp';
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
