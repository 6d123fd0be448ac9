// Commands taken in turn, so that a machine that is busy for a while is busy for all of them, and their medians.

import { median, type Sample, type Stopwatch } from './stopwatch.ts';

export interface Contender {
  readonly name: string;
  readonly argv: readonly string[];
  /** Why this run does not count, or null. */
  readonly wrong: (sample: Sample) => string | null;
  /** Part of the wall time in which the program only sleeps. */
  readonly sleepsMs?: number;
}

export interface Result {
  readonly name: string;
  readonly runs: number;
  readonly wallMs: number;
  readonly slowestMs: number;
  readonly cpuMs: number;
  readonly peakMiB: number;
  /** What was wrong with the runs that do not count. */
  readonly wrong: readonly string[];
}

/** Nothing of this machine leaks in: no proxy, no trust (SSL_CERT_FILE, CURL_CA_BUNDLE, NODE_EXTRA_CA_CERTS), no NODE_OPTIONS. */
export const CLEAN_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/',
  LANG: 'C.UTF-8',
};

/** One round that is not counted fills the page cache and the resolver's. */
export async function takeTurns(
  stopwatch: Stopwatch,
  contenders: readonly Contender[],
  runs: number,
  say: (text: string) => void,
): Promise<ReadonlyMap<string, Result>> {
  const samples = new Map<string, Sample[]>(contenders.map(({ name }) => [name, []]));
  const wrong = new Map<string, string[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round <= runs; round += 1) {
    for (const one of contenders) {
      const sample = await stopwatch.run(one.argv, CLEAN_ENVIRONMENT);
      if (round === 0) continue;
      const why = one.wrong(sample);
      if (why === null) samples.get(one.name)?.push(sample);
      else wrong.get(one.name)?.push(why);
    }
    say(`${round} of ${runs} rounds`);
  }
  return new Map(
    contenders.map((one) => {
      const good = samples.get(one.name) ?? [];
      const walls = good.map(({ wallMs }) => wallMs - (one.sleepsMs ?? 0));
      const result: Result = {
        name: one.name,
        runs: good.length,
        wallMs: median(walls),
        slowestMs: Math.max(...walls),
        cpuMs: median(good.map(({ cpuMs }) => cpuMs)),
        peakMiB: median(good.map(({ peakMiB }) => peakMiB)),
        wrong: wrong.get(one.name) ?? [],
      };
      return [one.name, result];
    }),
  );
}
