// Every scenario in every format, whole text.

import { describe, it } from 'vitest';
import { type FormatId, type RenderOptions, render } from '../../src/render/index.ts';
import { SCENARIOS } from '../support/reports/index.ts';
import { expectGolden } from './golden.ts';

const plain: RenderOptions = { color: false, width: 120 };

const SUFFIX: Readonly<Record<FormatId, string>> = {
  table: 'table.txt',
  wide: 'wide.txt',
  json: 'json',
  yaml: 'yaml',
  junit: 'junit.xml',
  prometheus: 'prom',
  ticket: 'ticket.txt',
  termination: 'termination.json',
};

// Whole dumps of these two are thousands of lines that nobody would read in a review; their properties are tested instead.
const TOO_LONG = new Set(['hostile', 'many-targets']);
const DUMPS = new Set<FormatId>(['json', 'yaml', 'wide']);
// One YAML file shows the form; that all are the same value as the JSON is tested by reading them back.
const YAML_FOR = new Set(['udp443-drop']);

function sensible(scenario: string, format: FormatId): boolean {
  if (format === 'yaml') return YAML_FOR.has(scenario);
  return !(TOO_LONG.has(scenario) && DUMPS.has(format));
}

describe.each(Object.entries(SCENARIOS))('%s', (scenario, report) => {
  const formats = (Object.keys(SUFFIX) as FormatId[]).filter((format) => sensible(scenario, format));
  it.each(formats)('%s', async (format) => {
    expectGolden(`${scenario}.${SUFFIX[format]}`, await render(format, report, plain));
  });

  it('table on a terminal of 80 cells', async () => {
    expectGolden(`${scenario}.80.txt`, await render('table', report, { ...plain, width: 80 }));
  });
});

describe.each(['healthy', 'udp443-drop'])('%s', (scenario) => {
  const report = SCENARIOS[scenario];
  if (!report) throw new Error(`no scenario ${scenario}`);

  it('table in ASCII', async () => {
    expectGolden(`${scenario}.ascii.txt`, await render('table', report, { ...plain, ascii: true }));
  });

  it('table in colour', async () => {
    expectGolden(`${scenario}.colour.txt`, await render('table', report, { ...plain, color: true }));
  });
});
