// Durations and dates as people write them in flags and files: `10s`, `1m30s`, `500ms`, `2027-01-31`.

import { bad, good, type Parsed } from './parsed.ts';

const UNITS_MS = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;
const UNIT_ORDER = ['h', 'm', 's', 'ms'] as const;

/** A day: nothing here waits longer, and a timer of Node's cannot exceed 24.8 days (2^31 ms). */
const LONGEST_MS = 86_400_000;

// Go's time.ParseDuration without signs and small units, each unit once, largest first.
const PATTERN = /^(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+)ms)?$/;

/** Milliseconds. A number without a unit is refused, except 0. */
export function parseDuration(text: string): Parsed<number> {
  const trimmed = text.trim();
  if (trimmed === '0') return good(0);
  if (/^\d+(\.\d+)?$/.test(trimmed)) return bad(`has no unit: write ${trimmed}s or ${trimmed}ms`);
  if (trimmed.startsWith('-')) return bad('is negative: a duration cannot be');
  const match = trimmed.length > 0 && trimmed.length <= 40 ? PATTERN.exec(trimmed) : null;
  if (!match) return bad('is not a duration: write for example 10s, 1m30s or 500ms');
  const ms = UNIT_ORDER.reduce((sum, unit, index) => sum + Number(match[index + 1] ?? 0) * UNITS_MS[unit], 0);
  if (ms > LONGEST_MS) return bad('is longer than a day (24h)');
  return good(Math.round(ms));
}

/** `90000` → `1m30s`; what parseDuration reads back as the same number. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  let left = ms;
  let text = '';
  for (const unit of UNIT_ORDER) {
    const count = Math.floor(left / UNITS_MS[unit]);
    if (count > 0) text += `${count}${unit}`;
    left -= count * UNITS_MS[unit];
  }
  return text;
}

/** A calendar date, `YYYY-MM-DD`, that exists. */
export function parseDate(text: string): Parsed<string> {
  const trimmed = text.trim();
  if (!/^\d{4}-\d{2}-\d{2}$/.test(trimmed)) return bad('is not a date: write YEAR-MONTH-DAY, for example 2027-01-31');
  const date = new Date(`${trimmed}T00:00:00Z`);
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== trimmed) {
    return bad('is not a day of the calendar');
  }
  return good(trimmed);
}
