import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DISTRIBUTIONS } from '../../src/checks/corefile/distributions.ts';
import { corednsLint } from '../../src/commands/coredns-lint.ts';
import { corednsPatch } from '../../src/commands/coredns-patch.ts';
import { ConfigError } from '../../src/model/errors.ts';
import { COREFILES, corefilePath, corefileText } from '../support/corefiles.ts';
import { capture } from './capture.ts';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'preflight-coredns-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const ZONE = { zone: 'private.example.com', forward: '10.0.0.10,10.0.0.11' };

async function* stdin(text: string) {
  yield Buffer.from(text);
}

async function mistakesOf(run: Promise<unknown>): Promise<readonly string[]> {
  const error = await run.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ConfigError);
  return (error as ConfigError).mistakes;
}

describe('coredns lint', () => {
  it.each<[string, number]>([
    ['kubeadm-stub', 0],
    ['openshift', 0],
    ['aks', 0],
    ['broken-one-server-lost', 0],
    ['broken-lost-plugins', 0],
    ['broken-over-tls', 0],
    ['broken-nested', 3],
    ['broken-forward-name', 3],
    ['broken-leading-dot', 3],
    ['broken-mixed', 3],
    ['broken-no-forward', 3],
    ['kubeadm', 3],
  ])('%s: exit %i', async (name, exitCode) => {
    expect(await corednsLint({ file: corefilePath(name), ...ZONE }, capture().out)).toBe(exitCode);
  });

  it('says file, line, column and what to write', async () => {
    const { out, stdout, stderr } = capture();
    await corednsLint({ file: '-', stdin: stdin(corefileText('broken-nested')), ...ZONE }, out);
    expect(stdout()).toMatch(
      /^stdin:23:5: fail: the server block private\.example\.com:53 stands inside another block.*\[coredns-stub-misplaced\]$/m,
    );
    expect(stdout()).toContain(
      '        private.example.com:53 {\n            errors\n            cache 30\n            forward . 10.0.0.10 10.0.0.11\n        }\n',
    );
    expect(stderr()).toBe('');
  });

  it('is data on demand', async () => {
    const { out, stdout } = capture();
    await corednsLint({ file: corefilePath('broken-typo'), ...ZONE, format: 'json' }, out);
    expect(JSON.parse(stdout())).toMatchObject([
      { line: 24, column: 1, status: 'fail', fault: 'coredns-stub-wrong-suffix' },
    ]);
  });

  it('looks into the files that a Corefile imports, where they are', async () => {
    mkdirSync(join(dir, 'custom'));
    writeFileSync(join(dir, 'Corefile'), corefileText('aks'));
    const run = () => {
      const captured = capture();
      return corednsLint({ file: join(dir, 'Corefile'), ...ZONE }, captured.out).then(
        (code) => `${code} ${captured.stdout()}`,
      );
    };
    expect(await run()).toMatch(/^3 .*:1:1: fail: no block for private\.example\.com/);
    writeFileSync(join(dir, 'custom/private.server'), 'private.example.com:53 {\n forward . 10.0.0.10 10.0.0.11\n}\n');
    expect(await run()).toMatch(/^0 .*nothing to object to\n$/);
    writeFileSync(join(dir, 'custom/private.server'), 'private.example.com:53 {\n foward . 10.0.0.10 10.0.0.11\n}\n');
    expect(await run()).toMatch(/custom\/private\.server:2:2: fail: "foward" is no directive/);
  });

  it('shows nothing of what a hostile file holds', async () => {
    const { out, stdout } = capture();
    await corednsLint({ file: '-', stdin: stdin('. {\n \u001b[31mevil\u202e 1\n}\n') }, out);
    expect(stdout()).toMatch(/fail/);
    expect(stdout()).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });

  it.each<[string, Parameters<typeof corednsLint>[0], RegExp]>([
    ['no such file', { file: '/nowhere/Corefile' }, /does not exist/],
    ['a folder', { file: '/' }, /is a directory/],
    ['no file named', { file: '' }, /a file is missing/],
    ['NUL bytes', { file: '-', stdin: stdin('. {\0}') }, /NUL bytes/],
    ['too large', { file: '-', stdin: stdin('#'.repeat(1_048_577)) }, /too large/],
    ['a whole ConfigMap', { file: '-', stdin: stdin('apiVersion: v1\nkind: ConfigMap\n') }, /jsonpath/],
    ['a zone that is none', { file: '-', zone: '*.corp', stdin: stdin('') }, /--zone/],
    [
      'a forwarder that is a name',
      { file: '-', ...ZONE, forward: 'dns.corp', stdin: stdin('') },
      /--forward: "dns\.corp"/,
    ],
  ])('%s is told, exit 2', async (_, options, expected) => {
    expect((await mistakesOf(corednsLint(options, capture().out))).join('\n')).toMatch(expected);
  });
});

describe('coredns patch', () => {
  it.each(['kubeadm', 'eks', 'broken-nested', 'broken-leading-dot', 'broken-no-forward-in-stub', 'broken-unclosed'])(
    '%s, as in its golden file',
    async (name) => {
      const { out, stdout, stderr } = capture();
      expect(await corednsPatch({ ...ZONE, corefile: corefilePath(name) }, out)).toBe(0);
      expect(stderr()).toBe('');
      await expect(stdout()).toMatchFileSnapshot(`../golden/corefile/patch-${name}.diff`);
    },
  );

  it.each(DISTRIBUTIONS)(
    '%s: where it is changed there, with backup, roll-out and verification',
    async (distribution) => {
      const { out, stdout } = capture();
      const corefile = {
        gke: 'gke',
        openshift: 'openshift',
        k3s: 'k3s',
        rke2: 'rke2',
        aks: 'aks',
        eks: 'eks',
        kubeadm: 'kubeadm',
      }[distribution];
      const options = { ...ZONE, zone: 'corp.example.net', distribution, corefile: corefilePath(corefile) };
      expect(await corednsPatch(options, out)).toBe(0);
      for (const part of ['# 1. back up', '# 2. apply', '# 3. roll out', '# 4. verify'])
        expect(stdout()).toContain(part);
      await expect(stdout()).toMatchFileSnapshot(`../golden/corefile/distribution-${distribution}.diff`);
    },
  );

  it('says when nothing needs to change', async () => {
    const { out, stdout } = capture();
    expect(await corednsPatch({ ...ZONE, corefile: corefilePath('kubeadm-stub') }, out)).toBe(0);
    expect(stdout()).toBe('# private.example.com is forwarded to 10.0.0.10 and 10.0.0.11 already: nothing to change\n');
  });

  it('says what it cannot mend, exit 3', async () => {
    const { out, stdout, stderr } = capture();
    expect(await corednsPatch({ ...ZONE, corefile: corefilePath('broken-bad-value') }, out)).toBe(3);
    expect(stderr()).toContain('broken-bad-value:4:17: fail: health: "5" is no duration');
    expect(stdout()).toContain('+private.example.com:53 {');
  });

  it('says when coredns-custom would not be read', async () => {
    const { out, stderr } = capture();
    await corednsPatch({ ...ZONE, corefile: corefilePath('kubeadm'), distribution: 'aks' }, out);
    expect(stderr()).toContain('coredns-custom-cm-ignored');
  });

  it('gives the block without a Corefile, too', async () => {
    const { out, stdout } = capture();
    expect(await corednsPatch(ZONE, out)).toBe(0);
    expect(stdout()).toContain('+private.example.com:53 {\n+    errors\n');
  });

  it('tells every mistake at once', async () => {
    const mistakes = await mistakesOf(corednsPatch({ distribution: 'minikube' }, capture().out));
    expect(mistakes.join('\n')).toMatch(/--zone is missing[\s\S]*--forward is missing[\s\S]*"minikube" is none of/);
  });
});

it('the stock of Corefiles is there', () => expect(COREFILES.length).toBeGreaterThan(30));
