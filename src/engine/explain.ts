// Which finding explains which: one of an earlier layer that breaks what the later one needs.

import { explains } from '../catalogue/layers.ts';
import type { Conclusion } from '../model/check.ts';
import { LAYERS } from '../model/layer.ts';
import { SEVERITIES } from '../model/verdict.ts';

/** At most this many further targets of one cause are told with it. */
const MAX_TWINS_TOLD = 4;

/**
 * Sets `causedBy` to the fault (or check) id of the explaining conclusion, following the chain to its root, so that each
 * chain has exactly one. Only fail and warn explain; only what is not a pass needs explaining. The order of the conclusions
 * does not matter: of several explanations the first in causal order is taken, then the gravest.
 */
export function explainAll(conclusions: readonly Conclusion[]): Conclusion[] {
  const candidates = conclusions.filter((one) => one.status === 'fail' || one.status === 'warn').sort(compare);
  const rank = new Map(candidates.map((one, at) => [one, at]));
  const twin = (other: Conclusion, one: Conclusion) =>
    sameCause(other, one) && (rank.get(other) ?? 0) < (rank.get(one) ?? 0);
  const roots = new Map<Conclusion, Conclusion>();
  // Layers have an order, twins have one by rank, so no chain comes back to where it began.
  const rootOf = (one: Conclusion): Conclusion => {
    const known = roots.get(one);
    if (known) return known;
    const cause = candidates.find((other) => causes(other, one)) ?? candidates.find((other) => twin(other, one));
    const root = cause ? rootOf(cause) : one;
    roots.set(one, root);
    return root;
  };
  const twins = new Map<Conclusion, string[]>();
  for (const one of candidates) {
    const root = rootOf(one);
    if (root !== one && sameCause(root, one)) twins.set(root, [...(twins.get(root) ?? []), whereOf(one)]);
  }
  return conclusions.map((one) => {
    if (one.status === 'pass') return one;
    const root = rootOf(one);
    if (root !== one) return { ...one, causedBy: root.fault ?? root.check };
    const also = (twins.get(one) ?? []).slice(0, MAX_TWINS_TOLD).map((where) => ({ text: `the same at ${where}` }));
    return also.length === 0 ? one : { ...one, evidence: [...one.evidence, ...also] };
  });
}

function causes(other: Conclusion, one: Conclusion): boolean {
  if (other === one) return false;
  // Something that only degrades does not explain something that is dead.
  if (other.status === 'warn' && one.status === 'fail') return false;
  return explains(other.layer, one.layer) && shared(other.breaksWhat, one.needs);
}

// One cause met at several targets: the same fault, and it breaks the same common thing for all of them.
function sameCause(other: Conclusion, one: Conclusion): boolean {
  if (other === one || other.fault === undefined || other.fault !== one.fault || other.check !== one.check)
    return false;
  return !(other.status === 'warn' && one.status === 'fail') && shared(other.breaksWhat, one.breaksWhat);
}

function shared(some: readonly string[] = [], others: readonly string[] = []): boolean {
  return some.some((one) => others.includes(one));
}

function whereOf({ target, check }: Conclusion): string {
  return target ? `${target.host}${target.port === undefined ? '' : ` port ${target.port}`}` : check;
}

function compare(one: Conclusion, other: Conclusion): number {
  return (
    LAYERS.indexOf(one.layer) - LAYERS.indexOf(other.layer) ||
    (one.status === other.status ? 0 : one.status === 'fail' ? -1 : 1) ||
    SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity) ||
    (keyOf(one) < keyOf(other) ? -1 : 1)
  );
}

function keyOf({ check, target, fault, summary }: Conclusion): string {
  return JSON.stringify([check, fault, target?.host, target?.address, target?.port, summary]);
}
