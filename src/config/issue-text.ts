// The validator's findings as sentences: what is wrong at which path, and what to write instead.

import type { core } from 'zod/mini';
import { closest } from '../parse/closest.ts';
import { didYouMean, quoted } from './mistake.ts';

type Issue = core.$ZodIssue;
type Json = Readonly<Record<string, unknown>>;

export interface Remark {
  readonly path: readonly PropertyKey[];
  readonly text: string;
  /** The mistake is the key itself, not its value. */
  readonly atKey: boolean;
  /** The key that it was probably meant to be. */
  readonly meant?: string;
}

/** `data` is what was validated, `schema` its JSON Schema (for the keys there are). */
export function remarks(issues: readonly Issue[], data: unknown, schema: Json): readonly Remark[] {
  const all = issues.flatMap((issue) => remark(issue, [], data, schema));
  // A key that is missing because it was mistyped is one mistake, not two.
  const meant = new Set(
    all.flatMap((one) => (one.meant === undefined ? [] : [[...one.path.slice(0, -1), one.meant].join('/')])),
  );
  return all.filter(({ path, text }) => !(text.startsWith(MISSING) && meant.has(path.join('/'))));
}

const MISSING = 'is missing';

function remark(issue: Issue, base: readonly PropertyKey[], data: unknown, schema: Json): readonly Remark[] {
  const path = [...base, ...issue.path];
  const value = valueAt(data, path);
  const say = (text: string): readonly Remark[] => [{ path, text, atKey: false }];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => {
        const known = keysAt(schema, path);
        const meant = closest(key, known);
        const text = `unknown key${didYouMean(key, known)}`;
        return { path: [...path, key], text, atKey: true, ...(meant === null ? {} : { meant }) };
      });
    case 'invalid_union':
      return ofUnion(issue, path, data, schema);
    case 'invalid_key':
      return issue.issues.map(({ message }) => ({ path, text: message, atKey: true }));
    case 'invalid_type':
      return say(value === undefined ? MISSING : typeText(issue.expected, value));
    case 'invalid_value': {
      const words = issue.values.map(String);
      if (value === undefined) return say(`${MISSING}: write ${words.join(', ').replace(/, ([^,]*)$/, ' or $1')}`);
      const near = typeof value === 'string' ? didYouMean(value, words) : '';
      const hint = near.startsWith('; did') ? near : '';
      return say(`${quoted(value)} is not ${words.length > 1 ? 'one of ' : ''}${words.join(', ')}${hint}`);
    }
    case 'too_small':
      return say(typeof value === 'string' ? 'is empty' : `${quoted(value)} is too small: at least ${issue.minimum}`);
    case 'too_big':
      return say(`is too ${typeof value === 'number' ? `big: ${value}, at most` : 'long: at most'} ${issue.maximum}`);
    default:
      return say(issue.message);
  }
}

// `off` or a list, `off` or a map: what was meant is seen by its type.
function ofUnion(issue: core.$ZodIssueInvalidUnion, path: readonly PropertyKey[], data: unknown, schema: Json) {
  const meant = issue.errors.find((branch) =>
    branch.every(({ code, path: at }) => at.length > 0 || code === 'unrecognized_keys' || code === 'too_big'),
  );
  if (meant) return meant.flatMap((inner) => remark(inner, path, data, schema));
  const other = schemaAt(schema, path).items ? 'a list' : 'a map';
  return [{ path, text: `${quoted(valueAt(data, path))} is neither off nor ${other}`, atKey: false }];
}

const WANTED: Readonly<Record<string, string>> = {
  string: 'text is wanted',
  int: 'a whole number is wanted',
  number: 'a number is wanted',
  boolean: 'true or false is wanted',
  array: 'a list is wanted: begin each item with a hyphen',
  object: 'a map of keys and values is wanted',
  record: 'a map of keys and values is wanted',
};

function typeText(expected: string, value: unknown): string {
  const wanted = WANTED[expected] ?? `${expected} is wanted`;
  const scalar = typeof value !== 'object' || value === null;
  const fix =
    expected === 'string' && (typeof value === 'number' || typeof value === 'boolean') ? ': put it in quotes' : '';
  return `${scalar ? `is ${value === null ? 'empty' : quoted(value)}` : Array.isArray(value) ? 'is a list' : 'is a map'}, ${wanted}${fix}`;
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  let at = data;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<PropertyKey, unknown>)[key];
  }
  return at;
}

function schemaAt(schema: Json, path: readonly PropertyKey[]): Json {
  let at = structured(schema);
  for (const key of path) {
    const next = typeof key === 'number' ? at.items : (at.properties as Json | undefined)?.[String(key)];
    at = structured((next as Json | undefined) ?? {});
  }
  return at;
}

function structured(schema: Json): Json {
  const branches = schema.anyOf as readonly Json[] | undefined;
  return branches?.find((branch) => branch.properties || branch.items) ?? schema;
}

function keysAt(schema: Json, path: readonly PropertyKey[]): readonly string[] {
  return Object.keys((schemaAt(schema, path).properties as Json | undefined) ?? {});
}
