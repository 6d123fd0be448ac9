// Whatever CoreDNS would refuse to start on, said with its consequence: it keeps the old configuration, and the next restart fails.

import { closest } from '../../parse/closest.ts';
import type { Place } from '../../parse/corefile-lexer.ts';
import { DIRECTIVES } from '../../parse/corefile-plugins.ts';
import type { Corefile, CorefileDirective, CorefileError } from '../../parse/corefile-types.ts';
import {
  type DeclaredZone,
  finding,
  type Intent,
  type LintFinding,
  type LintRemedy,
  shownZone,
} from './lint-finding.ts';
import { cleaned, isBlock, portOf, zoneOf } from './reading.ts';
import { directiveText, stubBlock } from './stub-block.ts';

const MISPLACED = 'coredns-stub-misplaced';
const SUFFIX = 'coredns-stub-wrong-suffix';
const REFUSED = 'CoreDNS refuses the file, keeps what it has, and will not survive a restart';

/** Directives of the past → what to write now. */
const GONE: Readonly<Record<string, string>> = {
  proxy: 'CoreDNS 1.5 removed proxy: write forward.',
  upstream: 'CoreDNS resolves by itself since 1.5: leave upstream out.',
  federation: 'Kubernetes has no federation any more: leave it out.',
};

export function refusalFindings(corefile: Corefile, intent: Intent): readonly LintFinding[] {
  const directives = new Map(
    corefile.blocks.flatMap((block) => block.directives).map((directive) => [placeKey(directive), directive]),
  );
  const port = portOf(corefile);
  return corefile.errors.map((error) => refusal(error, directives.get(placeKey(error)), port, intent));
}

function placeKey({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`;
}

function refusal(
  error: CorefileError,
  directive: CorefileDirective | undefined,
  port: number,
  intent: Intent,
): LintFinding {
  if (error.kind === 'unknown-directive') {
    if (directive && isBlock(directive)) return nested(error, directive, declaredAs(directive.name, intent), port);
    return finding('fail', MISPLACED, error, `${error.message}: ${REFUSED}`, unknownWord(error.subject ?? ''));
  }
  if (error.kind === 'key') {
    const zone = cleaned(error.subject ?? '');
    const declared = zone === null ? null : (declaredAs(zone, intent) ?? { zone, forwarders: [] });
    const remedy: LintRemedy | null = declared && {
      summary: `Write the zone plainly: ${shownZone(declared.zone)}:${port}.`,
      ...(declared.forwarders.length > 0 ? { block: stubBlock(declared, port) } : {}),
    };
    return finding('fail', SUFFIX, error, `the zone ${error.message}: ${REFUSED}`, remedy);
  }
  if (error.kind === 'forward-name') {
    return finding(
      'fail',
      SUFFIX,
      error,
      `${error.message}: CoreDNS before 1.14.4 refuses it, and later ones ask for it once, at the start`,
      {
        summary: `Write the address of ${error.subject} instead of its name.`,
      },
    );
  }
  if (error.kind === 'duplicate-key') {
    return finding('fail', MISPLACED, error, `${error.message}: ${REFUSED}`, {
      summary: 'Serve each zone in one block: join the two, or take one away.',
    });
  }
  return finding('fail', MISPLACED, error, `${error.message}: ${REFUSED}`, {
    summary: 'Correct the line, and read the log of CoreDNS after the reload.',
  });
}

function nested(
  error: CorefileError,
  directive: CorefileDirective,
  declared: DeclaredZone | null,
  port: number,
): LintFinding {
  // At the left margin nobody meant it to be inside.
  const open = directive.column === 1;
  const where = open ? "inside a block that is not closed before it: a '}' is missing" : 'inside another block';
  return finding('fail', MISPLACED, error, `the server block ${directive.name} stands ${where}: ${REFUSED}`, {
    summary: open
      ? `Close the block before line ${directive.line}.`
      : 'Move it to the top level, beside the root block.',
    block: declared && declared.forwarders.length > 0 ? stubBlock(declared, port) : directiveText(directive),
  });
}

function unknownWord(name: string): LintRemedy {
  const gone = GONE[name];
  if (gone !== undefined) return { summary: gone };
  const near = closest(name, DIRECTIVES);
  return {
    summary: near === null ? 'Take the line out, or name a plugin of CoreDNS.' : `Write ${near}, if that is meant.`,
  };
}

function declaredAs(text: string, { zones }: Intent): DeclaredZone | null {
  const wanted = [zoneOf(text), cleaned(text)];
  return zones.find(({ zone }) => wanted.includes(zone)) ?? null;
}
