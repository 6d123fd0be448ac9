// What `cache` refuses to start on (plugin/cache/setup.go).

import type { Token } from '../corefile-lexer.ts';
import { goInt } from '../go-values.ts';
import {
  checkAll,
  countProblem,
  duration,
  int,
  ONCE,
  type Property,
  readProperties,
  several,
  type ValueCheck,
} from './properties.ts';
import type { PluginCheck, Refused, Words } from './words.ts';

const ANY = Number.POSITIVE_INFINITY;
/** RFC 2308 section 7.1: a failure may be kept for five minutes. */
const FIVE_MINUTES_MS = 300_000;
const MAX_TTL_SECONDS = 4_294_967_295;

const wholeSeconds: ValueCheck = (text) => {
  const why = duration(0, MAX_TTL_SECONDS * 1000)(text);
  if (why !== null) return why;
  return /^\+?(?:\d+[smh])+$|^[+-]?0$/.test(text) || fractionIsWhole(text) ? null : 'is no whole number of seconds';
};

// 1500ms is refused, 2000ms is not.
function fractionIsWhole(text: string): boolean {
  const milliseconds = /^\+?(\d+)ms$/.exec(text);
  return milliseconds !== null && Number(milliseconds[1]) % 1000 === 0;
}

function capacity(minTtlMin: number): Property {
  return (words) => {
    const args = words.rest();
    const checks: readonly ValueCheck[] = [int(), int(1), int(minTtlMin)];
    return countProblem(args, [1, ANY], words) ?? byPosition(args.slice(0, 3), checks, words);
  };
}

function byPosition(args: readonly Token[], checks: readonly ValueCheck[], words: Words): Refused | null {
  for (const [i, arg] of args.entries()) {
    const problem = checkAll([arg], checks[i] ?? (() => null), words);
    if (problem) return problem;
  }
  return null;
}

const prefetch: Property = (words) => {
  const args = words.rest();
  const percentage: ValueCheck = (text) => {
    const value = text.endsWith('%') ? goInt(text.slice(0, -1)) : null;
    return value !== null && value >= 10 && value <= 90 ? null : 'is no percentage from 10% to 90%';
  };
  return countProblem(args, [1, 3], words) ?? byPosition(args, [int(0), duration(), percentage], words);
};

const serveStale: Property = (words) => {
  const args = words.rest();
  const mode = args[1]?.text.toLowerCase();
  const modes: ValueCheck = (text) =>
    ['immediate', 'verify'].includes(text.toLowerCase()) ? null : 'is neither immediate nor verify';
  const recheck = duration(0, FIVE_MINUTES_MS);
  const checks =
    mode === 'verify'
      ? [duration(0), modes, duration(0), wholeSeconds, recheck]
      : [duration(0), modes, wholeSeconds, recheck];
  return countProblem(args, [0, mode === 'verify' ? 5 : 4], words) ?? byPosition(args, checks, words);
};

export const cache: PluginCheck = (words) => {
  let uses = 0;
  while (words.next()) {
    if (uses++ > 0) return words.wrong(ONCE);
    const [ttl] = words.rest();
    const seconds = ttl ? goInt(ttl.text) : null;
    if (seconds !== null && seconds <= 0)
      return words.wrong(`"${ttl?.text}" is no time to keep an answer: 1 or more seconds`, ttl);
    let stale = false;
    let policies = 0;
    const problem = readProperties(words, {
      success: capacity(0),
      denial: capacity(0),
      prefetch,
      serve_stale: (inner) => {
        stale = true;
        return serveStale(inner);
      },
      serve_stale_policy: (inner) => {
        if (policies++ > 0) return inner.wrong('serve_stale_policy is written twice');
        return several(1, 1, (text) => (text.toLowerCase() === 'prefer_positive' ? null : 'is not prefer_positive'))(
          inner,
        );
      },
      servfail: several(1, 1, duration(0, FIVE_MINUTES_MS)),
      disable: (inner) => {
        const [what] = inner.rest();
        if (what?.text === 'success' || what?.text === 'denial') return null;
        return inner.wrong('disable takes success or denial, and then zones', what);
      },
      keepttl: several(0, 0),
    });
    if (problem) return problem;
    if (policies > 0 && !stale) return words.wrong('serve_stale_policy needs serve_stale');
  }
  return null;
};
