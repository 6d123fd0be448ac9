// Which finding explains which: one of an earlier layer that breaks what the later one needs.

import { explains } from '../catalogue/layers.ts';
import type { Conclusion } from '../model/check.ts';

/**
 * Sets `causedBy` to the fault (or check) id of the explaining conclusion, following the chain to its root, so that each
 * chain has exactly one. Only fail and warn explain; only what is not a pass needs explaining.
 */
export function explainAll(conclusions: readonly Conclusion[]): Conclusion[] {
  const roots = new Map<Conclusion, Conclusion>();
  const rootOf = (one: Conclusion, trail: readonly Conclusion[]): Conclusion => {
    const known = roots.get(one);
    if (known) return known;
    const cause = conclusions.find((other) => !trail.includes(other) && causes(other, one));
    const root = cause ? rootOf(cause, [...trail, one]) : one;
    roots.set(one, root);
    return root;
  };
  return conclusions.map((one) => {
    if (one.status === 'pass') return one;
    const root = rootOf(one, []);
    return root === one ? one : { ...one, causedBy: root.fault ?? root.check };
  });
}

function causes(other: Conclusion, one: Conclusion): boolean {
  if (other === one || (other.status !== 'fail' && other.status !== 'warn')) return false;
  // Something that only degrades does not explain something that is dead.
  if (other.status === 'warn' && one.status === 'fail') return false;
  if (!explains(other.layer, one.layer) && !generalEgress(other, one)) return false;
  return (one.needs ?? []).some((need) => other.breaksWhat?.includes(need));
}

// TCP and UDP have no causal order of their own, except that egress which is dead for every TCP destination explains silence
// on UDP to the same addresses.
function generalEgress(other: Conclusion, one: Conclusion): boolean {
  return other.layer === 'tcp' && one.layer === 'udp' && other.breaksWhat?.includes('egress') === true;
}
