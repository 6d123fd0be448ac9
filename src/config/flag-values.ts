// From the text of a flag or an environment variable to a part of the spec. Every mistake of a list is told, not the first.

import { parseDate } from '../parse/duration.ts';
import { parseEndpoint, parseHost } from '../parse/host-port.ts';
import { bad, good, type Parsed } from '../parse/parsed.ts';
import { parseTargetUrl } from '../parse/target-url.ts';
import { didYouMean, quoted } from './mistake.ts';
import type { Spec } from './spec.ts';
import { isInlinePem, readDomain, readRerouteKey, readResolver } from './values.ts';

/** `value` in the form that the spec has it; each mistake is a sentence without its place. */
export interface FlagReading {
  readonly value?: unknown;
  readonly mistakes: readonly string[];
}

type Reader<T> = (text: string) => Parsed<T>;

const EMPTY: FlagReading = { mistakes: ['needs a value'] };

function failed(text: string, why: string): string {
  return `${quoted(text)} ${why}`;
}

/** One value, kept as written once its reader accepts it; given more than once, the last counts. */
export function one(read: Reader<unknown>): (texts: readonly string[]) => FlagReading {
  return (texts) => {
    const text = texts.at(-1)?.trim() ?? '';
    if (text === '') return EMPTY;
    const parsed = read(text);
    return parsed.ok ? { value: text, mistakes: [] } : { mistakes: [failed(text, parsed.why)] };
  };
}

function split(texts: readonly string[], separator: RegExp): readonly string[] {
  return texts
    .flatMap((text) => (isInlinePem(text) ? [text] : text.split(separator)))
    .map((text) => text.trim())
    .filter((text) => text !== '');
}

/** Comma-separated and repeated, kept as written. */
export function list(read: Reader<unknown>, separator = /[\s,]+/): (texts: readonly string[]) => FlagReading {
  return collect((text) => {
    const parsed = read(text);
    return parsed.ok ? good(text) : parsed;
  }, separator);
}

/** The same for items that are maps in the spec. */
export function listOfMaps(read: Reader<object>, separator: RegExp): (texts: readonly string[]) => FlagReading {
  return collect(read, separator);
}

function collect(read: Reader<unknown>, separator: RegExp): (texts: readonly string[]) => FlagReading {
  return (texts) => {
    const items = split(texts, separator);
    if (items.length === 0) return EMPTY;
    const values: unknown[] = [];
    const mistakes: string[] = [];
    for (const item of items) {
      const parsed = read(item);
      if (parsed.ok) values.push(parsed.value);
      else mistakes.push(failed(item, parsed.why));
    }
    return mistakes.length > 0 ? { mistakes } : { value: values, mistakes };
  };
}

/** A switch; in the environment true or false, 1 or 0. */
export function switched(texts: readonly string[]): FlagReading {
  const text = texts.at(-1)?.trim().toLowerCase() ?? '';
  if (['true', '1', 'yes', 'on'].includes(text)) return { value: true, mistakes: [] };
  if (['false', '0', 'no', 'off'].includes(text)) return { value: false, mistakes: [] };
  return { mistakes: [failed(text, 'is neither true nor false')] };
}

export function whole(text: string): Parsed<string> {
  return text.length <= 128 ? good(text) : bad('is longer than 128 characters');
}

/** A path of a file, or PEM text where certificates are wanted. */
export function path(text: string): Parsed<string> {
  if (!isInlinePem(text) && text.length > 4096) return bad('is too long for a path');
  return text.includes('\0') ? bad('has a NUL character in it') : good(text);
}

export function threshold(texts: readonly string[]): FlagReading {
  const text = texts.at(-1)?.trim() ?? '';
  const count = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= 100) return { value: count, mistakes: [] };
  return { mistakes: [failed(text, 'is not a count: write 1 to 100')] };
}

export function readTarget(text: string): Parsed<NonNullable<Spec['targets']>[number]> {
  return parseTargetUrl(text);
}

/** `udp443-drop@gateway-lon1.gw.npa.goskope.com:until=2027-01-31:change CHG-1234 is planned`. */
export function readWaiver(text: string): Parsed<NonNullable<Spec['waivers']>[number]> {
  const match = /^([a-z0-9-]{1,80})(?:@(\[[^\]]+\]|[^:]+))?:until=([^:]*):(.+)$/is.exec(text);
  if (!match) return bad('is not a waiver: write ID:until=YEAR-MONTH-DAY:REASON, or ID@HOST:until=…');
  const [, fault = '', target, until = '', reason = ''] = match;
  const date = parseDate(until);
  if (!date.ok) return bad(`until ${quoted(until)} ${date.why}`);
  if (reason.trim().length === 0 || reason.length > 300) return bad('needs a reason of at most 300 characters');
  const waiver = { fault, until: date.value, reason: reason.trim() };
  if (target === undefined) return good(waiver);
  const host = parseHost(target);
  return host.ok ? good({ ...waiver, target: host.value }) : bad(`target ${quoted(target)} ${host.why}`);
}

/** `private.example.com/app=10.0.0.10,10.0.0.11`: the zone, a name in it that has an address, and the servers that hold it. */
export function readPrivateZone(text: string): Parsed<NonNullable<Spec['privateZones']>[number]> {
  const match = /^([^/=\s]+)\/([^/=\s]+)=(\S+)$/.exec(text);
  if (!match) return bad('is not ZONE/NAME=ADDRESS,...: write private.example.com/app=10.0.0.10');
  const [, zone = '', name = '', addresses = ''] = match;
  const probe = name === zone || name.endsWith(`.${zone}`) ? name : `${name}.${zone}`;
  for (const part of [zone, probe]) {
    const read = readDomain(part);
    if (!read.ok) return bad(`${quoted(part)} ${read.why}`);
  }
  const forwarders = addresses.split(',').filter((part) => part !== '');
  for (const part of forwarders) {
    const read = readResolver(part);
    if (!read.ok) return bad(`${quoted(part)} ${read.why}`);
  }
  return forwarders.length === 0 ? bad('names no server') : good({ zone, forwarders, probe });
}

/** `203.0.113.10:443=127.0.0.1:8443`. */
export function readReroute(text: string): Parsed<readonly [string, string]> {
  const [from = '', to, ...rest] = text.split('=');
  if (to === undefined || rest.length > 0) return bad('is not HOST:PORT=ADDRESS:PORT');
  const key = readRerouteKey(from);
  if (!key.ok) return key;
  const endpoint = parseEndpoint(to, null);
  return endpoint.ok ? good([from, to]) : endpoint;
}

export function reroutes(read: Reader<readonly [string, string]>): (texts: readonly string[]) => FlagReading {
  return (texts) => {
    const { value, mistakes } = collect(read, /[\s,]+/)(texts);
    return value === undefined ? { mistakes } : { value: Object.fromEntries(value as [string, string][]), mistakes };
  };
}

export interface Output {
  readonly format: string;
  /** null: standard output. */
  readonly path: string | null;
}

/** `json`, `junit=report.xml`. At most one goes to standard output. */
export function outputs(formats: readonly string[]): (texts: readonly string[]) => FlagReading {
  return (texts) => {
    const values: Output[] = [];
    const mistakes: string[] = [];
    for (const text of texts) {
      const at = text.indexOf('=');
      const format = (at < 0 ? text : text.slice(0, at)).trim();
      const target = at < 0 ? null : text.slice(at + 1).trim();
      if (!formats.includes(format)) mistakes.push(`${quoted(format)} is not a format${didYouMean(format, formats)}`);
      else if (target === '') mistakes.push(`${quoted(text)} names no file behind the =`);
      else values.push({ format, path: target === '-' ? null : target });
    }
    if (values.filter((output) => output.path === null).length > 1) {
      mistakes.push('two formats for standard output: give all but one a file, FORMAT=PATH');
    }
    return mistakes.length > 0 ? { mistakes } : { value: values, mistakes };
  };
}
