// What exists is registered, and what is registered exists.

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FAULTS } from '../../src/catalogue/index.ts';
import { CHECKS, DIAGNOSED } from '../../src/checks/index.ts';
import { COMMANDS } from '../../src/commands/command-table.ts';
import { FLAGS, OUTPUT_FORMATS } from '../../src/config/flags.ts';
import { DEMO_FAULTS } from '../../src/demo/faults.ts';
import { DEADLINE_MS } from '../../src/engine/deadlines.ts';
import { PROBES } from '../../src/probes/index.ts';
import { FORMATS, isFormat } from '../../src/render/index.ts';
import { expectNone } from './rule.ts';
import { importsOf, ROOT, roomOf, SOURCES, TESTS, textOf } from './tree.ts';

const inRoom = (room: string) => SOURCES.filter((path) => roomOf(path) === room && !path.endsWith('/index.ts'));
const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1, -'.ts'.length);
const ids = new Set(FAULTS.map(({ id }) => id));

async function exportsOf(path: string): Promise<Readonly<Record<string, unknown>>> {
  return (await import(/* @vite-ignore */ join(ROOT, path))) as Record<string, unknown>;
}

/** Files that can be reached from these by imports, lazy ones too. */
function reach(from: readonly string[]): Set<string> {
  const reached = new Set<string>();
  const next = [...from];
  for (let path = next.pop(); path !== undefined; path = next.pop()) {
    if (reached.has(path) || !SOURCES.includes(path)) continue;
    reached.add(path);
    for (const { file, typeOnly } of importsOf(path)) if (file !== null && !typeOnly) next.push(file);
  }
  return reached;
}

describe('registries', () => {
  it('every check is in CHECKS, in a file of its own name', async () => {
    const broken: string[] = [];
    const found: unknown[] = [];
    for (const path of inRoom('checks')) {
      for (const [name, value] of Object.entries(await exportsOf(path))) {
        const check = value as { id?: unknown; plan?: unknown; diagnose?: unknown } | null;
        if (typeof check !== 'object' || typeof check?.diagnose !== 'function' || typeof check.plan !== 'function')
          continue;
        found.push(value);
        if (!CHECKS.some((one) => one === value)) broken.push(`${path} exports ${name}, which is not in CHECKS`);
        if (check.id !== nameOf(path)) broken.push(`${path} holds the check ${String(check.id)}`);
      }
    }
    expectNone(
      broken,
      'a check is one file in checks/ that bears its id, and one line in checks/index.ts',
      'a check that is not registered is never asked',
    );
    expect(found.length).toBe(CHECKS.length);
    expect(new Set(CHECKS.map(({ id }) => id)).size).toBe(CHECKS.length);
  });

  it('every kind of probe has a runner in a file of its name', () => {
    const kinds = Object.keys(DEADLINE_MS).sort();
    expect(Object.keys(PROBES).sort(), 'a kind of probe that nobody runs').toEqual(kinds);
    const missing = kinds.filter((kind) => !SOURCES.includes(`src/probes/${kind}.ts`));
    expectNone(missing, 'the runner of kind x is src/probes/x.ts', 'a reader finds it without asking');
    const runners = inRoom('probes').filter((path) => /:\s*ProbeRunner</.test(textOf(path)));
    const strangers = runners.filter((path) => !kinds.includes(nameOf(path)));
    expectNone(strangers, 'a ProbeRunner is in the registry', 'a runner that is not registered is never run');
    const reached = reach(['src/probes/index.ts']);
    expectNone(
      inRoom('probes').filter((path) => !reached.has(path)),
      'no file in probes/ is left over',
      'dead code rots',
    );
  });

  it('every renderer is a format, and every format can be asked for', () => {
    const entries = importsOf('src/render/index.ts').filter(({ lazy }) => lazy);
    const renderers = inRoom('render').filter((path) =>
      /export function render\w*\(report: Report(?:, \w+: RenderOptions)?\)/.test(textOf(path)),
    );
    const lost = renderers.filter((path) => !entries.some(({ file }) => file === path));
    expectNone(
      lost,
      'a renderer is registered in render/index.ts',
      'a format that is not registered cannot be asked for',
    );
    const formats = FORMATS.map(({ id }) => id);
    expect(entries.length).toBe(formats.length);
    expectNone(
      OUTPUT_FORMATS.filter((id) => !isFormat(id)),
      'every word of --output is a format',
      'it would be refused later',
    );
    expectNone(
      formats.filter((id) => !(OUTPUT_FORMATS as readonly string[]).includes(id)),
      'every format of render/index.ts is a word of --output in config/flags.ts',
      'config and render do not import one another, so that only this keeps their lists the same',
    );
  });

  it('every command can be reached from the command line', () => {
    const reached = reach(['src/cli.ts']);
    const lost = inRoom('commands').filter((path) => !reached.has(path) && !isTypesOnly(path));
    expectNone(
      lost,
      'a file in commands/ is reachable from src/cli.ts',
      'a command that nobody can type does not exist',
    );
    const files = COMMANDS.map(({ name }) => `src/commands/${name.replace(' ', '-')}.ts`);
    expectNone(
      files.filter((path) => !SOURCES.includes(path)),
      'the command x y is src/commands/x-y.ts',
      'a reader finds it',
    );
  });

  it('every file of src is part of the program', () => {
    const reached = reach(['src/main.ts', 'src/net/dtls-psk-child.ts', 'src/net/lookup-child.ts']);
    // Types leave no import behind; the model's constants are words too, even where only a type is made of them.
    const lost = SOURCES.filter((path) => !reached.has(path) && !isTypesOnly(path) && roomOf(path) !== 'model');
    expectNone(lost, 'every file of src/ is reachable from src/main.ts', 'what the program cannot reach is dead');
  });

  it('flags have one meaning', () => {
    const names = FLAGS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const variables = FLAGS.flatMap(({ env }) => env ?? []);
    expect(new Set(variables).size).toBe(variables.length);
    const strange = variables.filter((name) => !/^NET_PREFLIGHT_[A-Z0-9_]+$/.test(name));
    expectNone(strange, 'an environment variable of ours is NET_PREFLIGHT_*', 'others belong to others');
  });

  it('every fault that a check names is in the catalogue', () => {
    const broken = CHECKS.flatMap((check) =>
      check.faults.filter((id) => !ids.has(id)).map((id) => `${check.id} names ${id}`),
    );
    for (const path of inRoom('checks')) {
      for (const [, id = ''] of textOf(path).matchAll(/\bfault:\s*'([^']+)'/g)) {
        if (!ids.has(id)) broken.push(`${path} has a row for ${id}, which the catalogue does not know`);
        else if (!DIAGNOSED.has(id)) broken.push(`${path} has a row for ${id}, which no check lists in its faults`);
      }
    }
    expectNone(
      broken,
      'a fault that a check names has a row in the catalogue and is listed by its check',
      'explain, list and completion know it from there',
    );
  });

  it('every fault that the demo or the lab injects is in the catalogue and can be diagnosed', () => {
    const injected = DEMO_FAULTS.map(({ id }) => ({ id, from: 'the demo' }));
    for (const path of TESTS.filter((one) => one.startsWith('test/lab/faults/'))) {
      for (const [, id = ''] of textOf(path).matchAll(/^\s+id: '([^']+)'/gm)) injected.push({ id, from: path });
    }
    expect(injected.length).toBeGreaterThan(16);
    expectNone(
      injected.filter(({ id }) => !ids.has(id)).map(({ id, from }) => `${from} injects ${id}`),
      'an injected fault has a row in the catalogue',
      'the catalogue is the exam',
    );
    // `later.ts` holds worlds that are ready before their diagnosis is.
    expectNone(
      injected
        .filter(({ id, from }) => ids.has(id) && !DIAGNOSED.has(id) && !from.endsWith('/later.ts'))
        .map(({ id, from }) => `${from} injects ${id}`),
      'an injected fault is one that a check can name',
      'its diagnosis is what is shown or tested',
    );
  });
});

/** Nothing but types is exported: such a file vanishes when types are stripped. */
function isTypesOnly(path: string): boolean {
  return !/^(?:export )?(?:async )?(?:const|let|function|class)\b/m.test(textOf(path));
}
