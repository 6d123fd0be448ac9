// The tests' own rules: where they are, and that they run.

import { describe, it } from 'vitest';
import { expectNone } from './rule.ts';
import { FILES, importsOf, SOURCES, TESTS, textOf } from './tree.ts';

const ROOMS = new Set(SOURCES.map((path) => path.split('/')[1] ?? ''));
/** Folders of test/ that mirror nothing, each with what it is. */
const OWN: Readonly<Record<string, string>> = {
  house: 'the rules of the house',
  support: 'fakes, scenarios and small servers that tests share',
  golden: 'whole texts to compare with',
  lab: 'test hosts in network namespaces',
  cluster: 'a real kube-apiserver',
  bench: 'side-by-side measurements',
  soak: 'long repeats',
  tools: 'pinned tools, one module each',
  summary: 'the last lines of npm test',
  manifests: 'what kustomize makes of manifests/',
  image: 'the container image',
};
const CASES = TESTS.filter((path) => path.endsWith('.test.ts'));

describe('tests', () => {
  it('mirror src/', () => {
    const broken = TESTS.filter((path) => {
      const [, folder = '', ...rest] = path.split('/');
      if (rest.length === 0)
        return folder.endsWith('.test.ts') && !ROOMS.has(folder.replace(/(?:\.loopback|\.fuzz)?\.test\.ts$/, '.ts'));
      return !ROOMS.has(folder) && OWN[folder] === undefined;
    });
    expectNone(
      broken,
      'test/<folder>/<file>.test.ts mirrors src/, or lies in a folder that is named here',
      'a test is found without searching',
    );
  });

  it('are seen by the runner', () => {
    const broken = FILES.filter((path) => /\.(?:spec\.\w+|test\.(?!ts$)\w+)$/.test(path) && !path.endsWith('.snap'));
    expectNone(broken, 'a test is called *.test.ts', 'vitest runs nothing else');
  });

  it('run all of them', () => {
    const broken = matches(/\b(?:it|test|describe|suite)(?:\.\w+)*\.only\b/);
    expectNone(broken, 'no .only is left', 'it silently switches off all the others');
  });

  it('are skipped for a reason that is written there', () => {
    const broken = matches(
      /\b(?:it|test|describe)(?:\.\w+)*\.(?:skip|todo|fails)\b|\b(?:ctx|context)\.skip\(|\bxit\(|\bxdescribe\(/,
      reasoned,
    );
    expectNone(
      broken,
      'a skip has its reason in a comment on the same line or just above',
      'a skip without a reason is a test that lies about being there',
    );
    // A condition with a name is a reason: `skipIf(!openssl)`, `skipIf(missing.length > 0)`.
    const nameless = matches(
      /\.(?:skipIf|runIf)\((?!!?[a-z])|\.(?:skipIf|runIf)\(!?(?:true|false|process)\b/i,
      reasoned,
    );
    expectNone(nameless, 'a condition for skipping has a name that says what is missing', 'the summary repeats it');
  });

  it('assert something', () => {
    const asserts = (path: string) => /\bexpect\w*\s*[(.]|\bassert\b|fc\.assert/.test(textOf(path));
    const broken = CASES.filter(
      (path) =>
        !asserts(path) && !importsOf(path).some(({ file }) => file !== null && TESTS.includes(file) && asserts(file)),
    );
    expectNone(broken, 'a test file expects something', 'a test that cannot fail is worse than none');
  });

  it('do not reach into the outside world', () => {
    const broken = CASES.filter((path) => !/^test\/(?:lab|soak|bench|cluster)\//.test(path)).flatMap((path) =>
      importsOf(path)
        .filter(({ specifier }) => /^(?:playwright|puppeteer|nock|msw)/.test(specifier))
        .map(({ line, specifier }) => `${path}:${line} imports ${specifier}`),
    );
    expectNone(
      broken,
      'real sockets on the loopback, or fakes at the probe registry',
      'a patched library tests the patch',
    );
  });
});

function matches(
  pattern: RegExp,
  excused: (lines: readonly string[], index: number) => boolean = () => false,
): string[] {
  return CASES.filter((path) => !path.startsWith('test/house/')).flatMap((path) => {
    const lines = textOf(path).split('\n');
    return lines.flatMap((line, index) =>
      pattern.test(line) && !excused(lines, index) ? [`${path}:${index + 1}: ${line.trim().slice(0, 100)}`] : [],
    );
  });
}

function reasoned(lines: readonly string[], index: number): boolean {
  // A title that says what is needed is the reason: it is what the summary shows.
  if (/\.skip\(\s*['"`]needs /.test(lines[index] ?? '')) return true;
  return [lines[index], lines[index - 1]].some((line) => /\/\/ \w|^\s*\*?\/?\*?\*.* \w+.*\*\/$/.test(line ?? ''));
}
