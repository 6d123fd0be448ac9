import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cells } from '../../src/render/columns.ts';
import { type ProgressState, progressLine, progressOf } from '../../src/render/progress.ts';

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

  it('from the probes that the engine has under way', () => {
    const dtls = (address: string) => ({ kind: 'dtls', host: 'gateway', address, port: 443, variant: 'full' }) as const;
    const dns = {
      kind: 'dns',
      server: { address: '10.96.0.10', port: 53 },
      name: 'a.',
      type: 'A',
      transport: 'udp',
    } as const;
    const underWay = [dtls('198.51.100.21'), dtls('198.51.100.22'), dns];
    const line = (elapsedMs: number) =>
      progressLine(progressOf({ done: 9, underWay, elapsedMs }), { color: false, width: 120 });
    expect(line(300)).toBe(' 0.3 s  9 done, 3 under way   dtls 2   dns 1');
    expect(line(2_000)).toBe(' 2.0 s  9 done, 3 under way   dtls 2   dns 1   waiting for 198.51.100.21 .22 10.96.0.10');
    expect(progressLine(progressOf({ done: 9, underWay: [], elapsedMs: 50 }), { color: false, width: 80 })).toBe(
      ' 50 ms  9 done',
    );
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
