// JUnit XML for CI systems: one suite for each layer, one case for each finding.

import type { Finding } from '../model/finding.ts';
import { LAYERS } from '../model/layer.ts';
import type { Report } from '../model/report.ts';
import { shorten, terminalText } from '../parse/terminal-text.ts';
import { distinct } from './fold.ts';
import type { RenderOptions } from './ink.ts';

const NAME_LENGTH = 200;
const TEXT_LENGTH = 2000;

export function renderJunit(report: Report, options: RenderOptions): string {
  const { metadata, findings, verdict } = report;
  const seconds = (metadata.durationMs / 1000).toFixed(3);
  const suites = LAYERS.flatMap((layer) => {
    const cases = findings.filter((finding) => finding.layer === layer);
    if (cases.length === 0) return [];
    const head = `  <testsuite${attributes({ name: layer, ...counts(cases), timestamp: metadata.startedAt })}>`;
    return [head, ...cases.flatMap((finding) => testCase(finding, options)), '  </testsuite>'];
  });
  const name = `net-preflight ${verdict}`;
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name, ...counts(findings), time: seconds })}>`,
    ...suites,
    '</testsuites>',
  ].join('\n')}\n`;
}

function counts(findings: readonly Finding[]) {
  const count = (status: Finding['status']) => String(findings.filter((finding) => finding.status === status).length);
  return { tests: String(findings.length), failures: count('fail'), errors: count('error'), skipped: count('skip') };
}

function testCase(finding: Finding, options: RenderOptions): string[] {
  const { check, layer, target, status, summary, fault, causedBy } = finding;
  const where = target ? distinct([target.host, target.address]).join(' ') : '';
  const name = [check, where].filter(Boolean).join(' ');
  const open = `    <testcase${attributes({ name, classname: `net-preflight.${layer}` })}`;
  const type = fault ?? check;
  switch (status) {
    case 'pass':
      return [`${open}/>`];
    case 'fail':
      return [
        `${open}>`,
        `      <failure${attributes({ type, message: summary })}>${body(finding, options)}</failure>`,
        CLOSE,
      ];
    case 'error':
      return [
        `${open}>`,
        `      <error${attributes({ type, message: summary })}>${body(finding, options)}</error>`,
        CLOSE,
      ];
    case 'skip': {
      const message = causedBy === undefined ? summary : `${summary} (because of ${causedBy})`;
      return [`${open}>`, `      <skipped${attributes({ message })}/>`, CLOSE];
    }
    // JUnit knows no warning: the case passes and says it aloud.
    case 'warn':
      return [
        `${open}>`,
        `      <system-out>warning ${text(type)}: ${text(summary)}${body(finding, options)}</system-out>`,
        CLOSE,
      ];
  }
}

const CLOSE = '    </testcase>';

/** Cause, remedy and evidence, a line each. */
function body({ fault, cause, breaks, remedy, evidence, causedBy, waived }: Finding, options: RenderOptions): string {
  const title = fault === undefined ? undefined : options.catalogueTitle?.(fault);
  const lines = [
    cause ?? title ?? '',
    causedBy ? `Because of: ${causedBy}` : '',
    waived ? `Waived until ${waived.until}: ${waived.reason}` : '',
    breaks ? `Breaks: ${breaks}` : '',
    remedy ? `Do: ${remedy.summary}` : '',
    ...(remedy?.commands ?? []).map((command) => `  ${command}`),
    ...evidence
      .slice(0, 20)
      .map(({ text: seen, command }) => (command ? `See: ${command} -> ${seen}` : `Seen: ${seen}`)),
  ].filter(Boolean);
  return lines.length === 0 ? '' : `\n${lines.map(text).join('\n')}\n`;
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(shorten(terminalText(value), NAME_LENGTH))}"`)
    .join('');
}

function text(value: string): string {
  return escaped(terminalText(value, TEXT_LENGTH));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

// XML 1.0 section 2.2: what `terminalText` leaves over is a legal character, but for the five with a meaning.
function escaped(value: string): string {
  return value.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
