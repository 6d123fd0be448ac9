// The rules are only as good as the eyes they see with.

import { describe, expect, it } from 'vitest';
import { FILES, importsIn, importsOf, packageOf, roomOf, SOURCES } from './tree.ts';

// A tilde stands for a quote, so that these lines are nobody's imports.
const SAMPLE = `#!/usr/bin/env node
// import { no } from ~./comment.ts~ is not at the start of a line
import { type A, b as c } from ~../model/a.ts~;
import type { D } from ~./d.ts~;
import { type E, type F } from ~./e.ts~;
import * as all from ~node:net~;
import whole, { part } from ~@scope/name/deep.js~;
import {
  one,
  two,
} from ~./many.ts~;
import ~./effect.ts~;
export { x } from ~./x.ts~;
export type { Y } from ~./y.ts~;
const later = async () => (await import(~./later.ts~)).run();
const tls = process.getBuiltinModule(~node:tls~);
`.replaceAll('~', "'");

describe('what the house rules see', () => {
  it('finds every way to import', () => {
    const seen = importsIn(SAMPLE, 'src/net/sample.ts').map(
      ({ line, specifier, typeOnly, lazy }) => `${line} ${specifier}${typeOnly ? ' type' : ''}${lazy ? ' lazy' : ''}`,
    );
    expect(seen.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))).toEqual([
      '3 ../model/a.ts',
      '4 ./d.ts type',
      '5 ./e.ts type',
      '6 node:net',
      '7 @scope/name/deep.js',
      '8 ./many.ts',
      '12 ./effect.ts',
      '13 ./x.ts',
      '14 ./y.ts type',
      '15 ./later.ts lazy',
      '16 node:tls lazy',
    ]);
  });

  it('knows files, names, rooms and packages', () => {
    const [first] = importsIn(SAMPLE, 'src/net/sample.ts');
    expect(first).toMatchObject({ file: 'src/model/a.ts', names: ['A', 'b'] });
    expect(roomOf('src/net/dns.ts')).toBe('net');
    expect(roomOf('src/agent.ts')).toBe('agent.ts');
    expect(packageOf('@scope/name/deep.js')).toBe('@scope/name');
    expect(packageOf('zod/mini')).toBe('zod');
    expect(packageOf('node:net')).toBeNull();
  });

  it('sees the project', () => {
    expect(SOURCES.length).toBeGreaterThan(150);
    expect(FILES).toContain('package.json');
    expect(FILES.some((path) => path.startsWith('node_modules/') || path.startsWith('dist/'))).toBe(false);
    expect(SOURCES.flatMap(importsOf).length).toBeGreaterThan(500);
    expect(importsOf('src/agent.ts').map(({ file }) => file)).toContain('src/engine/run.ts');
  });
});
