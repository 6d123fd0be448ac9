// Faults that somebody has accepted until a day: they still show, as warnings with their reason.

import type { Conclusion } from '../model/check.ts';
import type { Settings } from '../model/settings.ts';

/** Comes before explaining: a fault that only warns does not excuse something else that fails. */
export function waive(conclusions: readonly Conclusion[], settings: Settings, today: Date): Conclusion[] {
  return conclusions.map((one) => {
    if (one.status !== 'fail' && one.status !== 'warn') return one;
    const waiver = settings.waivers.find(
      (each) =>
        // What a check itself puts down to the waived fault is waived with it.
        (each.fault === one.fault || each.fault === one.causedBy) &&
        (each.target === undefined || each.target === one.target?.host || each.target === one.target?.address) &&
        new Date(each.until) > today,
    );
    return waiver ? { ...one, status: 'warn', waived: { reason: waiver.reason, until: waiver.until } } : one;
  });
}
