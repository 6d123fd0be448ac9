// A plain value as JSON or YAML text. The YAML library is loaded for YAML only.

import { escapeUnit, UNSAFE_IN_DATA } from '../parse/terminal-text.ts';

export type DataFormat = 'json' | 'yaml';

export async function dataText(value: unknown, format: DataFormat): Promise<string> {
  if (format === 'json') return `${JSON.stringify(value, null, 2).replace(UNSAFE_IN_DATA, escapeUnit)}\n`;
  const { stringify } = await import('yaml');
  return stringify(value, { lineWidth: 0 });
}
