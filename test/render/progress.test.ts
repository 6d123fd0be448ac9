import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cells } from '../../src/render/columns.ts';
import { type ProgressState, progressLine } from '../../src/render/progress.ts';

const state: ProgressState = {
  done: 14,
  underWay: 4,
  elapsedMs: 1_240,
  layers: [
    { layer: 'dns-path', done: 6, underWay: 0 },
    { layer: 'tcp', done: 5, underWay: 0 },
    { layer: 'tls', done: 0, underWay: 0 },
    { layer: 'udp', done: 0, underWay: 4 },
  ],
  waitingFor: 'no answer yet from 198.51.100.21',
};

describe('progressLine', () => {
  it.each([
    [120, ' 1.2 s  14 done, 4 under way   ✔ dns-path 6   ✔ tcp 5   udp 0 of 4   no answer yet from 198.51.100.21'],
    [60, ' 1.2 s  14 done, 4 under way   ✔ dns-path 6   ✔ tcp 5'],
    [20, ' 1.2 s  14 done, 4 '],
  ])('on %i cells', (width, expected) => {
    expect(progressLine(state, { color: false, width })).toBe(expected);
  });

  it('in ASCII', () => {
    expect(progressLine(state, { color: false, width: 60, ascii: true })).toBe(
      ' 1.2 s  14 done, 4 under way   + dns-path 6   + tcp 5',
    );
  });

  it('is one line, shorter than the terminal, whatever is waited for', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 10, max: 200 }), (text, width) => {
        const line = progressLine({ ...state, waitingFor: text }, { color: false, width });
        expect(line).not.toMatch(/\p{Cc}/u);
        expect(cells(line)).toBeLessThan(width);
      }),
    );
  });
});
