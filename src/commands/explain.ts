// `explain ID`: what a fault is, how it is told from its neighbours, what to do.

import { fault, suggest } from '../catalogue/index.ts';
import { EXIT } from '../model/verdict.ts';
import { terminalText } from '../parse/terminal-text.ts';
import { type DataFormat, dataText } from './data-text.ts';
import type { Out } from './out.ts';

export interface ExplainOptions {
  readonly id: string;
  readonly format?: DataFormat | 'text';
  readonly diagnosed: ReadonlySet<string>;
}

export async function explain({ id, format = 'text', diagnosed }: ExplainOptions, out: Out): Promise<number> {
  const found = fault(id.trim().toLowerCase());
  if (found === undefined) {
    const near = suggest(id);
    const hint = near.length === 0 ? ': see net-preflight list faults' : `; did you mean ${orList(near)}?`;
    out.stderr(`net-preflight: there is no fault "${terminalText(id, 60)}"${hint}\n`);
    return EXIT.badInput;
  }
  if (format !== 'text') {
    await out.stdout(await dataText({ ...found, diagnosed: diagnosed.has(found.id) }, format));
    return EXIT.ready;
  }
  const how = diagnosed.has(found.id) ? '' : ', not diagnosed yet';
  const verdict = { fail: 'fails the run', warn: 'warns', error: 'makes the run inconclusive' }[found.status];
  await out.stdout(
    `${found.id}  ${found.title}\n${found.layer} layer, ${found.severity}, ${verdict}${how}\n\n${found.explain.trim()}\n`,
  );
  return EXIT.ready;
}

function orList(ids: readonly string[]): string {
  return ids.length < 2 ? ids.join('') : `${ids.slice(0, -1).join(', ')} or ${ids.at(-1)}`;
}
