import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadAll, readFiles, readText } from '../../src/config/read.ts';
import { ConfigError } from '../../src/model/errors.ts';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'preflight-config-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function write(name: string, content: string | Buffer): string {
  const path = join(dir, name);
  writeFileSync(path, content);
  return path;
}

async function* chunks(...parts: (string | Buffer)[]) {
  for (const part of parts) yield part;
}

const GOOD = 'apiVersion: net-preflight.dev/v1alpha1\nkind: PreflightConfig\nspec: {tenant: acme}\n';

describe('reading', () => {
  it.each([
    ['no such file', () => join(dir, 'absent.yaml'), /does not exist/],
    ['a directory', () => dir, /is a directory/],
    ['a path through a file', () => join(write('f', 'x'), 'g'), /no directory/],
    ['10 MB', () => write('large.yaml', Buffer.alloc(10_485_760, 'a')), /too large, 10\.0 MiB: at most 1 MiB/],
    ['without end', () => '/dev/zero', /too large: at most 1 MiB/],
    ['NUL', () => write('nul.yaml', 'a: \0\n'), /NUL/],
    ['UTF-16', () => write('utf16.yaml', Buffer.from('tenant: acme', 'utf16le')), /NUL bytes .*UTF-16/],
    ['Latin-1', () => write('latin1.yaml', Buffer.from([0x61, 0xe9, 0x0a])), /not UTF-8/],
    [
      'links in a circle',
      () => {
        symlinkSync('b.link', join(dir, 'a.link'));
        symlinkSync('a.link', join(dir, 'b.link'));
        return join(dir, 'a.link');
      },
      /circle/,
    ],
  ])('%s', async (_name, path, wanted) => {
    const text = await readText(path());
    expect(text.ok ? 'read' : text.why).toMatch(wanted);
  });

  it('a file that may not be read', async () => {
    const path = write('locked.yaml', GOOD);
    chmodSync(path, 0);
    // Root may read everything: be nobody for a moment.
    const root = process.geteuid?.() === 0;
    if (root) process.seteuid?.(65_534);
    try {
      expect(await readText(path)).toMatchObject({ ok: false, why: expect.stringMatching(/permission denied/) });
    } finally {
      if (root) process.seteuid?.(0);
    }
  });

  it('a byte order mark is no part of the text', async () => {
    expect(await readText(write('bom.yaml', `\ufeff${GOOD}`))).toEqual({ ok: true, value: GOOD });
  });

  it('tells every file that fails, and standard input', async () => {
    const { files, mistakes } = await readFiles([write('good.yaml', GOOD), join(dir, 'x'), '-', '-'], chunks('a\0'));
    expect(files.map(({ text }) => text)).toEqual([GOOD]);
    expect(mistakes).toEqual([
      expect.stringMatching(/read once only/),
      expect.stringMatching(/^file .*\/x does not exist$/),
      expect.stringMatching(/^standard input is not text/),
    ]);
  });

  it('standard input is bounded and joined', async () => {
    expect((await readFiles(['-'], chunks(GOOD.slice(0, 20), Buffer.from(GOOD.slice(20))))).files).toEqual([
      { name: 'stdin', text: GOOD },
    ]);
    const endless = (async function* () {
      for (;;) yield 'x'.repeat(65_536);
    })();
    expect((await readFiles(['-'], endless)).mistakes).toEqual([expect.stringMatching(/standard input is too large/)]);
  });

  it('loads what the flags or the variable name', async () => {
    const path = write('named.yaml', GOOD);
    expect((await loadAll({ flags: { config: [path] }, env: {} })).origins.tenant).toBe(`file ${path}`);
    expect((await loadAll({ flags: {}, env: { NET_PREFLIGHT_CONFIG: path } })).settings.targets).toHaveLength(1);
    expect((await loadAll({ flags: { config: ['-'] }, env: {} }, chunks(GOOD))).origins.tenant).toBe('file stdin');
    const failing = loadAll({ flags: { config: [join(dir, 'x')], depth: 'x' }, env: {} });
    await expect(failing).rejects.toThrow(ConfigError);
    await expect(failing).rejects.toMatchObject({ mistakes: { length: 2 } });
  });
});
