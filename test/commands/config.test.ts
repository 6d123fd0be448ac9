import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configSchema } from '../../src/commands/config-schema.ts';
import { configValidate } from '../../src/commands/config-validate.ts';
import { configView } from '../../src/commands/config-view.ts';
import { endpoints } from '../../src/commands/endpoints.ts';
import { ConfigError } from '../../src/model/errors.ts';
import { capture } from './capture.ts';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'preflight-commands-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const input = (flags: Record<string, unknown>, env: Record<string, string> = {}) => ({ flags, env, mistakes: [] });

const FLAGS = {
  tenant: 'acme.eu.goskope.com',
  stitcher: ['gateway-lon1.gw.npa.eu.goskope.com'],
  controls: 'off',
  waive: ['udp443-drop:until=2126-01-01:planned'],
};

describe('config view', () => {
  it('is a configuration with an origin for each value', async () => {
    const { out, stdout, stderr } = capture();
    expect(await configView({}, input(FLAGS, { NET_PREFLIGHT_WAIT: '90s' }), out)).toBe(0);
    await expect(stdout()).toMatchFileSnapshot('../golden/config-view.yaml');
    expect(stderr()).toBe('');
  });

  it('is valid as it is printed', async () => {
    const { out, stdout } = capture();
    await configView({}, input(FLAGS), out);
    const path = join(dir, 'view.yaml');
    writeFileSync(path, stdout());
    const again = capture();
    expect(await configValidate([path], input({}), again.out)).toBe(0);
    expect(again.stdout()).toBe(
      `valid: profile netskope-publisher, 3 targets, hash ${/hash (\w+)/.exec(stdout())?.[1]}\n`,
    );
  });

  it('as json has the origins and the hash beside it', async () => {
    const { out, stdout } = capture();
    await configView({ format: 'json' }, input(FLAGS), out);
    expect(JSON.parse(stdout())).toMatchObject({
      kind: 'PreflightConfig',
      spec: { tenant: 'acme', suffix: 'eu.goskope.com' },
      origins: { tenant: 'flag --tenant', suffix: 'flag --tenant', depth: 'default', 'dataplane.udp': 'profile' },
      hash: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
  });

  it.each(['yaml', 'json'] as const)('never prints the key: %s', async (format) => {
    const key = join(dir, 'key');
    writeFileSync(key, 'c0ffee00c0ffee00\n');
    const ways = [
      input({ pskIdentity: 'me', pskKeyFile: key }),
      input({ pskIdentity: 'me', pskKeyEnv: 'DTLS_KEY' }, { DTLS_KEY: 'c0ffee00c0ffee00' }),
    ];
    for (const way of ways) {
      const { out, stdout, stderr } = capture();
      expect(await configView({ format }, way, out)).toBe(0);
      expect(stdout()).toContain('me');
      expect(stdout() + stderr()).not.toMatch(/c0ffee/i);
    }
  });
});

describe('config validate', () => {
  it('rejects with every mistake of every file', async () => {
    const path = join(dir, 'bad.yaml');
    writeFileSync(
      path,
      'apiVersion: net-preflight.dev/v1alpha1\nkind: PreflightConfig\nspec:\n  tennant: a\n  depth: x\n',
    );
    const waiver = 'waivers: [{fault: udp443-dorp, reason: x, until: 2126-01-01}]';
    const other = join(dir, 'waiver.yaml');
    writeFileSync(other, `apiVersion: net-preflight.dev/v1alpha1\nkind: PreflightConfig\nspec:\n  ${waiver}\n`);
    const failing = configValidate([path, other, join(dir, 'absent')], input({}), capture().out);
    await expect(failing).rejects.toThrow(ConfigError);
    await expect(failing).rejects.toMatchObject({
      mistakes: [
        expect.stringMatching(/absent does not exist/),
        expect.stringMatching(/bad\.yaml:4:3: spec\.tennant: unknown key; did you mean tenant\?/),
        expect.stringMatching(/bad\.yaml:5:10: spec\.depth "x"/),
        expect.stringMatching(
          /waiver\.yaml:4:13: spec\.waivers\[0\]: there is no fault "udp443-dorp"; did you mean udp443-drop\?/,
        ),
      ],
    });
  });
});

describe('config schema', () => {
  it('prints JSON', async () => {
    const { out, stdout } = capture();
    expect(await configSchema(out)).toBe(0);
    expect(JSON.parse(stdout())).toMatchObject({
      title: 'PreflightConfig',
      $schema: 'https://json-schema.org/draft/2020-12/schema',
    });
  });
});

describe('endpoints', () => {
  it('as a table: what is measured, and why the rest is not', async () => {
    const { out, stdout } = capture();
    expect(await endpoints({}, input({ ...FLAGS, target: ['tcp://db.example.com:5432'] }), out)).toBe(0);
    await expect(stdout()).toMatchFileSnapshot('../golden/endpoints.table.txt');
  });

  it('needs no tenant: what is not known stays a placeholder', async () => {
    const { out, stdout } = capture();
    expect(await endpoints({}, input({}), out)).toBe(0);
    expect(stdout()).toMatch(/^<tenant>\.goskope\.com:443 .* no .*\[1\]$/m);
    expect(stdout()).toMatch(/^\[1\] not known yet: <tenant>$/m);
  });

  it.each(['json', 'yaml'] as const)('as %s: an array of rows', async (format) => {
    const { out, stdout } = capture();
    await endpoints({ format }, input(FLAGS), out);
    const rows = (format === 'json' ? JSON.parse(stdout()) : parse(stdout())) as { id: string; probed: boolean }[];
    expect(rows.filter(({ probed }) => probed).map(({ id }) => id)).toEqual([
      'tenant-api',
      'stitcher-udp',
      'stitcher-tcp',
    ]);
    expect(rows.find(({ id }) => id === 'stitcher-pool')).toMatchObject({
      host: 'gateway-*.gw.npa.eu.goskope.com',
      probed: false,
    });
  });

  it('of no profile and no target', async () => {
    const { out, stdout } = capture();
    await endpoints({}, input({ profile: 'none' }), out);
    expect(stdout()).toMatch(/no endpoints/);
  });
});
