import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { FAULTS } from '../../src/catalogue/index.ts';
import { explain } from '../../src/commands/explain.ts';
import { list } from '../../src/commands/list.ts';
import { capture } from './capture.ts';

const CHECKS = [
  {
    id: 'dtls',
    layer: 'udp',
    question: 'Do the stitchers answer?',
    depth: 'quick',
    faults: ['udp443-drop', 'udp443-reject'],
  },
  { id: 'tls', layer: 'tls', question: 'Is it really the tenant?', depth: 'quick', faults: [] },
] as const;
const from = { checks: CHECKS, diagnosed: new Set(['udp443-drop', 'udp443-reject']) };

describe('list', () => {
  it.each(['checks', 'faults', 'profiles'])('%s as json and yaml: an array of objects with an id', async (what) => {
    for (const format of ['json', 'yaml'] as const) {
      const { out, stdout } = capture();
      expect(await list({ what, format, ...from }, out)).toBe(0);
      const rows = (format === 'json' ? JSON.parse(stdout()) : parse(stdout())) as { id: unknown }[];
      expect(rows.length).toBeGreaterThan(1);
      for (const row of rows) expect(row.id).toMatch(/^[a-z0-9-]+$/);
    }
  });

  it('faults say which ones are diagnosed so far', async () => {
    const json = capture();
    await list({ what: 'faults', format: 'json', ...from }, json.out);
    const rows = JSON.parse(json.stdout()) as { id: string; diagnosed: boolean }[];
    expect(rows).toHaveLength(FAULTS.length);
    expect(rows.filter(({ diagnosed }) => diagnosed).map(({ id }) => id)).toEqual(['udp443-drop', 'udp443-reject']);
    const { out, stdout } = capture();
    await list({ what: 'faults', ...from }, out);
    expect(stdout()).toMatch(/^ID +LAYER +STATUS +SEVERITY +DIAGNOSED +TITLE$/m);
    expect(stdout()).toMatch(/^udp443-drop +udp +fail +critical +yes /m);
    expect(stdout()).toContain(`${FAULTS.length} faults, 2 diagnosed so far`);
    for (const line of stdout().split('\n')) expect(line).toBe(line.trimEnd());
  });

  it('checks in columns', async () => {
    const { out, stdout } = capture();
    await list({ what: 'checks', ...from }, out);
    expect(stdout()).toBe(
      [
        'ID    LAYER  DEPTH  QUESTION                  FAULTS',
        'dtls  udp    quick  Do the stitchers answer?  2',
        'tls   tls    quick  Is it really the tenant?  0',
        '',
      ].join('\n'),
    );
  });

  it('an unknown list: did you mean, exit 2', async () => {
    const { out, stdout, stderr } = capture();
    expect(await list({ what: 'fault\u001b[2J', ...from }, out)).toBe(2);
    expect(stderr()).toBe('net-preflight: there is no list of fault; did you mean faults?\n');
    expect(stdout()).toBe('');
  });
});

describe('explain', () => {
  it.each(['udp443-drop', ' UDP443-DROP '])('%s', async (id) => {
    const { out, stdout } = capture();
    expect(await explain({ id, diagnosed: from.diagnosed }, out)).toBe(0);
    expect(stdout()).toMatch(/^udp443-drop {2}\S.*\nudp layer, critical, fails the run\n\n\S/);
  });

  it('says when nothing diagnoses it yet', async () => {
    const { out, stdout } = capture();
    await explain({ id: 'udp443-drop', diagnosed: new Set() }, out);
    expect(stdout()).toMatch(/, not diagnosed yet\n/);
  });

  it('as json', async () => {
    const { out, stdout } = capture();
    await explain({ id: 'udp443-drop', format: 'json', diagnosed: from.diagnosed }, out);
    expect(JSON.parse(stdout())).toMatchObject({
      id: 'udp443-drop',
      layer: 'udp',
      diagnosed: true,
      explain: expect.any(String),
    });
  });

  it.each([
    ['udp443-dorp', /^net-preflight: there is no fault "udp443-dorp"; did you mean .*udp443-drop.*\?\n$/],
    ['zzzzzzzzzzzz', /: see net-preflight list faults\n$/],
    ['', /see net-preflight list faults/],
    [`\u001b]0;x\u0007${'y'.repeat(10_000)}`, /^[\x20-\x7e…]{1,200}\n$/],
    ['__proto__', /there is no fault/],
  ])('%.20j is unknown: exit 2', async (id, wanted) => {
    const { out, stdout, stderr } = capture();
    expect(await explain({ id, diagnosed: new Set() }, out)).toBe(2);
    expect(stderr()).toMatch(wanted);
    expect(stdout()).toBe('');
  });
});
