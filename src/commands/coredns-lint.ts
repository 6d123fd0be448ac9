// `coredns lint FILE|-`: will CoreDNS take this Corefile, and will it forward the private zone? Nothing is asked of the network.

import { lintCorefile } from '../checks/corefile/lint.ts';
import type { DeclaredZone, LintFinding, LintStatus } from '../checks/corefile/lint-finding.ts';
import { ConfigError } from '../model/errors.ts';
import { EXIT } from '../model/verdict.ts';
import { terminalText } from '../parse/terminal-text.ts';
import { addressesFlag, readCorefile, zoneFlag } from './coredns.ts';
import { type DataFormat, dataText } from './data-text.ts';
import type { Out } from './out.ts';

export interface LintOptions {
  /** `-` is standard input. */
  readonly file: string;
  readonly zone?: string;
  readonly forward?: string;
  /** Addresses of the cluster's DNS Service, by which a forward could come back. */
  readonly clusterDns?: string;
  readonly format?: DataFormat | 'table';
  readonly mistakes?: readonly string[];
  readonly stdin?: AsyncIterable<Buffer | string>;
}

/** Longer lists help nobody; the count is said. */
const MAX_SHOWN = 100;

/** 0 without failures, 3 with them. Rejects with a ConfigError when the input cannot be read. */
export async function corednsLint(options: LintOptions, out: Out): Promise<number> {
  const mistakes = [...(options.mistakes ?? [])];
  const zone = zoneFlag(options.zone, mistakes);
  const forwarders = addressesFlag('forward', options.forward, mistakes);
  const ownAddresses = addressesFlag('cluster-dns', options.clusterDns, mistakes);
  if (options.file === '') mistakes.push('a file is missing: net-preflight coredns lint FILE, or - for standard input');
  if (options.zone === undefined && options.forward !== undefined) mistakes.push('flag --forward needs --zone');
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  const zones: readonly DeclaredZone[] = zone === null ? [] : [{ zone, forwarders }];
  const { name, corefile } = await readCorefile(options.file, options.stdin);
  const findings = lintCorefile(corefile, { zones, ownAddresses });
  const { format = 'table' } = options;
  await out.stdout(format === 'table' ? lintText(name, findings) : await dataText(asData(name, findings), format));
  return findings.some(({ status }) => status === 'fail') ? EXIT.notReady : EXIT.ready;
}

function asData(name: string, findings: readonly LintFinding[]) {
  return findings.map((finding) => ({ ...finding, file: finding.file || name }));
}

/** `FILE:24:1: fail: …`, what to do, and the lines to write. */
export function lintText(name: string, findings: readonly LintFinding[]): string {
  const shown = findings.slice(0, MAX_SHOWN).map((finding) => {
    const { line, column, status, summary, fault, remedy } = finding;
    const where = `${terminalText(finding.file || name, 200)}:${line}:${column}`;
    const head = `${where}: ${status}: ${terminalText(summary)}${fault === undefined ? '' : ` [${fault}]`}\n`;
    if (remedy === null) return head;
    const block = remedy.block?.split('\n').map((text) => `        ${blockLine(text)}\n`) ?? [];
    return `${head}    ${terminalText(remedy.summary)}\n${block.join('')}`;
  });
  const more = findings.length > MAX_SHOWN ? `and ${findings.length - MAX_SHOWN} more\n` : '';
  return `${shown.join('')}${more}${tally(name, findings)}`;
}

// The indentation is part of it.
function blockLine(text: string): string {
  return (/^ */.exec(text)?.[0] ?? '') + terminalText(text);
}

function tally(name: string, findings: readonly LintFinding[]): string {
  const count = (status: LintStatus) => findings.filter((finding) => finding.status === status).length;
  const [fails, warns] = [count('fail'), count('warn')];
  const file = terminalText(name, 200);
  if (fails + warns === 0) return `${file}: nothing to object to\n`;
  const words = [fails > 0 ? plural(fails, 'failure') : '', warns > 0 ? plural(warns, 'warning') : ''];
  return `${file}: ${words.filter((word) => word !== '').join(', ')}\n`;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
