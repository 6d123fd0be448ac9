// What has changed since the last report? Pure.

import type { Finding } from '../model/finding.ts';
import type { Report } from '../model/report.ts';

/** One line a change, most important first; empty when nothing that matters has changed. */
export function drift(before: Report, after: Report): string[] {
  const changes: string[] = [];
  if (before.verdict !== after.verdict) changes.push(`verdict: ${before.verdict} → ${after.verdict}`);
  const [had, has] = [causes(before), causes(after)];
  for (const id of has) if (!had.has(id)) changes.push(`new: ${id}`);
  for (const id of had) if (!has.has(id)) changes.push(`gone: ${id}`);
  const [oldEgress, newEgress] = [egressOf(before), egressOf(after)];
  if (oldEgress && newEgress && oldEgress !== newEgress) changes.push(`egress address: ${oldEgress} → ${newEgress}`);
  const [oldServers, newServers] = [nameservers(before), nameservers(after)];
  if (oldServers !== newServers) changes.push(`nameservers: ${oldServers} → ${newServers}`);
  return changes;
}

function causes(report: Report): Set<string> {
  return new Set(
    report.rootCauses.map((one: Finding) => `${one.fault ?? one.check}${one.target ? ` at ${one.target.host}` : ''}`),
  );
}

function egressOf(report: Report): string | null {
  for (const one of report.observations) if ('mapped' in one && one.mapped) return one.mapped.address;
  return null;
}

function nameservers(report: Report): string {
  return report.facts.resolvConf.known ? report.facts.resolvConf.value.nameservers.join(', ') || 'none' : 'unknown';
}
