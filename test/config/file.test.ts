import { describe, expect, it } from 'vitest';
import { parseFile } from '../../src/config/file.ts';
import { file, loadWith } from './loading.ts';

const HEAD = 'apiVersion: net-preflight.dev/v1alpha1\nkind: PreflightConfig\n';
const mistakes = (text: string) => parseFile({ name: 'a.yaml', text }).mistakes;

describe('hostile and broken files', () => {
  it.each([
    ['', /^file a\.yaml: is empty/],
    ['# only a comment\n', /is empty/],
    ['---\n', /is empty/],
    ['just text', /a map of keys and values is wanted/],
    ['- a\n- b\n', /is a list, a map of keys and values is wanted/],
    [`${HEAD}spec: {}\n---\n${HEAD}spec: {}\n`, /holds 2 documents/],
    [`${HEAD}spec:\n  tenant: a\n  tenant: b\n`, /^file a\.yaml:5:3: .*unique/i],
    [`${HEAD}spec:\n\ttenant: a\n`, /^file a\.yaml:4:1: /],
    [`${HEAD}spec: {tenant: "a\n`, /^file a\.yaml:\d+:\d+: /],
    [`${HEAD}spec: {tenant: !!js/function "x"}\n`, /^file a\.yaml:3:16: .*tag/i],
    [`${HEAD}spec: {tenant: *nobody}\n`, /alias/i],
    [`${HEAD}spec: {__proto__: {tenant: a}}\n`, /^file a\.yaml:3:8: key "__proto__" is not allowed/],
    [`${HEAD}spec: {connectTo: {__proto__: "127.0.0.1:1"}}\n`, /"__proto__" is not allowed/],
    [`${HEAD}spec: {constructor: {prototype: 1}}\n`, /"constructor" is not allowed/],
    [`${HEAD}spec: {[a, b]: 1}\n`, /^file a\.yaml:3/],
    [`${HEAD}spec: {<<: {tenant: a}}\n`, /unknown key/],
    [`${HEAD}spec: ${'['.repeat(20_000)}\n`, /nested too deeply|^file a\.yaml:\d/],
    [`${HEAD}spec: ${'{a: '.repeat(5_000)}\n`, /nested too deeply|^file a\.yaml:\d/],
    [`${HEAD}# ${'x'.repeat(1_100_000)}\n`, /larger than 1 MiB/],
  ])('%.70j', (text, wanted) => expect(mistakes(text)[0]).toMatch(wanted));

  it('an alias bomb is refused before its ten to the eleventh items are made', () => {
    const names = 'abcdefghijkl'.split('');
    const levels = names.map((name, i) => {
      const before = names[i - 1];
      return `${name}: &${name} [${before === undefined ? 'x, x' : Array(10).fill(`*${before}`).join(', ')}]`;
    });
    const text = `${HEAD}metadata:\n${levels.map((line) => `  ${line}\n`).join('')}spec: {}\n`;
    expect(mistakes(text)[0]).toMatch(/too many aliases/);
  });

  it('a few aliases are fine', async () => {
    const text = `${HEAD}metadata: {annotations: {a: &host a.example}}\nspec: {stitchers: [*host]}\n`;
    expect((await loadWith({ files: [{ name: 'a.yaml', text }] })).effective.spec.stitchers).toEqual(['a.example']);
  });

  it('thousands of mistakes are cut, and counted', () => {
    const text = `${HEAD}spec:\n  stitchers:\n${'    - "!"\n'.repeat(5000)}`;
    const found = mistakes(text);
    expect(found).toHaveLength(51);
    expect(found.at(-1)).toBe('file a.yaml: and 4950 more');
  });

  it('nothing leaks into every object', () => {
    mistakes(`${HEAD}spec: {"__proto__": {"polluted": true}}\n`);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('JSON is YAML', async () => {
    const text = JSON.stringify({
      apiVersion: 'net-preflight.dev/v1alpha1',
      kind: 'PreflightConfig',
      spec: { tenant: 'acme' },
    });
    expect((await loadWith({ files: [{ name: 'a.json', text }] })).effective.spec.tenant).toBe('acme');
  });

  it('words that YAML 1.1 would take for booleans and dates stay words', async () => {
    const { settings } = await loadWith({
      files: [file('a.yaml', 'controls: off\nwaivers: [{fault: udp443-drop, reason: no, until: 2027-01-31}]')],
    });
    expect(settings.controls.https).toEqual([]);
    expect(settings.waivers[0]).toMatchObject({ reason: 'no', until: '2027-01-31' });
  });

  it('the sound parts of a file with mistakes are kept for the other sources', () => {
    const { layer, mistakes: found } = parseFile(
      file('a.yaml', 'tenant: acme\ndepth: no\ngate: {wait: x, period: 3s}\nnonsense: 1'),
    );
    expect(found).toHaveLength(3);
    expect(layer.spec).toEqual({ tenant: 'acme', gate: { period: '3s' } });
  });
});
