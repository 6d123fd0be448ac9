// Numbers, durations and addresses as Go's standard library reads them: what a Go program's configuration may say.

import { canonicalAddress } from './host-port.ts';

const INT64_MAX = 2n ** 63n - 1n;

/** strconv.Atoi on a 64-bit machine; null where it refuses. Beyond 2^53 the value is rounded. */
export function goInt(text: string): number | null {
  if (!/^[+-]?\d+$/.test(text) || text.length > 40) return null;
  const value = BigInt(text.replace(/^\+/, ''));
  return value > INT64_MAX || value < -INT64_MAX - 1n ? null : Number(value);
}

/** strconv.ParseUint with base 10. */
export function goUint(text: string, bits: 16 | 32): number | null {
  if (!/^\d+$/.test(text) || text.length > 40) return null;
  const value = Number(text);
  return value < 2 ** bits ? value : null;
}

/** strconv.ParseFloat. */
export function goFloat(text: string): number | null {
  if (/^[+-]?(?:inf|infinity)$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^nan$/i.test(text)) return Number.NaN;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : null;
}

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
/** 2^63 nanoseconds. */
const LONGEST_MS = 2 ** 63 / 1e6;

/** time.ParseDuration in milliseconds; null where it refuses. `5` has no unit and is refused, `0` is not. */
export function goDurationMs(text: string): number | null {
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  const rest = text.slice(sign.length);
  if (rest === '0') return 0;
  if (rest === '' || rest.length > 200) return null;
  if (!/^(?:(?:\d+\.?\d*|\.\d+)[^\d.]+)+$/.test(rest)) return null;
  let sum = 0;
  for (const [, amount = '', unit = ''] of rest.matchAll(/(\d+\.?\d*|\.\d+)([^\d.]+)/g)) {
    const unitMs = UNIT_MS[unit];
    if (unitMs === undefined) return null;
    sum += Number(amount) * unitMs;
  }
  if (sum > LONGEST_MS) return null;
  return sign === '-' ? -sum : sum;
}

/** net.ParseIP: no zone, no brackets. */
export function goIp(text: string): 4 | 6 | null {
  if (canonicalAddress(text) === null) return null;
  return text.includes(':') ? 6 : 4;
}

/** net.ParseCIDR. */
export function goCidr(
  text: string,
): { readonly address: string; readonly family: 4 | 6; readonly bits: number } | null {
  const slash = text.indexOf('/');
  if (slash < 0) return null;
  const family = goIp(text.slice(0, slash));
  const mask = text.slice(slash + 1);
  if (family === null || !/^\d{1,6}$/.test(mask)) return null;
  const bits = Number(mask);
  return bits > (family === 4 ? 32 : 128) ? null : { address: text.slice(0, slash), family, bits };
}

/** net.SplitHostPort; the port may be any text, even none. */
export function goHostPort(text: string): { readonly host: string; readonly port: string } | null {
  const colon = text.lastIndexOf(':');
  if (colon < 0) return null;
  const close = text.startsWith('[') ? text.indexOf(']') : -1;
  if (text.startsWith('[') && close + 1 !== colon) return null;
  const bracketed = close > 0;
  const host = bracketed ? text.slice(1, close) : text.slice(0, colon);
  if (!bracketed && host.includes(':')) return null;
  if (text.indexOf('[', bracketed ? 1 : 0) >= 0 || text.indexOf(']', bracketed ? close + 1 : 0) >= 0) return null;
  return { host, port: text.slice(colon + 1) };
}

/** A port that net.Listen takes: a number up to 65535, or nothing. Names of services are looked up in a file, and taken here. */
export function goListenPort(port: string): boolean {
  return !/^[+-]?\d+$/.test(port) || (Number(port) >= 0 && Number(port) <= 65_535);
}
