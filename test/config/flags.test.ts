import { describe, expect, it } from 'vitest';
import { attributeOf, declarationOf, FLAGS, OUTPUT_FORMATS } from '../../src/config/flags.ts';
import { FORMATS } from '../../src/render/index.ts';
import { loadWith } from './loading.ts';

describe('the table of flags', () => {
  it('has unique names and variables', () => {
    for (const key of ['name', 'env', 'short'] as const) {
      const values = FLAGS.flatMap((flag) => flag[key] ?? []);
      expect(new Set(values).size).toBe(values.length);
    }
  });

  it('names variables that no Service can bring by its links', () => {
    for (const { env } of FLAGS) if (env !== null) expect(env).not.toMatch(/_SERVICE_|_PORT$|_PORT_\d/);
  });

  it('is declared as commander wants it', () => {
    const named = (name: string) => FLAGS.find((flag) => flag.name === name);
    const flag = (name: string) => named(name) ?? FLAGS[0];
    const of = (name: string) => {
      const found = flag(name);
      return found === undefined ? [] : [declarationOf(found), attributeOf(found)];
    };
    expect(of('output')).toEqual(['-o, --output <FORMAT[=PATH]>', 'output']);
    expect(of('psk-key-file')).toEqual(['--psk-key-file <FILE>', 'pskKeyFile']);
    expect(of('no-system-lookup')).toEqual(['--no-system-lookup', 'systemLookup']);
    expect(of('quick')).toEqual(['--quick', 'quick']);
  });

  it('knows the formats that there are', () => expect([...OUTPUT_FORMATS]).toEqual(FORMATS.map(({ id }) => id)));

  it('no flag takes a key on the command line', () => {
    for (const { name } of FLAGS) expect(name).not.toMatch(/^(psk|key|psk-key|token|password)$/);
  });
});

describe('what a flag gives', () => {
  it('repeats and commas add up', async () => {
    const { effective } = await loadWith({ flags: { stitcher: ['a.example,b.example', ' c.example '] } });
    expect(effective.spec.stitchers).toEqual(['a.example', 'b.example', 'c.example']);
  });

  it('targets in one variable', async () => {
    const env = {
      NET_PREFLIGHT_TARGETS: 'tcp://a.example:1,https://b.example/x,y udp://c.example:2',
      NET_PREFLIGHT_PROFILE: 'none',
    };
    const { settings } = await loadWith({ env });
    expect(settings.targets.map(({ protocol, host, path }) => [protocol, host, path])).toEqual([
      ['tcp', 'a.example', undefined],
      ['https', 'b.example', '/x,y'],
      ['udp', 'c.example', undefined],
    ]);
  });

  it('waivers in one variable', async () => {
    const env = {
      NET_PREFLIGHT_WAIVERS: 'udp443-drop:until=2027-01-31:planned\nudp443-reject@a.example:until=2027-02-01:a, b',
    };
    expect((await loadWith({ env })).settings.waivers).toEqual([
      { fault: 'udp443-drop', reason: 'planned', until: '2027-01-31' },
      { fault: 'udp443-reject', target: 'a.example', reason: 'a, b', until: '2027-02-01' },
    ]);
  });

  it('outputs and the termination log are no part of the spec', async () => {
    const loaded = await loadWith({
      flags: { output: ['table', 'json=/tmp/r.json'], terminationLog: '/dev/termination-log' },
    });
    expect(loaded.outputs).toEqual([
      { format: 'table', path: null },
      { format: 'json', path: '/tmp/r.json' },
    ]);
    expect(loaded.terminationLog).toBe('/dev/termination-log');
    expect((await loadWith({ env: { NET_PREFLIGHT_OUTPUT: 'yaml' } })).outputs).toEqual([
      { format: 'yaml', path: null },
    ]);
  });

  it('switches in the environment', async () => {
    for (const [text, value] of [
      ['true', true],
      ['1', true],
      ['false', false],
      ['0', false],
    ] as const) {
      expect((await loadWith({ env: { NET_PREFLIGHT_DNS_SIDECAR: text } })).settings.dnsSidecar).toBe(value);
    }
    expect((await loadWith({ flags: { dnsSidecar: true } })).settings.dnsSidecar).toBe(true);
  });

  it('connectTo is looked up as the doors write it', async () => {
    const { settings } = await loadWith({
      flags: { connectTo: ['[2001:DB8::1]:443/udp=127.0.0.1:1', 'A.example:443=[::1]:2'] },
    });
    expect(settings.connectTo).toEqual({
      '2001:db8::1:443/udp': { address: '127.0.0.1', port: 1 },
      'a.example:443': { address: '::1', port: 2 },
    });
  });
});
