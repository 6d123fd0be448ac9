// A root cause as a block of its own: cause, what it breaks, what to do, and how to see it oneself.

import type { Evidence, Finding } from '../model/finding.ts';
import type { TargetRef } from '../model/target.ts';
import { cells, hang, pad, wrap } from './columns.ts';
import { distinct, shortAddresses } from './fold.ts';
import { type Ink, nameOf } from './ink.ts';

const LABEL_WIDTH = 17;
/** A command is never wrapped, so that it can be pasted; longer than this it is not one that we wrote. */
const COMMAND_LENGTH = 400;
const CAUSE_LENGTH = 800;
const TEXT_LENGTH = 300;
const PLACES = 4;

/** How much of a block is shown. */
export interface Bounds {
  readonly evidence: number;
  readonly commands: number;
}
export const BRIEF: Bounds = { evidence: 4, commands: 4 };
export const WHOLE: Bounds = { evidence: 50, commands: 20 };

/** `elsewhere`: further findings of the same fault, which are only placed. */
export function causeBlock(
  kind: string,
  finding: Finding,
  elsewhere: readonly Finding[],
  ink: Ink,
  bounds: Bounds,
): string[] {
  const { breaks, remedy } = finding;
  const cause = finding.cause ?? titleOf(finding, ink) ?? finding.summary;
  const lines = heading(kind, finding, ink);
  lines.push(...hang('   ', ink.clean(cause, CAUSE_LENGTH), ink.width), '');
  const where = whereOf(finding, elsewhere);
  if (where !== '') lines.push(...labelled('Where', ink.clean(where, CAUSE_LENGTH), ink));
  if (breaks !== undefined) lines.push(...labelled('Breaks', ink.clean(breaks, TEXT_LENGTH), ink));
  if (remedy !== undefined) {
    lines.push(...labelled('Do', ink.clean(remedy.summary, TEXT_LENGTH), ink));
    // What is to be seen by a command stands once, beside what it shows.
    const seen = new Set(finding.evidence.slice(0, bounds.evidence).map(({ command }) => command));
    const further = remedy.commands.filter((command) => !seen.has(command));
    for (const command of further.slice(0, bounds.commands)) lines.push(verbatim(command, ink));
    // Whole, so that a terminal can open it.
    if (/^https?:\/\//.test(remedy.docs ?? '')) {
      lines.push(ink.paint('bold', pad('   Docs', LABEL_WIDTH)) + ink.clean(remedy.docs ?? '', COMMAND_LENGTH));
    }
  }
  lines.push(...evidenceLines(finding.evidence, ink, bounds));
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/** For the fourth and every further root cause: ` ALSO        mtu-above-path  interface MTU 1500, path 1420`. */
export function causeLine(kind: string, finding: Finding, ink: Ink): string[] {
  const host = finding.target?.host ?? '';
  const says = [host, finding.summary].filter(Boolean).map((text) => ink.clean(text, TEXT_LENGTH));
  return hang(` ${pad(kind, 10)}  `, [nameOf(finding, ink), ...says].join('  '), ink.width);
}

/** A waived fault in one line: accepted by whom it concerns, until when, and why. */
export function waivedLine(findings: readonly Finding[], ink: Ink): string[] {
  const [first] = findings;
  if (!first?.waived) return [];
  const hosts = [...new Set(findings.map(({ target }) => target?.host ?? ''))].filter(Boolean);
  const where =
    hosts.length === 0
      ? ''
      : ` at ${ink.clean(hosts[0] ?? '', 80)}${hosts.length > 1 ? ` and ${hosts.length - 1} more` : ''}`;
  const until = ink.clean(first.waived.until, 10);
  return hang(
    ` ${pad('WAIVED', 10)}  `,
    `${nameOf(first, ink)}${where}, until ${until}: ${ink.clean(first.waived.reason, TEXT_LENGTH)}`,
    ink.width,
  );
}

function heading(kind: string, finding: Finding, ink: Ink): string[] {
  const name = nameOf(finding, ink);
  const label = ` ${pad(kind, 10)}  `;
  // How bad an unknown is, is unknown.
  const severity = finding.status === 'error' ? '' : finding.severity;
  const colour = finding.status === 'fail' ? 'red' : 'yellow';
  const gap = ink.width - cells(label) - cells(name) - cells(severity);
  const [first = '', ...rest] = hang(label, name, ink.width);
  const painted = ink.paint(colour, label) + ink.paint('bold', first.slice(label.length));
  return [gap >= 2 ? painted + ' '.repeat(gap) + ink.paint(colour, severity) : painted, ...rest];
}

function titleOf({ fault }: Finding, ink: Ink): string | undefined {
  return fault === undefined ? undefined : ink.options.catalogueTitle?.(fault);
}

/** Empty when the words name the one place already, or there is none. */
function whereOf(finding: Finding, elsewhere: readonly Finding[]): string {
  const said = [finding.summary, finding.cause, finding.remedy?.summary].join(' ');
  const targets = [finding, ...elsewhere].flatMap(({ target }) => (target ? [target] : []));
  const named = ({ host, address }: TargetRef) => said.includes(host) || (!!address && said.includes(address));
  if (targets.length === 0 || (targets.length === 1 && targets.every(named))) return '';
  const hosts = new Map<string, TargetRef[]>();
  for (const target of targets) {
    const key = JSON.stringify([target.host, target.protocol, target.port]);
    hosts.set(key, [...(hosts.get(key) ?? []), target]);
  }
  const places = [...hosts.values()].map(place);
  const left = places.length - PLACES;
  return places.slice(0, PLACES).join('; ') + (left > 0 ? `; and ${left} more` : '');
}

/** One host's targets: `acme.goskope.com (198.51.100.10 .11), https 443`. */
function place(targets: readonly TargetRef[]): string {
  const { host = '', protocol, port } = targets[0] ?? {};
  const addresses = distinct(targets.map(({ address }) => address)).filter((address) => address !== host);
  const name = addresses.length > 0 ? `${host} (${shortAddresses(addresses, 6)})` : host;
  return `${name}, ${protocol}${port === undefined ? '' : ` ${port}`}`;
}

function labelled(label: string, text: string, ink: Ink): string[] {
  // The label is painted after the layout, because colour codes take no cells.
  return hang(pad(`   ${label}`, LABEL_WIDTH), text, ink.width).map((line, i) =>
    i === 0 ? ink.paint('bold', line.slice(0, LABEL_WIDTH)) + line.slice(LABEL_WIDTH) : line,
  );
}

function verbatim(command: string, ink: Ink): string {
  return ' '.repeat(LABEL_WIDTH) + ink.paint('cyan', ink.clean(command, COMMAND_LENGTH));
}

/** What was seen without a command first, then the commands with the result to expect beside or below them. */
function evidenceLines(evidence: readonly Evidence[], ink: Ink, bounds: Bounds): string[] {
  const seen = evidence.filter(({ command }) => command === undefined).slice(0, bounds.evidence);
  const commands = evidence
    .flatMap(({ command, text }) => (command === undefined ? [] : [{ command, text }]))
    .slice(0, bounds.evidence)
    .map(({ command, text }) => ({ command: ink.clean(command, COMMAND_LENGTH), text: ink.clean(text, TEXT_LENGTH) }));
  const lines = seen.flatMap(({ text }, i) => labelled(i === 0 ? 'Seen' : '', ink.clean(text, TEXT_LENGTH), ink));
  const longest = Math.max(0, ...commands.map(({ command }) => cells(command)));
  const beside = commands.every(({ text }) => LABEL_WIDTH + longest + 4 + cells(text) <= ink.width);
  commands.forEach(({ command, text }, i) => {
    const label = ink.paint('bold', pad(i === 0 ? '   See yourself' : '', LABEL_WIDTH));
    if (beside) lines.push(`${label}${ink.paint('cyan', pad(command, longest))}    ${text}`.trimEnd());
    else lines.push(label + ink.paint('cyan', command), ...below(text, ink));
  });
  const left = evidence.length - seen.length - commands.length;
  if (left > 0) lines.push(`${' '.repeat(LABEL_WIDTH)}and ${left} more: -o wide`);
  return lines;
}

function below(text: string, ink: Ink): string[] {
  const margin = ' '.repeat(LABEL_WIDTH + 2);
  return wrap(`${ink.signs.arrow} ${text}`, ink.width - margin.length).map((line) => margin + line);
}
