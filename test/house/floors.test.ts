// Who may import whom: imports go down only, and the rooms of the middle do not know one another.

import { describe, expect, it } from 'vitest';
import { expectNone } from './rule.ts';
import { at, type Import, importsOf, roomOf, SOURCES } from './tree.ts';

interface Floor {
  /** Rooms that may be imported, its own aside. */
  readonly rooms: readonly string[];
  /** Single files of other rooms. */
  readonly files?: readonly string[];
  /** Rooms that may be imported by import() when they are needed, not before. */
  readonly lazily?: readonly string[];
  readonly because: string;
}

const MIDDLE = ['facts', 'probes', 'checks', 'render', 'config'];
const GROUND = ['catalogue', 'parse', 'model'];
const EVERYTHING_BELOW = [...GROUND, ...MIDDLE, 'net', 'kube', 'engine', 'deliver', 'agent.ts', 'version.ts'];

const FLOORS: Readonly<Record<string, Floor>> = {
  model: { rooms: [], because: 'the words are what all rooms share: a word that needs code is no word' },
  parse: { rooms: ['model'], because: 'a parser is text in, value out: whoever imports it gets nothing else' },
  catalogue: { rooms: ['model'], because: 'faults are data: text about a cause must not depend on how it is found' },
  net: {
    rooms: ['parse', 'model'],
    because: 'a door translates between the network and our words; it knows nobody who uses it',
  },
  kube: { rooms: ['parse', 'model'], because: 'a door knows nobody who uses it' },
  facts: { rooms: ['parse', 'model'], because: 'reading what the pod says is not measuring and not judging' },
  probes: { rooms: ['net', 'parse', 'model'], because: 'a probe measures; what it means is for the checks to say' },
  checks: {
    rooms: ['parse', 'catalogue', 'model'],
    because: 'a check is pure: it can judge a stored report and be tested without a network',
  },
  render: {
    rooms: ['catalogue', 'model'],
    files: ['src/parse/terminal-text.ts', 'src/parse/redact.ts'],
    because:
      'a renderer sees one finished report; of parse it needs only what makes foreign text harmless and removes secrets',
  },
  config: { rooms: ['parse', 'model'], because: 'settings are read before anything is measured, judged or printed' },
  engine: {
    rooms: GROUND,
    because:
      'checks, probes, facts and the clock are handed to the engine by agent.ts, so that a test can hand it fakes',
  },
  deliver: {
    rooms: ['render', ...GROUND],
    because: 'a delivery takes a rendered report to its place and makes nothing',
  },
  demo: {
    rooms: ['model'],
    because:
      'a world that is built with the code that checks it shares its mistakes: a wrong byte on both sides looks right',
  },
  'agent.ts': {
    rooms: [...GROUND, ...MIDDLE.filter((room) => room !== 'render'), 'engine', 'version.ts'],
    because: 'the composition root joins settings, facts, checks, probes and clock; printing and commands are above it',
  },
  commands: {
    rooms: [...EVERYTHING_BELOW, 'demo'],
    because: 'a command may use everything below, and only cli.ts uses a command',
  },
  'cli.ts': {
    rooms: ['commands', 'config', 'parse', 'model', 'version.ts'],
    lazily: ['checks', 'catalogue'],
    because: 'the command line knows the commands and the flags; whatever else it loads at once is paid for by --help',
  },
  'main.ts': {
    rooms: ['cli.ts', 'version.ts'],
    because: 'the entry runs the command line and sets the exit code, nothing else',
  },
  'version.ts': { rooms: [], because: 'it is one constant' },
};

const inside: readonly Import[] = SOURCES.flatMap(importsOf).filter(({ file }) => file !== null);

describe('floors', () => {
  it('every room of src has a floor', () => {
    const strangers = [...new Set(SOURCES.map(roomOf))].filter((room) => FLOORS[room] === undefined);
    expectNone(
      strangers,
      'a new folder or file in src/ is entered here',
      'imports can only be judged by a known floor',
    );
  });

  it('imports stay inside src', () => {
    const out = inside.filter(({ file }) => file !== 'package.json' && !file?.startsWith('src/'));
    expectNone(out.map(at), 'src/ imports nothing from outside src/', 'only src/ is bundled and shipped');
  });

  it('imports name a file that exists', () => {
    const lost = inside.filter(({ file }) => file !== null && !SOURCES.includes(file));
    expectNone(lost.map(at), 'a relative import carries .ts and leads to a file', 'Node runs the sources as they are');
  });

  it.each(Object.entries(FLOORS))('%s', (room, { rooms, files = [], lazily = [], because }) => {
    const broken = inside.filter(
      ({ from, file, lazy }) =>
        file !== null &&
        roomOf(from) === room &&
        roomOf(file) !== room &&
        !rooms.includes(roomOf(file)) &&
        !(lazy && lazily.includes(roomOf(file))) &&
        !files.includes(file),
    );
    const later = lazily.map((one) => `import('${one}')`);
    const allowed = [...rooms, ...files, ...later].join(', ') || 'nothing';
    expectNone(broken.map(at), `${room} may import ${allowed}`, because);
  });

  it('the rooms of the middle do not import one another', () => {
    for (const room of MIDDLE) {
      const others = MIDDLE.filter((other) => other !== room && FLOORS[room]?.rooms.includes(other));
      expect(
        others,
        `${room} is allowed to import another room of the middle: that is what the floors are for`,
      ).toEqual([]);
    }
  });

  it('the ground is pure', () => {
    const calm = new Set(['node:crypto', 'node:url', 'ipaddr.js', 'semver']);
    const pureNet = (one: Import) => one.specifier === 'node:net' && one.names.every((name) => /^isIP/.test(name));
    const broken = SOURCES.filter((path) => GROUND.includes(roomOf(path)))
      .flatMap(importsOf)
      .filter((one) => one.file === null && !one.typeOnly && !calm.has(one.specifier) && !pureNet(one));
    expectNone(
      broken.map(at),
      `model, parse and catalogue import only ${[...calm].join(', ')} (and isIP of node:net) from outside`,
      'they turn values into values: nothing in them may read, wait or send',
    );
    const judging = SOURCES.filter((path) => roomOf(path) === 'checks')
      .flatMap(importsOf)
      .filter(({ file }) => file === null);
    expectNone(
      judging.map(at),
      'a check imports nothing from outside src/',
      'a check is pure: no I/O, no clock, no chance',
    );
  });

  it('nothing goes round in circles', () => {
    const edges = new Map<string, Import[]>();
    for (const one of inside) {
      if (one.typeOnly || one.lazy) continue;
      edges.set(one.from, [...(edges.get(one.from) ?? []), one]);
    }
    const done = new Set<string>();
    const circles: string[] = [];
    const walk = (path: string, trail: readonly string[]) => {
      const start = trail.indexOf(path);
      if (start >= 0) circles.push([...trail.slice(start), path].join(' → '));
      if (start >= 0 || done.has(path)) return;
      for (const { file } of edges.get(path) ?? []) if (file !== null) walk(file, [...trail, path]);
      done.add(path);
    };
    for (const path of edges.keys()) walk(path, []);
    expectNone(circles, 'files do not import one another in a circle', 'then none of them can be read alone');
  });
});
