// `endpoints`: everything that the profile and the targets name, who must reach it, and what is measured from here.

import type { EndpointRow } from '../config/profiles/profile.ts';
import type { Protocol } from '../model/target.ts';
import { EXIT } from '../model/verdict.ts';
import { hostPort } from '../parse/ip.ts';
import { columns } from './columns.ts';
import { type DataFormat, dataText } from './data-text.ts';
import { type CommandInput, loadSettings } from './load.ts';
import type { Terminal } from './terminal.ts';

/** Needs no tenant: what is not known stays a placeholder. Rejects with a ConfigError. */
export async function endpoints(
  options: { readonly format?: DataFormat | 'table' },
  input: CommandInput,
  out: Terminal,
): Promise<number> {
  const { endpoints: rows } = await loadSettings(input, out, false);
  const { format = 'table' } = options;
  await out.stdout(format === 'table' ? table(rows) : await dataText(rows, format));
  return EXIT.ready;
}

// What a firewall team reads.
const WIRE: Readonly<Record<Protocol, string>> = {
  https: 'TCP https',
  dtls: 'UDP dtls',
  tcp: 'TCP',
  udp: 'UDP',
  dns: 'UDP+TCP dns',
};

function table(rows: readonly EndpointRow[]): string {
  if (rows.length === 0) return 'no endpoints: name a profile or targets\n';
  const cells = rows.map((row) => [
    // Rows that cannot be filled in are shown as the profile has them.
    row.host.includes('<') ? `${row.host}:${row.port}` : hostPort(row.host, row.port),
    WIRE[row.protocol],
    row.requirement,
    row.vantage,
    row.probed ? 'yes' : 'no',
    row.purpose,
  ]);
  const [head = '', ...lines] = columns([['ENDPOINT', 'PROTOCOL', 'NEED', 'FROM', 'MEASURED', 'FOR'], ...cells]).split(
    '\n',
  );
  return `${[head, ...lines.map((line, i) => line + mark(rows[i], rows))].join('\n')}\n\n${footnotes(rows)}`;
}

/** Each different note once, numbered. */
function notesOf(rows: readonly EndpointRow[]): readonly string[] {
  return [...new Set(rows.flatMap(({ note }) => (note === undefined ? [] : [note])))];
}

function mark(row: EndpointRow | undefined, rows: readonly EndpointRow[]): string {
  return row?.note === undefined ? '' : ` [${notesOf(rows).indexOf(row.note) + 1}]`;
}

function footnotes(rows: readonly EndpointRow[]): string {
  return notesOf(rows)
    .map((note, i) => `[${i + 1}] ${note}\n`)
    .join('');
}
