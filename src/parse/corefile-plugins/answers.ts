// What `template`, `hosts`, `file` and `acl` refuse to start on: plugins that answer or refuse by themselves.

import { goCidr, goDurationMs, goInt, goUint } from '../go-values.ts';
import { CLASSES, RCODES, TYPES } from './dns-words.ts';
import { anything, ONCE, one, type Property, readProperties, several, unknownProperty, word } from './properties.ts';
import { patternProblem } from './rewrite.ts';
import type { PluginCheck, Refused, Words } from './words.ts';

const ANY = Number.POSITIVE_INFINITY;

// Go's text/template: only the braces are looked at here, not what stands between them.
const balanced = (text: string): string | null => {
  let open = false;
  for (const [brace] of text.matchAll(/\{\{|\}\}/g)) {
    if (brace === '{{') {
      if (open) return 'opens {{ twice';
      open = true;
    } else open = false;
  }
  return open ? 'opens {{ and never closes it' : null;
};

const ederror: Property = (words) => {
  const args = words.rest();
  if (args.length !== 1 && args.length !== 2) return words.wrong('ederror takes a code, and perhaps a text');
  return goUint(args[0]?.text ?? '', 16) === null ? words.wrong(`"${args[0]?.text}" is no code`, args[0]) : null;
};

export const template: PluginCheck = (words) => {
  while (words.next()) {
    if (!words.nextArg()) return words.wrong('needs a class and a type: template IN A');
    if (!CLASSES.has(words.value())) return words.wrong(`"${words.value()}" is no class of DNS (in capitals)`);
    if (!words.nextArg()) return words.wrong('needs a type after the class: template IN A');
    if (!TYPES.has(words.value())) return words.wrong(`"${words.value()}" is no type of DNS (in capitals)`);
    words.rest();
    const problem = readProperties(words, {
      match: several(1, ANY, (text) => (patternProblem(text) === null ? null : 'is no pattern that Go takes')),
      answer: several(1, ANY, balanced),
      additional: several(1, ANY, balanced),
      authority: several(1, ANY, balanced),
      rcode: one((text) => (RCODES.has(text) ? null : 'is no response code (in capitals)')),
      ederror,
      fallthrough: anything,
      upstream: anything,
    });
    if (problem) return problem;
  }
  return null;
};

/** Lines that are no property are entries, as in a hosts file, unless they come after `fallthrough`. */
export const hosts: PluginCheck = (words) => {
  let uses = 0;
  let unsupported = false;
  let fallthrough = false;
  while (words.next()) {
    if (uses++ > 0) return words.wrong(ONCE);
    words.rest();
    while (words.nextInBlock()) {
      const name = words.value();
      const args = words.rest();
      const [value] = args;
      if (name === 'fallthrough') fallthrough = true;
      else if (name === 'fallthrough_unsupported') {
        if (value) return words.wrong('fallthrough_unsupported takes no value', value);
        unsupported = true;
      } else if (name === 'no_reverse') {
        // What stands behind it is an entry of its own, and harmless.
        if (value && fallthrough) return unknownProperty(words, value.text, HOSTS);
      } else if (name === 'ttl') {
        const seconds = goInt(value?.text ?? '');
        if (seconds === null || seconds <= 0 || seconds > 65_535)
          return words.wrong('ttl takes a number of seconds from 1 to 65535', value);
      } else if (name === 'reload') {
        const ms = args.length === 1 ? goDurationMs(value?.text ?? '') : null;
        if (ms === null || ms < 0) return words.wrong('reload takes a duration with a unit, or 0s for never', value);
      } else if (fallthrough) return unknownProperty(words, name, HOSTS);
    }
  }
  return unsupported && !fallthrough ? words.wrong('fallthrough_unsupported needs fallthrough') : null;
};

const HOSTS = ['fallthrough', 'fallthrough_unsupported', 'no_reverse', 'ttl', 'reload'];

/** A zone file that is missing or broken is not seen here. */
export const file: PluginCheck = (words) => {
  while (words.next()) {
    if (!words.nextArg()) return words.wrong('names no zone file');
    words.rest();
    const problem = readProperties(words, {
      fallthrough: anything,
      reload: (inner) => {
        const [value] = inner.rest();
        return value && goDurationMs(value.text) !== null
          ? null
          : inner.wrong('reload takes a duration with a unit', value);
      },
      reload_by_mtime: word,
      upstream: anything,
    });
    if (problem) return problem;
  }
  return null;
};

export const acl: PluginCheck = (words) => {
  while (words.next()) {
    words.rest();
    while (words.nextInBlock()) {
      const action = words.value();
      if (!['allow', 'block', 'filter', 'drop'].includes(action.toLowerCase()))
        return words.wrong(`"${action}" is none of allow, block, filter, drop`);
      const problem = aclSections(words);
      if (problem) return problem;
    }
  }
  return null;
};

function aclSections(words: Words): Refused | null {
  let section: string | null = null;
  let count = 0;
  let everything = false;
  for (const token of words.rest()) {
    const lower = token.text.toLowerCase();
    if (lower === 'type' || lower === 'net') {
      if (section !== null && count === 0) return words.wrong(`nothing stands after ${section}`, token);
      section = lower;
      count = 0;
      everything = false;
      continue;
    }
    if (section === null) return words.wrong(`"${token.text}" stands where type or net is wanted`, token);
    count++;
    // After an asterisk nothing else in the section is read.
    everything ||= token.text === '*';
    if (everything) continue;
    if (section === 'type' && !TYPES.has(token.text))
      return words.wrong(`"${token.text}" is no type of DNS (in capitals)`, token);
    const network = token.text.includes('/') ? token.text : `${token.text}/${token.text.includes(':') ? 128 : 32}`;
    if (section === 'net' && goCidr(network) === null) return words.wrong(`"${token.text}" is no network`, token);
  }
  return section !== null && count === 0 ? words.wrong(`nothing stands after ${section}`) : null;
}
