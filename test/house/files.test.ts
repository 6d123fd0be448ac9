// What a file looks like: its name, its length, its first line, and what must not be in it.

import { describe, it } from 'vitest';
import { expectNone } from './rule.ts';
import { FILES, linesMatching, SCRIPTS, SOURCES, TESTS, textOf } from './tree.ts';

const CODE = [...SOURCES, ...TESTS, ...SCRIPTS];
const MAX_LINES = 300;
/** Path → why it may be longer. Nothing may. */
const LONGER: Readonly<Record<string, string>> = {};

/** Colours are what these two show. */
const WITH_ESCAPES = ['test/golden/healthy.colour.txt', 'test/golden/udp443-drop.colour.txt'];
const BINARY = /\.(?:png|ico|gz|tgz|zip|pcap|der|woff2?)$/;
const TEXTS = FILES.filter((path) => !BINARY.test(path));

const baseOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);
// So that a rule's own words do not break it.
const word = (...parts: readonly string[]) => parts.join('');

describe('files', () => {
  it('have kebab-case names', () => {
    const broken = CODE.filter((path) => {
      const bare = baseOf(path).replace(/(?:\.loopback|\.fuzz)?(?:\.test|\.config)?\.ts$/, '');
      const folders = path.split('/').slice(0, -1);
      return ![bare, ...folders].every((part) => /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(part));
    });
    expectNone(broken, 'file and folder names are kebab-case', 'file name = exported id = documentation anchor');
  });

  it('have names that say something', () => {
    const broken = CODE.filter((path) =>
      /(?:^|[/-])(?:utils?|helpers?|commons?|misc|shared|stuff|lib)(?:[/.-]|$)/.test(path),
    );
    expectNone(broken, 'no file or folder is called utils, helpers, common or misc', 'such a name admits everything');
  });

  it(`are at most ${MAX_LINES} lines long`, () => {
    const broken = CODE.flatMap((path) => {
      const lines = textOf(path).split('\n').length - 1;
      return lines > MAX_LINES && LONGER[path] === undefined ? [`${path}: ${lines} lines`] : [];
    });
    expectNone(broken, `a file past ${MAX_LINES} lines is split by subject`, 'nobody holds a long file in the head');
  });

  it('begin by saying what they are', () => {
    const broken = SOURCES.filter((path) => {
      const [first = '', second = ''] = textOf(path).split('\n');
      const line = first.startsWith('#!') ? second : first;
      return !/^(?:\/\/|\/\*\*?) (?=.*[a-z]{2}).{10,}/.test(line) || /biome-ignore|@ts-|eslint/.test(line);
    });
    expectNone(
      broken,
      'a file begins with a comment: the question it answers, or the thing it is',
      'who opens it must know at once whether it is the right one',
    );
  });

  it('hold no class but errors and what must be closed', () => {
    const broken = SOURCES.flatMap((path) => {
      const text = textOf(path);
      return [...text.matchAll(/^(?:export\s+)?(?:default\s+)?(?:abstract\s+)?class\s+(\w+)([^{]*)\{/gm)].flatMap(
        (match) => {
          const [, name = '', heritage = ''] = match;
          const body = text.slice(match.index, text.indexOf('\n}', match.index));
          const closes = /^\s+(?:async\s+)?(?:close|\[Symbol\.(?:asyncD|d)ispose\])\s*\(/m.test(body);
          return /\bextends\s+\w*Error\b/.test(heritage) || closes ? [] : [`${path}: class ${name}`];
        },
      );
    });
    expectNone(
      [...broken, ...linesMatching(SOURCES, /[=(,]\s*class\b/)],
      'functions and plain objects: a class only for an Error or for a resource with close()',
      'a class with one method is ceremony, and inheritance is behaviour read in two places at once',
    );
  });

  it('leave nothing for later', () => {
    const unfinished = new RegExp(
      `\\b(?:${word('TO', 'DO')}|${word('FIX', 'ME')}|${word('XX', 'X')}|${word('HA', 'CK')})\\b`,
    );
    expectNone(
      linesMatching(TEXTS, unfinished),
      'no note to finish something is left in a tracked file',
      'what is not done is an issue, which somebody will read',
    );
  });

  it('hold no control or invisible characters', () => {
    const broken = TEXTS.filter((path) => !WITH_ESCAPES.includes(path)).flatMap((path) =>
      textOf(path)
        .split('\n')
        .flatMap((line, index) => {
          const seen = /[\0-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/.exec(line);
          const code = seen?.[0].codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
          return seen ? [`${path}:${index + 1}: U+${code}`] : [];
        }),
    );
    expectNone(
      broken,
      'tracked text has no control characters, carriage returns or invisible marks: write them as escapes',
      'they change what a terminal or a reviewer sees',
    );
  });

  it('speak of the project only', () => {
    // /home/resources is the Publisher's own.
    const machine = new RegExp(
      `(?:^|[\\s"'\`(=:])/(?:${word('wo', 'rk')}|${word('Us', 'ers')}|home/(?!resources\\b)\\w+|${word('tmp/', 'setup')}|${word('tmp/bash', '_jobs')})/`,
    );
    const makers = new RegExp(
      [
        `\\b(?:${word('Cl', 'aude')}|${word('Anth', 'ropic')}|${word('Open', 'AI')}|${word('Chat', 'GPT')}|${word('Co', 'pilot')}|${word('L', 'LM')}s?)\\b`,
        `\\b${word('language ', 'model')}`,
        `\\b(?:AI|coding)[ -](?:${word('assis', 'tant')}|agent|generated)`,
        `\\b${word('assis', 'tant')}\\b`,
        `\\b(?:${word('this ', 'session')}|my ${word('ses', 'sion')}|another ${word('ses', 'sion')}|${word('the ', 'brief')}|${word('sub', 'agent')})\\b`,
        `${word('Co-Auth', 'ored-By')}|${word('Gener', 'ated with')}`,
      ].join('|'),
      'i',
    );
    expectNone(
      linesMatching(TEXTS, machine),
      'no path of somebody’s machine is in a tracked file',
      'it exists nowhere else',
    );
    expectNone(
      linesMatching(TEXTS, makers),
      'the project speaks of itself, not of how or by whom it was made',
      'readers want to know what it does',
    );
  });

  it('end in one newline', () => {
    const broken = TEXTS.filter((path) => {
      const text = textOf(path);
      return text !== '' && (!text.endsWith('\n') || text.endsWith('\n\n'));
    });
    expectNone(broken, 'a text ends in exactly one newline', 'diffs and cat stay clean');
  });
});
