import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkOutputs, type Output, parseOutputs, writeOutputs, writeWhole } from '../../src/deliver/outputs.ts';
import { ConfigError } from '../../src/model/errors.ts';
import { healthy } from '../support/reports/healthy.ts';

const options = { color: false, width: 80 };

function mistakes(run: () => unknown): readonly string[] {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
}

async function mistakesOf(run: Promise<unknown>): Promise<readonly string[]> {
  return run.then(
    () => [],
    (error: unknown) => (error instanceof ConfigError ? error.mistakes : Promise.reject(error)),
  );
}

describe('parseOutputs', () => {
  it.each<[string, string[], Output[]]>([
    ['nothing: the table', [], [{ format: 'table', path: null }]],
    ['a format', ['json'], [{ format: 'json', path: null }]],
    ['a dash is stdout', ['json=-'], [{ format: 'json', path: null }]],
    ['a path', ['junit=out/j.xml'], [{ format: 'junit', path: 'out/j.xml' }]],
    ['a path with signs', ['json=a=b.json'], [{ format: 'json', path: 'a=b.json' }]],
    [
      'several',
      ['table', 'json=/r.json', 'prometheus=/r.prom'],
      [
        { format: 'table', path: null },
        { format: 'json', path: '/r.json' },
        { format: 'prometheus', path: '/r.prom' },
      ],
    ],
  ])('%s', (_name, values, expected) => {
    expect(parseOutputs(values)).toEqual(expected);
  });

  it('tells every mistake at once', () => {
    const all = mistakes(() =>
      parseOutputs(['jsn', 'yaml=', 'table', 'wide', 'junit=a/../x', 'prometheus=x', '=x', 'constructor']),
    );
    expect(all).toHaveLength(6);
    expect(all[0]).toMatch(/^-o jsn: "jsn" is no output format; did you mean "json"\? Formats: table, wide, /);
    expect(all[1]).toBe('-o yaml=: there is no path after the "="');
    expect(all[2]).toMatch(/^-o =x: a format is missing/);
    expect(all[3]).toMatch(/"constructor" is no output format/);
    expect(all[4]).toBe(
      '-o table and -o wide both go to stdout, which takes one format; give one of them another path',
    );
    expect(all[5]).toBe('-o junit and -o prometheus both go to x; give one of them another path');
  });

  it('shows no control characters of what was typed', () => {
    expect(mistakes(() => parseOutputs(['\x1b[2Jtab\nle'])).join()).not.toMatch(/[\x00-\x1f]/);
  });
});

describe('files', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'outputs-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const written: string[] = [];
  const stdout = {
    write: (text: string, done: (error?: Error | null) => void) => {
      written.push(text);
      done();
    },
  };

  it('writes each format to its place, whole and readable, and leaves nothing beside it', async () => {
    written.length = 0;
    const json = join(folder, 'r.json');
    writeFileSync(json, 'old and longer than nothing', { mode: 0o600 });
    await writeOutputs(
      [
        { format: 'termination', path: null },
        { format: 'json', path: json },
        { format: 'table', path: join(folder, 'r.txt') },
      ],
      healthy,
      { ...options, color: true },
      stdout,
    );
    expect(JSON.parse(readFileSync(json, 'utf8'))).toEqual(healthy);
    expect(statSync(json).mode & 0o777).toBe(0o644);
    expect(readFileSync(join(folder, 'r.txt'), 'utf8')).not.toContain('\x1b');
    expect(written).toHaveLength(1);
    expect(JSON.parse(written[0] ?? '')).toMatchObject({ verdict: 'Ready' });
    expect(readdirSync(folder).sort()).toEqual(['r.json', 'r.txt']);
  });

  it('follows a link and keeps it', async () => {
    writeFileSync(join(folder, 'real'), 'old');
    symlinkSync('real', join(folder, 'link'));
    await writeWhole(join(folder, 'link'), 'new');
    expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, 'real'), 'utf8')).toBe('new');
  });

  it('writes to a device without replacing it', async () => {
    await writeWhole('/dev/null', 'gone');
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it('says before the run what cannot be written, all at once', async () => {
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, 'file'), '');
    const all = await mistakesOf(
      checkOutputs([
        { format: 'table', path: null },
        { format: 'json', path: join(folder, 'none', 'r.json') },
        { format: 'yaml', path: join(folder, 'sub') },
        { format: 'junit', path: join(folder, 'file', 'j.xml') },
        { format: 'wide', path: join(folder, 'fine.txt') },
      ]),
    );
    expect(all).toEqual([
      `-o json=${folder}/none/r.json: the directory ${folder}/none does not exist; create it first`,
      `-o yaml=${folder}/sub: is a directory; name a file in it`,
      `-o junit=${folder}/file/j.xml: ${folder}/file is not a directory`,
    ]);
    expect(existsSync(join(folder, 'fine.txt'))).toBe(false);
  });

  it('writes what it can, then says what it could not', async () => {
    written.length = 0;
    const all = await mistakesOf(
      writeOutputs(
        [
          { format: 'json', path: join(folder, 'none', 'r.json') },
          { format: 'prometheus', path: join(folder, 'r.prom') },
          { format: 'table', path: null },
        ],
        healthy,
        options,
        stdout,
      ),
    );
    expect(all).toEqual([
      `-o json=${folder}/none/r.json: the directory ${folder}/none does not exist; create it first`,
    ]);
    expect(existsSync(join(folder, 'r.prom'))).toBe(true);
    expect(written).toHaveLength(1);
  });

  it('does not mind a reader that went away', async () => {
    const gone = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
    const closed = { write: (_text: string, done: (error?: Error | null) => void) => done(gone) };
    await expect(writeOutputs([{ format: 'table', path: null }], healthy, options, closed)).resolves.toBeUndefined();
  });
});
