// The common shape of plugins: some arguments, then properties with some arguments each, in braces.

import type { Token } from '../corefile-lexer.ts';
import { goDurationMs, goInt, goUint } from '../go-values.ts';
import type { BlockFacts, PluginCheck, Refused, Words } from './words.ts';

/** null when the text will do, else what is wrong; follows the quoted text. */
export type ValueCheck = (text: string) => string | null;

export type Property = (words: Words) => Refused | null;

export interface Shape {
  /** How many arguments the directive takes. */
  readonly args: readonly [min: number, max: number];
  readonly check?: (args: readonly Token[], words: Words, block: BlockFacts) => Refused | null;
  /** A second use in the same block is refused. */
  readonly once?: true;
  readonly properties?: Readonly<Record<string, Property>>;
}

export const ONCE = 'stands in this block a second time, and CoreDNS takes it once';

export function shaped(shape: Shape): PluginCheck {
  return (words, block) => {
    let uses = 0;
    while (words.next()) {
      if (shape.once && uses++ > 0) return words.wrong(ONCE);
      const args = words.rest();
      const problem = countProblem(args, shape.args, words) ?? shape.check?.(args, words, block) ?? null;
      if (problem) return problem;
      const inBlock = readProperties(words, shape.properties ?? {});
      if (inBlock) return inBlock;
    }
    return null;
  };
}

export function readProperties(words: Words, properties: Readonly<Record<string, Property>>): Refused | null {
  while (words.nextInBlock()) {
    const name = words.value();
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (!property) return unknownProperty(words, name, Object.keys(properties));
    const problem = property(words);
    if (problem) return problem;
  }
  return null;
}

export function unknownProperty(words: Words, name: string, known: readonly string[]): Refused {
  const list = known.length === 0 ? 'it takes none' : `it takes ${known.join(', ')}`;
  return words.wrong(`"${name}" is no property of it (${list})`);
}

export function countProblem(args: readonly Token[], range: readonly [number, number], words: Words): Refused | null {
  const [min, max] = range;
  if (args.length >= min && args.length <= max) return null;
  const wanted =
    min === max ? `${min}` : max === Number.POSITIVE_INFINITY ? `at least ${min}` : `between ${min} and ${max}`;
  const word = args.length > max ? args[max] : undefined;
  return words.wrong(`takes ${wanted} ${wanted === '1' ? 'argument' : 'arguments'} here, not ${args.length}`, word);
}

export function checkAll(args: readonly Token[], check: ValueCheck, words: Words): Refused | null {
  for (const arg of args) {
    const why = check(arg.text);
    if (why !== null) return words.wrong(`"${arg.text}" ${why}`, arg);
  }
  return null;
}

/** Exactly one argument; what follows on the line is read as the next property, as CoreDNS does. */
export function one(check: ValueCheck = () => null): Property {
  return (words) => {
    const name = words.value();
    if (!words.nextArg()) return words.wrong(`${name} needs a value`);
    const why = check(words.value());
    return why === null ? null : words.wrong(`${name} "${words.value()}" ${why}`);
  };
}

/** All arguments of the line, so many of them. */
export function several(min: number, max: number, check: ValueCheck = () => null): Property {
  return (words) => {
    const args = words.rest();
    return countProblem(args, [min, max], words) ?? checkAll(args, check, words);
  };
}

/** Nothing may follow on the line. */
export const alone: Property = (words) => {
  const name = words.value();
  return words.nextArg() ? words.wrong(`${name} takes no value`) : null;
};

/** Anything may follow on the line and is not looked at. */
export const anything: Property = (words) => {
  words.rest();
  return null;
};

/** A word by itself; what follows is read as the next property. */
export const word: Property = () => null;

export function int(min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY): ValueCheck {
  return (text) => {
    const value = goInt(text);
    if (value === null) return 'is no whole number';
    if (value >= min && value <= max) return null;
    return max === Number.POSITIVE_INFINITY ? `is less than ${min}` : `is not between ${min} and ${max}`;
  };
}

export const uint32: ValueCheck = (text) => (goUint(text, 32) === null ? 'is no whole number from 0 on' : null);

export function duration(minMs = Number.NEGATIVE_INFINITY, maxMs = Number.POSITIVE_INFINITY): ValueCheck {
  return (text) => {
    const ms = goDurationMs(text);
    if (ms === null) return 'is no duration with a unit, like 30s or 5m';
    if (ms < minMs) return 'is too short';
    return ms > maxMs ? 'is too long' : null;
  };
}

export function oneOf(...allowed: readonly string[]): ValueCheck {
  return (text) => (allowed.includes(text) ? null : `is none of ${allowed.join(', ')}`);
}
