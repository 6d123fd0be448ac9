import { describe, expect, it } from 'vitest';
import { formatDuration, parseDate, parseDuration } from '../../src/parse/duration.ts';

describe('durations', () => {
  it.each([
    ['10s', 10_000],
    ['1m30s', 90_000],
    ['500ms', 500],
    ['1h', 3_600_000],
    ['1.5s', 1500],
    ['2m', 120_000],
    ['1s500ms', 1500],
    ['0', 0],
    ['0s', 0],
    ['24h', 86_400_000],
  ])('%s', (text, ms) => expect(parseDuration(text)).toEqual({ ok: true, value: ms }));

  it.each([
    ['10', /no unit: write 10s/],
    ['', /not a duration/],
    ['-5s', /negative/],
    ['10 s', /not a duration/],
    ['10sec', /not a duration/],
    ['30s1m', /not a duration/],
    ['1e3s', /not a duration/],
    ['25h', /longer than a day/],
    ['9'.repeat(400), /./],
    ['Infinity', /not a duration/],
  ])('%s is refused', (text, why) => {
    const parsed = parseDuration(text);
    expect(parsed.ok ? '' : parsed.why).toMatch(why);
  });

  it('is written as it is read', () => {
    for (const ms of [0, 1, 500, 1000, 1500, 45_000, 90_000, 120_000, 3_600_000, 86_400_000, 3_723_004]) {
      expect(parseDuration(formatDuration(ms))).toEqual({ ok: true, value: ms });
    }
    expect(formatDuration(90_000)).toBe('1m30s');
  });
});

describe('dates', () => {
  it.each(['2027-01-31', '2028-02-29'])('%s', (text) => expect(parseDate(text)).toEqual({ ok: true, value: text }));
  it.each(['2027-02-29', '2027-13-01', '2027-1-1', '31.01.2027', 'tomorrow', '2027-01-31T00:00:00Z', ''])(
    '%s is refused',
    (text) => expect(parseDate(text).ok).toBe(false),
  );
});
