// What the lab's tests write down for the summary at the end of `npm test`: one JSON line per event, into a file named by a variable.

import { appendFileSync, readFileSync } from 'node:fs';

export const RESULTS_VARIABLE = 'NET_PREFLIGHT_LAB_RESULTS';

export type LabEvent =
  | {
      readonly kind: 'fault';
      readonly id: string;
      /** 2: it was misjudged and run once more. */
      readonly attempt: number;
      readonly diagnosed: boolean;
      readonly verdict: string;
      /** What was named instead, when it was misjudged. */
      readonly named: readonly string[];
      readonly ms: number;
      /** Not yet required: no check names it so far. */
      readonly later: boolean;
    }
  | {
      readonly kind: 'trap';
      readonly number: number;
      readonly variant: string;
      readonly verdict: string;
      readonly ms: number;
      readonly passed: boolean;
    }
  | { readonly kind: 'skip'; readonly what: string; readonly why: string; readonly unobtainable: boolean };

export function recordEvent(event: LabEvent): void {
  const path = process.env[RESULTS_VARIABLE];
  if (path !== undefined) appendFileSync(path, `${JSON.stringify(event)}\n`);
}

export function readEvents(path: string): LabEvent[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as LabEvent);
}
