import { describe, expect, it } from 'vitest';
import {
  askList,
  beyondOldLimits,
  type Libc,
  muslIgnores,
  type Outcome,
  type ServerOutcome,
  searchSteps,
  serverTimeoutMs,
  type Walk,
  walk,
} from '../../src/parse/libc-search.ts';

const POD = ['npa.svc.cluster.local', 'svc.cluster.local', 'cluster.local'];
const conf = (search: readonly string[] = POD, ndots = 5) => ({ search, ndots, timeoutSeconds: 5, attempts: 2 });
const HOST = 'acme.goskope.com';
const AS_IS = `${HOST}.`;
const suffixesOf = (libc: Libc, host: string, search?: readonly string[], ndots?: number) =>
  searchSteps(libc, host, conf(search, ndots)).map((step) => step.suffix);

describe('which names, in which order', () => {
  it('few dots: suffixes first, the name itself last, in both libraries', () => {
    for (const libc of ['glibc', 'musl'] as const) expect(suffixesOf(libc, HOST)).toEqual([...POD, null]);
  });

  it('enough dots: glibc falls back to the suffixes, musl never does', () => {
    expect(suffixesOf('glibc', HOST, POD, 2)).toEqual([null, ...POD]);
    expect(suffixesOf('musl', HOST, POD, 2)).toEqual([null]);
  });

  it('a trailing dot: the name itself and nothing else', () => {
    for (const libc of ['glibc', 'musl'] as const)
      expect(searchSteps(libc, AS_IS, conf())).toEqual([{ name: AS_IS, suffix: null }]);
  });

  it('no search list', () => expect(suffixesOf('glibc', HOST, [])).toEqual([null]));

  it('a name without a dot is tried as it is last of all, or first with ndots:0', () => {
    expect(suffixesOf('glibc', 'proxy', ['corp.example'])).toEqual(['corp.example', null]);
    expect(suffixesOf('glibc', 'proxy', ['corp.example'], 0)).toEqual([null, 'corp.example']);
  });

  it('`search .`: the name as it is, once, in that place; musl cannot ask it and goes on', () => {
    expect(suffixesOf('glibc', HOST, ['.', 'corp.example'])).toEqual([null, 'corp.example']);
    expect(suffixesOf('musl', HOST, ['.', 'corp.example'])).toEqual(['corp.example', null]);
  });

  it('dots around a suffix do not count', () =>
    expect(searchSteps('glibc', HOST, conf(['corp.example.']))[0]?.name).toBe('acme.goskope.com.corp.example.'));

  it('a name that would be longer than 253 characters is left out', () =>
    expect(suffixesOf('glibc', HOST, [`${'a'.repeat(60)}.`.repeat(4).slice(0, -1), 'corp.example'])).toEqual([
      'corp.example',
      null,
    ]));

  it('limits of search lists', () => {
    const many = Array.from({ length: 8 }, (_, index) => `s${index}.example`);
    expect(beyondOldLimits(many)).toEqual(['s6.example', 's7.example']);
    expect(beyondOldLimits(['a'.repeat(200), 'b'.repeat(100)])).toHaveLength(1);
    expect(beyondOldLimits(POD)).toEqual([]);
    const long = Array.from({ length: 20 }, (_, index) => `suffix-${index}.example`);
    expect(muslIgnores(long)).toBe(true);
    expect(muslIgnores(POD)).toBe(false);
    expect(suffixesOf('musl', HOST, long)).toEqual([null]);
  });
});

describe('what a list of nameservers makes of one question', () => {
  const at = (outcome: Outcome, ms = 3): ServerOutcome => ({ outcome, ms });
  const dead = at('silent', 0);

  it.each([
    ['glibc', [at('address')], 'address', 3],
    ['glibc', [dead, at('address')], 'address', 5_003],
    ['musl', [dead, at('address')], 'address', 3],
    ['glibc', [dead, dead], 'silent', 20_000],
    ['musl', [dead, dead], 'silent', 5_000],
    // SERVFAIL and REFUSED: glibc goes on to the next server, twice round; musl waits for a better answer.
    ['glibc', [at('servfail'), at('nxdomain', 4)], 'nxdomain', 7],
    ['glibc', [at('servfail')], 'servfail', 6],
    ['glibc', [at('refused')], 'refused', 6],
    ['musl', [at('servfail'), at('nxdomain', 4)], 'nxdomain', 4],
    ['musl', [at('servfail')], 'silent', 5_000],
    ['musl', [at('refused')], 'silent', 5_000],
    ['glibc', [at('unreachable')], 'unreachable', 6],
    ['glibc', [at('unreachable'), at('address')], 'address', 6],
    // An answer that comes later than anybody waits.
    ['glibc', [at('address', 6_000)], 'silent', 10_000],
    ['musl', [at('address', 6_000)], 'silent', 5_000],
    // The fourth is read by nobody.
    ['glibc', [dead, dead, dead, at('address')], 'silent', 28_000],
    ['musl', [dead, dead, dead, at('address')], 'silent', 5_000],
  ] as const)('%s %j: %s after %d ms', (libc, servers, outcome, ms) =>
    expect(askList(libc, conf(), servers)).toEqual({ outcome, ms }),
  );

  it('glibc gives later servers a larger share of a longer time', () => {
    expect([0, 1, 2].map((index) => serverTimeoutMs({ timeoutSeconds: 5 }, index, 3))).toEqual([5_000, 3_000, 6_000]);
    expect([0, 1].map((index) => serverTimeoutMs({ timeoutSeconds: 1 }, index, 3))).toEqual([1_000, 1_000]);
    expect(serverTimeoutMs({ timeoutSeconds: 0 }, 0, 1)).toBe(1_000);
  });
});

describe('where a walk ends', () => {
  const search = ['one.example', 'two.example'];
  /** What the suffixes and the name itself are answered with. */
  const walked = (libc: Libc, outcomes: Readonly<Record<string, Outcome>>, ndots = 5): Walk =>
    walk(libc, HOST, conf(search, ndots), (step) => ({
      outcome: outcomes[step.suffix ?? 'itself'] ?? 'nxdomain',
      ms: 1,
    }));
  const shown = (one: Walk) => [one.result, one.asked.map((step) => step.suffix ?? 'itself')];

  it.each([
    // All is well: the suffixes deny, the name itself is found.
    [{ itself: 'address' }, 'found', 3, 'found', 3],
    // A wildcard: nobody ever asks for the name itself.
    [{ 'one.example': 'address', itself: 'address' }, 'found', 1, 'found', 1],
    // SERVFAIL: glibc walks on; in musl it has become silence.
    [{ 'one.example': 'servfail', itself: 'address' }, 'found', 3, 'try-again', 1],
    // Silence and REFUSED: glibc walks no further, but still tries the name itself.
    [{ 'one.example': 'silent', itself: 'address' }, 'found', 2, 'try-again', 1],
    [{ 'one.example': 'refused', itself: 'address' }, 'found', 2, 'try-again', 1],
    // An empty answer: glibc walks on, musl takes it for the truth.
    [{ 'one.example': 'nodata', itself: 'address' }, 'found', 3, 'no-address', 1],
    // Nobody listens: glibc gives up.
    [{ 'one.example': 'unreachable', itself: 'address' }, 'try-again', 1, 'try-again', 1],
    [{}, 'not-found', 3, 'not-found', 3],
    [{ 'two.example': 'nodata' }, 'no-address', 3, 'no-address', 2],
    [{ 'two.example': 'servfail' }, 'try-again', 3, 'try-again', 2],
    [{ itself: 'servfail' }, 'try-again', 3, 'try-again', 3],
  ] as const)('%j', (outcomes, glibc, glibcSteps, musl, muslSteps) => {
    const order = ['one.example', 'two.example', 'itself'];
    const g = walked('glibc', outcomes);
    const m = walked('musl', outcomes);
    expect([g.result, g.asked.length]).toEqual([glibc, glibcSteps]);
    expect(shown(m)).toEqual([musl, order.slice(0, muslSteps)]);
  });

  it('enough dots: the name itself decides at once, and its trouble outlives a walk that finds nothing', () => {
    expect(shown(walked('glibc', { itself: 'address', 'one.example': 'address' }, 1))).toEqual(['found', ['itself']]);
    expect(shown(walked('glibc', { itself: 'nodata' }, 1))).toEqual(['no-address', ['itself', ...search]]);
    expect(shown(walked('glibc', { itself: 'nxdomain', 'two.example': 'address' }, 1))).toEqual([
      'found',
      ['itself', ...search],
    ]);
    expect(shown(walked('musl', { itself: 'nxdomain', 'two.example': 'address' }, 1))).toEqual([
      'not-found',
      ['itself'],
    ]);
  });

  it('adds up what it waited for', () =>
    expect(walk('glibc', HOST, conf(search), () => ({ outcome: 'nxdomain', ms: 7 })).waitMs).toBe(21));
});
