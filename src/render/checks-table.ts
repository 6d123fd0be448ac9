// The table by layer: a pass is one quiet line, a failure says host, addresses, what was seen, and which fault it is.

import { LAYER_TITLES } from '../catalogue/layers.ts';
import type { Finding } from '../model/finding.ts';
import type { Layer } from '../model/layer.ts';
import type { Report } from '../model/report.ts';
import type { Status } from '../model/verdict.ts';
import { cells, hang, pad, sideBySide, wrap } from './columns.ts';
import { type CheckGroup, distinct, type Fold, fold, groupByCheck, shortAddresses, withoutName } from './fold.ts';
import { type Ink, mark } from './ink.ts';

/** A line of the table before layout: cells that stand in columns, free text, or the one above the other. */
interface Row {
  readonly status: Status;
  readonly label: string;
  readonly text?: string;
  readonly columns?: readonly [host: string, addresses: string, says: string, tag: string];
}

// Up to this many hosts with the same trouble get a line each; more are counted and the first ones named.
const MOST_ROWS_ALIKE = 5;
const NAMED_WHEN_COUNTED = 3;
/** A summary is a few words; `wide` shows all of what claims to be one. */
const SAYS_LENGTH = 140;
const LABEL_AT_LEAST = 12;
const LABEL_AT_MOST = 24;
/** Narrower than this, a column of sentences is a column of words: rows are stacked instead. */
const SAYS_AT_LEAST = 22;

export function checksTable(report: Report, ink: Ink): string[] {
  const blocks = toBlocks(groupByCheck(shown(report)), ink);
  const rows = blocks.flat();
  const labelWidth = Math.min(LABEL_AT_MOST, Math.max(LABEL_AT_LEAST, ...rows.map(({ label }) => cells(label))));
  const room = ink.width - 7 - labelWidth;
  // One grid for all when it fits; else each check has its own, and the widest ones are stacked.
  const common = columnWidths(rows, room);
  return blocks.flatMap((block) => {
    const widths = common ?? columnWidths(block, room);
    return block.flatMap((row) => rowLines(row, widths, labelWidth, ink));
  });
}

function rowLines(row: Row, widths: readonly number[] | null, labelWidth: number, ink: Ink): string[] {
  const room = ink.width - 7 - labelWidth;
  const free = row.text === undefined ? [] : wrap(row.text, room);
  const columns = row.columns ? (widths ? sideBySide(row.columns, widths) : stacked(row.columns, room)) : [];
  const start = `   ${mark(row.status, ink)} ${pad(row.label, labelWidth)}  `;
  const indent = ' '.repeat(labelWidth + 7);
  return [...columns, ...free].map((line, i) => ((i === 0 ? start : indent) + line).trimEnd());
}

/** All in one line or two: `✔ environment   ✔ dns   ✔ dtls 4 of 4 addresses, identity proven, 19-22 ms`. */
export function whisper(report: Report, ink: Ink): string[] {
  const quiet: string[] = [];
  const speaking: string[] = [];
  for (const { check, layer, findings } of groupByCheck(report.findings)) {
    const name = ink.clean(check, 40);
    // The tunnel is why people came, and the egress address is what they will be asked for: these two say their number.
    if (layer === 'udp' || layer === 'egress') speaking.push(`${name} ${passText(findings, findings, ink, false)}`);
    else quiet.push(titleOf(layer) === 'dns' ? 'dns' : name);
  }
  quiet.splice(0, quiet.length, ...distinct(quiet));
  const together = [...quiet, ...speaking].reduce((sum, item) => sum + 5 + cells(item), 0);
  return together <= ink.width
    ? marked([...quiet, ...speaking], ink)
    : [...marked(quiet, ink), ...marked(speaking, ink)];
}

/** Items behind a mark each, as many in a line as fit. */
function marked(items: readonly string[], ink: Ink): string[] {
  const lines: string[] = [];
  let used = ink.width;
  for (const item of items) {
    const [first = '', ...rest] = wrap(item, ink.width - 5);
    const line = `   ${mark('pass', ink)} ${first}`;
    if (used + 5 + cells(item) <= ink.width) lines.push((lines.pop() ?? '') + line);
    else {
      lines.push(line);
      used = 0;
    }
    used = rest.length > 0 ? ink.width : used + 5 + cells(first);
    lines.push(...rest.map((more) => `     ${more}`));
  }
  return lines;
}

/** A root cause without a target of its own stands above the table already, when rows of its check carry it. */
function shown({ findings, rootCauses }: Report): Finding[] {
  return findings.filter(
    (finding) =>
      finding.target !== null ||
      finding.fault === undefined ||
      !rootCauses.some(({ fault, target }) => fault === finding.fault && target === null) ||
      !findings.some(({ check, causedBy }) => check === finding.check && causedBy === finding.fault),
  );
}

/** The rows of each check, or of a run of checks that were skipped together. */
function toBlocks(groups: readonly CheckGroup[], ink: Ink): Row[][] {
  const blocks: Row[][] = [];
  for (let i = 0; i < groups.length; i++) {
    const group = groups[i];
    if (!group) continue;
    const run = skippedAlike(groups, i);
    if (run.length > 1) {
      const [reason] = distinct(group.findings.map(({ causedBy }) => causedBy));
      const names = run.map(({ check }) => ink.clean(check, 40)).join(', ');
      const text = `${names}, because of ${ink.clean(reason ?? '', 60)}`;
      blocks.push([{ status: 'skip', label: 'not judged', text }]);
      i += run.length - 1;
      continue;
    }
    const names = passedDns(groups, i);
    if (names.length > 1) {
      blocks.push([dnsRow(names, ink)]);
      i += names.length - 1;
    } else blocks.push(groupRows(group, ink));
  }
  return blocks;
}

/** The DNS checks from `start` on that all passed: many questions, one answer. `wide` shows each. */
function passedDns(groups: readonly CheckGroup[], start: number): CheckGroup[] {
  const end = groups.findIndex(
    (group, i) => i >= start && !(group.status === 'pass' && titleOf(group.layer) === 'dns'),
  );
  return groups.slice(start, end < 0 ? undefined : end);
}

/** Of a pass these two say the numbers: how quickly who answers, and for how many names. */
const SPEAKING_DNS = ['dns-path', 'dns-content'];

function dnsRow(groups: readonly CheckGroup[], ink: Ink): Row {
  const said = groups
    .filter(({ check }) => SPEAKING_DNS.includes(check))
    .map(({ findings }) => passText(findings, findings, ink));
  return { status: 'pass', label: 'dns', text: [...said, `${groups.length} checks passed`].join('; ') };
}

function titleOf(layer: Layer): string {
  return LAYER_TITLES[layer] ?? layer;
}

/** The groups from `start` on in which everything was skipped for one and the same reason. */
function skippedAlike(groups: readonly CheckGroup[], start: number): CheckGroup[] {
  const reasonOf = ({ findings }: CheckGroup) => {
    const reasons = distinct(findings.map(({ causedBy }) => causedBy));
    return findings.every(({ status, causedBy }) => status === 'skip' && causedBy) && reasons.length === 1
      ? reasons[0]
      : null;
  };
  const first = groups[start];
  const reason = first && reasonOf(first);
  if (!reason) return [];
  const end = groups.findIndex((group, i) => i > start && reasonOf(group) !== reason);
  return groups.slice(start, end < 0 ? undefined : end);
}

function groupRows({ check, status, findings }: CheckGroup, ink: Ink): Row[] {
  const label = ink.clean(check, LABEL_AT_MOST);
  if (status === 'pass') return [{ status, label, text: passText(findings, findings, ink) }];
  const passed = findings.filter((finding) => finding.status === 'pass');
  const rows: Row[] = [];
  const troubled = fold(
    findings.filter((finding) => finding.status !== 'pass'),
    true,
  );
  for (const alike of runsAlike(troubled)) {
    const [first] = alike;
    if (!first) continue;
    if (alike.length <= MOST_ROWS_ALIKE) rows.push(...alike.map((one) => row(one, check, findings, ink)));
    else rows.push(counted(alike, check, findings, ink));
  }
  if (passed.length > 0) rows.push({ status: 'pass', label: '', text: passText(passed, findings, ink) });
  return rows.map((one, i) => ({ ...one, label: i === 0 ? label : '' }));
}

/** Hosts in the same trouble, together. */
function runsAlike(folds: readonly Fold[]): Fold[][] {
  const runs = new Map<string, Fold[]>();
  for (const one of folds) {
    const key = JSON.stringify([one.status, one.fault, one.causedBy, one.waivedUntil, one.summary]);
    const run = runs.get(key);
    if (run) run.push(one);
    else runs.set(key, [one]);
  }
  return [...runs.values()];
}

function row(one: Fold, check: string, group: readonly Finding[], ink: Ink): Row {
  const host = ink.clean(one.hosts[0] ?? '', 80);
  const addresses = ink.clean(shortAddresses(one.addresses), 120);
  const says = ink.clean(withoutName(one.summary, one.hosts[0]), SAYS_LENGTH);
  const tag = tagOf(one, check, group, ink);
  // A sentence that has the name in it needs no column for it.
  const named = host === '' || says.includes(host);
  if (named && addresses === '') return { status: one.status, label: '', text: tag ? `${says}  ${tag}` : says };
  return { status: one.status, label: '', columns: [host, addresses, says, tag] };
}

/** `37 hosts, 74 addresses  no answer  udp443-drop`, and below the first names. */
function counted(alike: readonly Fold[], check: string, group: readonly Finding[], ink: Ink): Row {
  const addresses = distinct(alike.flatMap((one) => one.addresses)).length;
  const names = alike.slice(0, NAMED_WHEN_COUNTED).map(({ hosts }) => ink.clean(hosts[0] ?? '', 80));
  const [first] = alike;
  const [status, says, tag] = first
    ? [first.status, ink.clean(first.summary, SAYS_LENGTH), tagOf(first, check, group, ink)]
    : (['error', '', ''] as const);
  return {
    status,
    label: '',
    columns: [`${alike.length} hosts`, addresses > 0 ? `${addresses} addresses` : '', says, tag],
    text: `${names.join(', ')} and ${alike.length - names.length} more`,
  };
}

function tagOf({ fault, causedBy, waivedUntil }: Fold, check: string, group: readonly Finding[], ink: Ink): string {
  if (waivedUntil !== undefined) return `${ink.clean(fault ?? check, 60)}, waived until ${ink.clean(waivedUntil, 10)}`;
  if (causedBy === undefined || causedBy === check) return ink.clean(fault ?? '', 60);
  // When everything of this check has the one cause, an arrow to itself would say nothing.
  const own = group.every((finding) => finding.status !== 'fail' || finding.causedBy === causedBy);
  return own && group.some(({ status }) => status === 'fail') ? ink.clean(causedBy, 60) : because(causedBy, ink);
}

function because(id: string, ink: Ink): string {
  return `${ink.signs.because} ${ink.clean(id, 60)}`;
}

/** What passed, in a few words: `acme.goskope.com  TLSv1.3, 63 days left`, or `3 of 4 addresses, identity proven, 19-22 ms`. */
function passText(passed: readonly Finding[], all: readonly Finding[], ink: Ink, withHost = true): string {
  const whole = passed.filter(({ target }) => target === null);
  // A finding without a target speaks for its whole check.
  const [speaker] = whole.length > 0 ? whole : passed;
  if (speaker && (whole.length === 1 || passed.length === 1)) {
    const host = withHost ? (speaker.target?.host ?? '') : '';
    const says = ink.clean(speaker.summary, SAYS_LENGTH);
    return host === '' || says.includes(host) ? says : `${ink.clean(host, 80)}  ${says}`;
  }
  const says = ink.clean(mergeOf(passed), SAYS_LENGTH);
  return says === '' ? count(passed, all) : `${count(passed, all)}, ${says}`;
}

function mergeOf(passed: readonly Finding[]): string {
  const folds = fold(passed, false);
  return folds.length === 1 ? (folds[0]?.summary ?? '') : '';
}

/** `3 of 4 addresses`; without addresses hosts are counted, and without hosts findings. */
function count(passed: readonly Finding[], all: readonly Finding[]): string {
  const address = ({ target }: Finding) => target?.address;
  const host = ({ target }: Finding) => target?.host;
  for (const [of, noun] of [
    [address, 'addresses'],
    [host, 'targets'],
  ] as const) {
    const total = distinct(all.map(of)).length;
    if (total > 1) return `${distinct(passed.map(of)).length} of ${total} ${noun}`;
  }
  return `${passed.length} of ${all.length}`;
}

/** null: not even the narrowest sensible columns fit side by side. */
function columnWidths(rows: readonly Row[], room: number): number[] | null {
  const natural = [0, 1, 2, 3].map((i) => Math.max(0, ...rows.map(({ columns }) => cells(columns?.[i] ?? ''))));
  const [host = 0, addresses = 0, says = 0, tag = 0] = natural;
  const gaps = 2 * (natural.filter((width) => width > 0).length - 1);
  const left = room - host - addresses - tag - gaps;
  return left >= Math.min(says, SAYS_AT_LEAST) ? [host, addresses, Math.min(says, left), tag] : null;
}

function stacked([host, addresses, says, tag]: readonly string[], room: number): string[] {
  const head = [host, addresses].filter(Boolean).join('  ');
  const body = [says, tag].filter(Boolean).join('  ');
  return [...hang('', head, room), ...(body === '' ? [] : hang('  ', body, room))];
}
