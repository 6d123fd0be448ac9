// Will this Corefile forward the private zones, and everything else? All rules, in the order of the file.

import type { Corefile, CorefileNote } from '../../parse/corefile-types.ts';
import { finding, type Intent, type LintFinding } from './lint-finding.ts';
import { refusalFindings } from './refusals.ts';
import { rootFindings } from './root.ts';
import { stubFindings } from './stub.ts';
import { keyFindings, targetFindings } from './targets.ts';

export const NO_INTENT: Intent = { zones: [], ownAddresses: [] };

export function lintCorefile(corefile: Corefile, intent: Intent = NO_INTENT): readonly LintFinding[] {
  const refusals = refusalFindings(corefile, intent);
  // What lies behind a broken brace was not read: to miss something there would be a guess.
  const partial = corefile.errors.some(({ kind }) => kind === 'syntax' || kind === 'import' || kind === 'text');
  const rest = partial
    ? []
    : [
        ...keyFindings(corefile),
        ...rootFindings(corefile),
        ...targetFindings(corefile, intent),
        ...intent.zones.flatMap((zone) => stubFindings(corefile, zone)),
      ];
  return tellOnce([
    ...refusals,
    ...rest,
    ...unknownValues(corefile),
    ...corefile.notes.flatMap((note) => noteFindings(note, corefile)),
  ]);
}

const ORDER = { fail: 0, warn: 1, note: 2 } as const;

/** In the order of the file; of two that name the same fault at the same place, the graver one. */
function tellOnce(findings: readonly LintFinding[]): readonly LintFinding[] {
  const sorted = [...findings].sort(
    (a, b) => byText(a.file, b.file) || a.line - b.line || a.column - b.column || ORDER[a.status] - ORDER[b.status],
  );
  const told = new Set<string>();
  return sorted.filter(({ file, line, column, fault, summary }) => {
    const key = `${file}:${line}:${column} ${fault ?? summary}`;
    return !told.has(key) && told.add(key);
  });
}

// A template has a placeholder in every block: said once.
function unknownValues({ notes }: Corefile): readonly LintFinding[] {
  const [first, ...more] = notes.filter(({ kind }) => kind === 'unknown-value');
  if (!first) return [];
  const lines = more.map(({ line }) => line).slice(0, 10);
  const too = lines.length === 0 ? '' : `; so do lines ${lines.join(', ')}`;
  return [
    finding(
      'note',
      null,
      first,
      `whether CoreDNS takes this ${first.subject} depends on a value that is not known here${too}`,
    ),
  ];
}

function noteFindings(note: CorefileNote, corefile: Corefile): readonly LintFinding[] {
  switch (note.kind) {
    case 'unknown-import':
      return [finding('note', null, note, `${note.subject} is imported and could not be looked into`)];
    // Told by unknownValues.
    case 'unknown-value':
      return [];
    case 'lenient-end':
      return [
        finding('warn', null, note, "the last '}' is missing; CoreDNS takes the brace of the last plugin for it", {
          summary: "Close the block with a '}'.",
        }),
      ];
    case 'unclosed-quote': {
      const status = corefile.errors.length > 0 ? 'note' : 'warn';
      return [
        finding(status, null, note, 'a quotation mark is never closed: all that follows is one word', {
          summary: 'Close the quotation mark.',
        }),
      ];
    }
    // k3s and AKS import files that need not be there.
    case 'empty-import':
      return [];
  }
}

function byText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
