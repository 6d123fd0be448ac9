// `list checks|faults|profiles`: what there is, by id.

import { didYouMean } from '../config/mistake.ts';
import { PROFILES } from '../config/profiles/index.ts';
import type { Check } from '../model/check.ts';
import { EXIT } from '../model/verdict.ts';
import { terminalText } from '../parse/terminal-text.ts';
import { columns } from './columns.ts';
import { type DataFormat, dataText } from './data-text.ts';
import type { Out } from './out.ts';

export const LISTS = ['checks', 'faults', 'profiles'] as const;

export interface ListOptions {
  readonly what: string;
  readonly format?: DataFormat | 'table';
  /** The registry of checks, and the ids of the faults that they can name so far. */
  readonly checks: readonly Pick<Check, 'id' | 'layer' | 'question' | 'depth' | 'faults'>[];
  readonly diagnosed: ReadonlySet<string>;
}

type Row = Readonly<Record<string, unknown>> & { readonly id: string };

export async function list({ what, format = 'table', ...from }: ListOptions, out: Out): Promise<number> {
  const rows = await rowsOf(what, from);
  if (rows === null) {
    const word = terminalText(what, 40);
    out.stderr(`net-preflight: there is no list of ${word}${didYouMean(word, LISTS)}\n`);
    return EXIT.badInput;
  }
  await out.stdout(format === 'table' ? table(what, rows) : await dataText(rows, format));
  return EXIT.ready;
}

async function rowsOf(
  what: string,
  { checks, diagnosed }: Omit<ListOptions, 'what' | 'format'>,
): Promise<readonly Row[] | null> {
  switch (what) {
    case 'checks':
      return checks.map(({ id, layer, question, depth, faults }) => ({ id, layer, depth, question, faults }));
    case 'faults': {
      const { FAULTS } = await import('../catalogue/index.ts');
      return FAULTS.map(({ id, layer, status, severity, title }) => ({
        id,
        layer,
        status,
        severity,
        diagnosed: diagnosed.has(id),
        title,
      }));
    }
    case 'profiles':
      return PROFILES.map(({ id, title, endpoints }) => ({ id, title, endpoints: endpoints.length }));
    default:
      return null;
  }
}

function table(what: string, rows: readonly Row[]): string {
  const keys = Object.keys(rows[0] ?? { id: '' });
  const cells = rows.map((row) => keys.map((key) => cell(row[key])));
  const text = `${columns([keys.map((key) => key.toUpperCase()), ...cells])}\n`;
  if (what !== 'faults') return text;
  const count = rows.filter((row) => row.diagnosed === true).length;
  return `${text}\n${rows.length} faults, ${count} diagnosed so far; what one means: net-preflight explain ID\n`;
}

function cell(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : '-';
  return Array.isArray(value) ? String(value.length) : String(value);
}
