// The verdict for `terminationMessagePath`: one ASCII JSON object, small enough to come through the kubelet whole.

import type { Finding } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import { EXIT } from '../model/verdict.ts';
import { redact } from '../parse/redact.ts';
import { asciiText, terminalText } from '../parse/terminal-text.ts';
import { distinct } from './fold.ts';

// The kubelet keeps 12 KiB divided by the number of a pod's containers (at most 4096 bytes), cut at the front: with
// twelve containers 1024 bytes each. The newline counts.
export const MOST_BYTES = 1000;
// Enough for a sentence with addresses when both texts are long; a text may use what the other leaves.
const LONGEST_TEXT = 600;
const LONGEST_WORD = 64;

export function renderTermination(report: Report): string {
  const open = report.rootCauses.filter(({ waived }) => waived === undefined);
  const root = open[0] ?? unknown(report);
  const others = distinct(
    open.filter(({ status, fault }) => status === root?.status && fault !== root?.fault).map(({ fault }) => fault),
  ).length;
  const early = report.metadata.interrupted;
  const cause = [
    early === undefined ? '' : `${early === 'timeout' ? 'out of time' : `ended by ${plain(early, LONGEST_WORD)}`}: `,
    root?.cause ?? report.headline,
    others > 0 ? ` (and ${others} more)` : '',
  ];
  const object = {
    verdict: plain(report.verdict, LONGEST_WORD),
    exit: Number.isSafeInteger(report.exitCode) ? report.exitCode : 1,
    fault: root?.fault === undefined ? null : plain(root.fault, LONGEST_WORD),
    cause: plain(cause.join(''), LONGEST_TEXT),
    do: root?.remedy === undefined ? null : plain(root.remedy.summary, LONGEST_TEXT),
  };
  return fitted(object);
}

/** For a run that never began: what is wrong with the flags or the configuration. */
export function terminationOfMistakes(mistakes: readonly string[]): string {
  const cause = mistakes.map((one) => plain(one, LONGEST_TEXT)).join('; ');
  return fitted({
    verdict: 'BadInput',
    exit: EXIT.badInput,
    fault: null,
    cause: plain(cause, LONGEST_TEXT),
    do: 'Correct the flags or the configuration.',
  });
}

/** What kept an inconclusive run from a verdict, when it is known. */
function unknown({ verdict, findings }: Report): Finding | undefined {
  if (verdict !== 'Inconclusive') return undefined;
  return findings.find(
    ({ status, causedBy, cause }) => status === 'error' && causedBy === undefined && cause !== undefined,
  );
}

/** Shortens the longer of the two texts until all of it fits. Quotes and backslashes take two bytes, so it is measured, not computed. */
function fitted(object: {
  verdict: string;
  exit: number;
  fault: string | null;
  cause: string;
  do: string | null;
}): string {
  for (let { cause, do: action } = object; ; ) {
    const line = `${JSON.stringify({ ...object, cause, do: action })}\n`;
    const over = line.length - MOST_BYTES;
    if (over <= 0) return line;
    // At least one character more than the dots that mark the cut.
    const less = Math.max(4, Math.ceil(over / 2));
    if (action !== null && action.length > cause.length) action = cut(action, action.length - less);
    else cause = cut(cause, cause.length - less);
  }
}

function cut(text: string, length: number): string {
  return `${text.slice(0, Math.max(0, length - 3)).trimEnd()}...`;
}

/** Redacted here too: a signal handler calls this renderer directly, because it cannot wait for a lazy import. */
function plain(text: string, length: number): string {
  const line = asciiText(terminalText(redact(text), length));
  return line.length > length ? cut(line, length) : line;
}
