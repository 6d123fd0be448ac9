import { describe, expect, it } from 'vitest';
import { fold, groupByCheck, mergeSummaries, shortAddresses } from '../../src/render/fold.ts';
import { fail, pass, stitcher, tenant } from '../support/reports/build.ts';

describe('mergeSummaries', () => {
  it.each<[string[], string]>([
    [['same', 'same'], 'same'],
    [['identity proven, 19 ms', 'identity proven, 22 ms'], 'identity proven, 19-22 ms'],
    [['took 1.5 s, 3 days left', 'took 1 s, 3 days left'], 'took 1-1.5 s, 3 days left'],
    [['answers 401', 'answers 403'], ''],
    [['203.0.113.7', '203.0.113.8'], ''],
    [['TLSv1.2, 5 ms', 'TLSv1.3, 5 ms'], ''],
  ])('%j → %s', (summaries, expected) => {
    expect(mergeSummaries(summaries)).toBe(expected);
  });
});

describe('shortAddresses', () => {
  it.each<[string[], string]>([
    [['198.51.100.21', '198.51.100.22'], '198.51.100.21 .22'],
    [['198.51.100.21', '203.0.113.9', '203.0.113.10'], '198.51.100.21 203.0.113.9 .10'],
    [['2001:db8::1', '2001:db8::2'], '2001:db8::1 2001:db8::2'],
    [['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5'], '10.0.0.1 .2 .3 .4 +1'],
    [[], ''],
  ])('%j', (addresses, expected) => {
    expect(shortAddresses(addresses)).toBe(expected);
  });
});

describe('folding', () => {
  it('groups by check in the order of the layers, whatever the order of findings', () => {
    const groups = groupByCheck([
      fail('dtls', 'udp', null, 'x'),
      pass('tcp', 'tcp', null, 'y'),
      pass('dtls', 'udp', null, 'z'),
    ]);
    expect(groups.map(({ check, status }) => [check, status])).toEqual([
      ['tcp', 'pass'],
      ['dtls', 'fail'],
    ]);
  });

  it('joins the addresses of a host that say the same', () => {
    const folds = fold(
      [
        fail('dtls', 'udp', stitcher('a', '10.0.0.1'), 'no answer'),
        pass('dtls', 'udp', stitcher('a', '10.0.0.3'), 'fine'),
        fail('dtls', 'udp', stitcher('a', '10.0.0.2'), 'no answer'),
        fail('dtls', 'udp', tenant(), 'no answer'),
      ],
      true,
    );
    expect(folds.map(({ status, hosts, addresses }) => [status, hosts[0], addresses])).toEqual([
      ['fail', 'a', ['10.0.0.1', '10.0.0.2']],
      ['fail', 'acme.goskope.com', ['198.51.100.10']],
      ['pass', 'a', ['10.0.0.3']],
    ]);
  });
});
