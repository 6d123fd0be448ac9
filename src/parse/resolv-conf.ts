// resolv.conf(5) as glibc reads it: last `search` or `domain` wins, options add up, unknown lines are ignored.

import type { ResolvConf } from '../model/fact.ts';

/** glibc's MAXNS: further nameservers are read by nobody. */
export const MAX_NAMESERVERS = 3;

/** glibc caps: RES_MAXNDOTS, RES_MAXRETRANS, RES_MAXRETRY. */
const MAX_NDOTS = 15;
const MAX_TIMEOUT = 30;
const MAX_ATTEMPTS = 5;

const MAX_LINES = 1000;

/** Everything as written, in order; limits of libc are the readers' business. Never throws. */
export function parseResolvConf(text: string, path: string): ResolvConf {
  const nameservers: string[] = [];
  let search: string[] = [];
  const options: string[] = [];
  let ndots = 1;
  let timeoutSeconds = 5;
  let attempts = 2;
  for (const raw of text.split('\n').slice(0, MAX_LINES)) {
    // Comments start in the first column (`;` or `#`); glibc also ends a nameserver at white space.
    if (/^[;#]/.test(raw)) continue;
    const [keyword, ...rest] = raw.trim().split(/\s+/);
    if (keyword === 'nameserver' && rest[0]) nameservers.push(rest[0]);
    if (keyword === 'search') search = rest;
    if (keyword === 'domain' && rest[0]) search = [rest[0]];
    if (keyword !== 'options') continue;
    for (const option of rest) {
      const [name, value] = option.split(':');
      if (name === 'ndots') ndots = bounded(value, MAX_NDOTS, ndots);
      else if (name === 'timeout') timeoutSeconds = bounded(value, MAX_TIMEOUT, timeoutSeconds);
      else if (name === 'attempts') attempts = bounded(value, MAX_ATTEMPTS, attempts);
      else options.push(option);
    }
  }
  return { path, nameservers, search, ndots, timeoutSeconds, attempts, options };
}

function bounded(value: string | undefined, limit: number, otherwise: number): number {
  const number = Number.parseInt(value ?? '', 10);
  return Number.isNaN(number) || number < 0 ? otherwise : Math.min(number, limit);
}
