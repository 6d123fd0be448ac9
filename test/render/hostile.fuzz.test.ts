// Whatever a report holds, what comes out can be shown, parsed and scraped.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Report } from '../../src/model/report.ts';
import { redactDeep } from '../../src/parse/redact.ts';
import { terminalText } from '../../src/parse/terminal-text.ts';
import { cells } from '../../src/render/columns.ts';
import { FORMATS, render } from '../../src/render/index.ts';
import { renderJson } from '../../src/render/json.ts';
import { summaryLine } from '../../src/render/summary-line.ts';
import { renderTable } from '../../src/render/table.ts';
import { MOST_BYTES, renderTermination } from '../../src/render/termination.ts';
import { renderTicket } from '../../src/render/ticket.ts';
import { renderWide } from '../../src/render/wide.ts';
import { renderYaml } from '../../src/render/yaml.ts';
import { fail, finding, report, tenant, unknown, warn } from '../support/reports/build.ts';
import { hostile, PLANTED_SECRET } from '../support/reports/hostile.ts';
import { SCENARIOS } from '../support/reports/index.ts';

const CONTROL = /[\x00-\x09\x0b-\x1f\x7f-\x9f\p{Cf}\p{Cs}\u2028\u2029]/u;
const plain = { color: false, width: 120 };

const evil = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.constantFrom(
    '\x1b[2J',
    '\x9b31m',
    '\n\n',
    '\u202e',
    '"\\"\\"'.repeat(400),
    'é'.repeat(2000),
    '"'.repeat(5000),
    '🙂'.repeat(900),
    '',
  ),
);

/** A report with arbitrary text wherever text can stand. */
const evilReport: fc.Arbitrary<Report> = fc
  .record({
    texts: fc.array(evil, { minLength: 14, maxLength: 14 }),
    statuses: fc.array(fc.constantFrom(fail, warn, unknown, finding.bind(null, 'skip'), finding.bind(null, 'pass')), {
      minLength: 1,
      maxLength: 6,
    }),
    verdict: fc.constantFrom('Ready', 'ReadyWithWarnings', 'NotReady', 'Inconclusive' as const),
    interrupted: fc.constantFrom(undefined, 'SIGTERM', 'timeout' as const),
  })
  .map(({ texts, statuses, verdict, interrupted }) => {
    const text = (i: number) => texts[i % texts.length] ?? '';
    return report({
      verdict: verdict as Report['verdict'],
      exitCode: 3,
      headline: text(0),
      vantage: { pod: text(1), node: text(2), namespace: text(3), addresses: [text(4)] },
      ...(interrupted ? { metadata: { interrupted: interrupted as 'SIGTERM' } } : {}),
      findings: statuses.map((make, i) =>
        make(text(i + 5), 'tls', i % 2 ? null : { ...tenant(), host: text(i), address: text(i + 1) }, text(i + 2), {
          fault: text(i + 6),
          cause: text(i + 7),
          breaks: text(i + 8),
          remedy: { summary: text(i + 9), commands: [text(i + 10)], docs: `https://${text(i)}` },
          evidence: [{ text: text(i + 11), command: text(i + 12) }, { text: text(i + 13) }],
          ...(i === 3 ? { causedBy: text(3) } : {}),
          ...(i === 4 ? { waived: { reason: text(4), until: text(5) } } : {}),
        }),
      ),
    });
  });

describe('what a terminal sees', () => {
  it('no control, format or surrogate character in table, wide and ticket', () => {
    fc.assert(
      fc.property(evilReport, fc.integer({ min: -5, max: 250 }), fc.boolean(), (one, width, ascii) => {
        for (const text of [renderTable, renderWide, renderTicket].map((to) =>
          to(one, { color: false, width, ascii }),
        )) {
          expect(text).not.toMatch(CONTROL);
          expect(text.endsWith('\n')).toBe(true);
          if (ascii) expect(text).toMatch(/^[\x20-\x7e\n]*$/);
        }
        expect(summaryLine(one)).not.toMatch(/\n/);
      }),
      { numRuns: 150 },
    );
  });

  it('with colour, only our own colour codes', () => {
    fc.assert(
      fc.property(evilReport, (one) => {
        const text = renderTable(one, { color: true, width: 100 });
        expect(text.replace(/\x1b\[[\d;]+m/g, '')).not.toMatch(CONTROL);
      }),
      { numRuns: 50 },
    );
  });

  it('colour changes nothing but colour', () => {
    for (const one of Object.values(SCENARIOS)) {
      for (const width of [80, 120]) {
        const colour = renderTable(one, { color: true, width }).replace(/\x1b\[[\d;]+m/g, '');
        const lines = (text: string) => text.split('\n').map((line) => line.trimEnd());
        expect(lines(colour)).toEqual(lines(renderTable(one, { color: false, width })));
      }
    }
  });

  it('no line is wider than the terminal, but for commands and addresses of pages, which stay whole to be pasted', () => {
    for (const [name, one] of Object.entries(SCENARIOS)) {
      const whole = [...one.findings, ...one.rootCauses].flatMap(({ remedy, evidence }) => [
        ...(remedy?.commands ?? []),
        ...(remedy?.docs ? [remedy.docs] : []),
        ...evidence.flatMap(({ command }) => command ?? []),
      ]);
      for (let width = 40; width <= 160; width += 3) {
        for (const raw of renderTable(redactDeep(one), { color: false, width }).split('\n')) {
          const line = raw.replace(/^ {3}(See yourself|Docs)/, '');
          if (whole.some((command) => line.trim().startsWith(terminalText(command).slice(0, 5)))) continue;
          expect(cells(line), `${name} at ${width}: ${line}`).toBeLessThanOrEqual(width);
        }
      }
    }
  });
});

describe('termination', () => {
  it('is always one ASCII JSON object of at most 1000 bytes with its five keys', () => {
    fc.assert(
      fc.property(evilReport, (one) => {
        const text = renderTermination(one);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MOST_BYTES);
        expect(text).toMatch(/^[\x20-\x7e]*\n$/);
        expect(Object.keys(JSON.parse(text))).toEqual(['verdict', 'exit', 'fault', 'cause', 'do']);
      }),
    );
  });

  it('lets no credential through when it is called directly', () => {
    const { rootCauses: _none, ...rest } = hostile;
    expect(renderTermination({ ...rest, rootCauses: [] })).toContain('svc:***@proxy');
  });

  it('fills most of its room when there is much to say', () => {
    expect(renderTermination(hostile).length).toBeGreaterThan(900);
  });
});

describe('data formats', () => {
  it('json and yaml are the report, and safe to print', () => {
    for (const one of Object.values(SCENARIOS)) {
      const json = renderJson(one);
      const yaml = renderYaml(one);
      expect(json).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\p{Cf}\u2028\u2029]/u);
      expect(yaml).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\p{Cf}\u2028\u2029]/u);
      expect(JSON.parse(json)).toEqual(one);
      expect(parse(yaml)).toEqual(JSON.parse(json));
    }
  });

  it('json and yaml keep any text as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => {
        const one = report({
          verdict: 'Ready',
          exitCode: 0,
          headline: text,
          findings: [fail(text, 'tls', null, text)],
        });
        expect(JSON.parse(renderJson(one)).headline).toBe(text);
        expect(parse(renderYaml(one)).headline).toBe(text.toWellFormed());
      }),
    );
  });

  it('json has the same key order however the report was put together', () => {
    const shuffled = Object.fromEntries(
      Object.entries(SCENARIOS['udp443-drop'] as Report).reverse(),
    ) as unknown as Report;
    expect(renderJson(shuffled)).toBe(renderJson(SCENARIOS['udp443-drop'] as Report));
  });

  it('prometheus: every line is a comment or a sample, and no foreign text is in a label', () => {
    fc.assert(
      fc.asyncProperty(evilReport, async (one) => {
        for (const line of (await render('prometheus', one, plain)).trimEnd().split('\n')) {
          expect(line).toMatch(
            /^(# (HELP|TYPE) net_preflight_[a-z_]+ .+|net_preflight_[a-z_]+(\{([a-z]+="[\w.:%+-]*",?)+\})? (-?[\d.e+-]+|NaN))$/,
          );
        }
      }),
      { numRuns: 50 },
    );
  });

  it('junit: every quote and bracket of foreign text is escaped', async () => {
    const xml = await render('junit', hostile, plain);
    expect(xml).not.toMatch(CONTROL);
    expect(xml).not.toContain('<script');
    // Tags balance when nothing foreign opens or closes one.
    const open = [...xml.matchAll(/<([a-z-]+)(?: [^<>]*[^/<>])?>/g)].map(([, tag]) => tag).sort();
    const close = [...xml.matchAll(/<\/([a-z-]+)>/g)].map(([, tag]) => tag).sort();
    expect(open).toEqual(close);
  });

  it('no format lets a credential through', async () => {
    for (const { id } of FORMATS) {
      expect(await render(id, hostile, plain), id).not.toContain(PLANTED_SECRET);
    }
  });
});
