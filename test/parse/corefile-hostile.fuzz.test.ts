// Whatever is put in: an answer, soon, and never an exception.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lintCorefile } from '../../src/checks/corefile/lint.ts';
import { MAX_COREFILE_BYTES, parseCorefile } from '../../src/parse/corefile.ts';
import { goRegex } from '../../src/parse/go-regex.ts';
import { corefiles } from '../support/corefile-generator.ts';

const INTENT = { zones: [{ zone: 'private.example.com.', forwarders: ['10.0.0.10'] }], ownAddresses: ['10.96.0.10'] };
/** Of this process alone, since machines that test are busy. Such a file takes one or two seconds; a quadratic rule took forty. */
const SOON_MS = 10_000;

function soon<T>(work: () => T): T {
  const started = process.cpuUsage();
  const value = work();
  const { user, system } = process.cpuUsage(started);
  expect((user + system) / 1000).toBeLessThan(SOON_MS);
  return value;
}

const noise = fc
  .array(
    fc.oneof(
      fc.string({ maxLength: 10 }),
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom(
        '{',
        '}',
        '\n',
        ' ',
        '"',
        '\\',
        '#',
        'import',
        '(a)',
        'a',
        '.',
        '{$A}',
        '{%A%}',
        'forward',
        ',',
        '\r',
        '\u0085',
        '10.0.0.0/1',
      ),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

describe('a Corefile from anywhere', () => {
  it('is read and judged without an exception, noise', () => {
    fc.assert(
      fc.property(noise, (text) => void lintCorefile(parseCorefile(text), INTENT)),
      { numRuns: 2000 },
    );
  });

  it('is read and judged without an exception, nearly good ones', () => {
    const places = fc.property(corefiles, (text) => {
      const corefile = parseCorefile(text);
      const lines = text.split('\n');
      for (const { file, line, column } of [...corefile.errors, ...lintCorefile(corefile, INTENT)]) {
        // A place that is not in the file helps nobody.
        if (file === '') expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
      }
    });
    fc.assert(places, { numRuns: 1000 });
  });

  const big = (unit: string) => unit.repeat(Math.floor(MAX_COREFILE_BYTES / unit.length));

  it.each([
    ['directives', `. {\n${big(' log a.test\n').slice(0, MAX_COREFILE_BYTES - 10)}`],
    ['a hundred thousand lines', `. {\n${' log\n'.repeat(100_000)}}\n`],
    ['blocks', big('a {\n}\n')],
    ['keys', big('a.test ')],
    ['opening braces', `. {\n log ${big('{ ')}`.slice(0, MAX_COREFILE_BYTES)],
    ['closing braces', big('} ')],
    ['one word', big('a')],
    ['one quotation', `. {\n log "${big('a ')}`.slice(0, MAX_COREFILE_BYTES)],
    ['backslashes', `"${big('\\')}`.slice(0, MAX_COREFILE_BYTES)],
    ['placeholders', big('{$A}')],
    ['comments', big('#a\n')],
    ['forwards', `. {\n${big(' forward a.test 10.0.0.1\n').slice(0, MAX_COREFILE_BYTES - 10)}\n}`],
    ['targets', `. {\n forward . ${big('10.0.0.1 ')}`.slice(0, MAX_COREFILE_BYTES - 4)],
  ])('of a megabyte is read soon: %s', (_, text) => {
    soon(() => lintCorefile(parseCorefile(text), INTENT));
  });

  it('that is larger is refused with its size', () => {
    const { errors } = parseCorefile('#'.repeat(MAX_COREFILE_BYTES + 1));
    expect(errors).toMatchObject([
      { line: 1, column: 1, kind: 'text', message: expect.stringContaining('1048577 bytes') },
    ]);
  });

  it('with a NUL byte is refused with its place', () => {
    const { errors } = parseCorefile('. {\n  err\0ors\n}\n');
    expect(errors).toMatchObject([{ line: 2, column: 6, kind: 'text', message: expect.stringContaining('NUL') }]);
  });

  it('whose snippets multiply ends', () => {
    const levels = Array.from({ length: 30 }, (_, i) => `(s${i + 1}) {\n import s${i}\n import s${i}\n}\n`);
    const { errors } = soon(() => parseCorefile(`(s0) {\n errors\n}\n${levels.join('')}. {\n import s30\n}\n`));
    expect(errors.map(({ kind }) => kind)).toContain('import');
  });

  it('whose file imports itself ends', () => {
    const text = `import f\n${'log\n'.repeat(5000)}`;
    const files = () => [
      { path: 'f', text },
      { path: 'g', text },
    ];
    const { errors } = soon(() => parseCorefile(`. {\n${text}`, { files }));
    expect(errors.length).toBeGreaterThan(0);
    const { errors: one } = soon(() => parseCorefile(`. {\n${text}`, { files: () => [{ path: 'f', text }] }));
    expect(one.length).toBeGreaterThan(0);
  });

  it('a pattern is judged soon, whatever it is', () => {
    for (const pattern of ['('.repeat(100_000), '['.repeat(100_000), 'a{1,2}'.repeat(20_000), '\\Q'.repeat(50_000)])
      soon(() => goRegex(pattern));
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (pattern) => void goRegex(pattern)));
  });
});
