// The server block that forwards a private zone, as text.

import type { CorefileDirective } from '../../parse/corefile-types.ts';
import { type DeclaredZone, shownZone } from './lint-finding.ts';

const INDENT = '    ';
/** Long enough to spare the private servers, short enough that a moved application is found soon. */
const CACHE_SECONDS = 30;

export function stubBlock({ zone, forwarders }: DeclaredZone, port: number): string {
  const to = forwarders.length === 0 ? 'ADDRESS-OF-PRIVATE-DNS' : forwarders.join(' ');
  const lines = ['errors', `cache ${CACHE_SECONDS}`, `forward . ${to}`];
  return [`${shownZone(zone)}:${port} {`, ...lines.map((line) => INDENT + line), '}'].join('\n');
}

/** Deeper than any plugin's block. */
const MAX_DEPTH = 4;

/** A directive and its block as text; words with spaces in quotes. */
export function directiveText(directive: CorefileDirective, indent = ''): string {
  const words = [
    directive.name,
    ...directive.args.map(({ text }) => (/[\s"]|^$/.test(text) ? JSON.stringify(text) : text)),
  ];
  const head = indent + words.join(' ');
  if (directive.block === null) return head;
  if (indent.length >= MAX_DEPTH * INDENT.length) return `${head} { }`;
  const inner = directive.block.map((line) => directiveText(line, indent + INDENT));
  return [`${head} {`, ...inner, `${indent}}`].join('\n');
}
