// `coredns patch`: the change that forwards a private zone, as a diff, with the commands around it. Nothing is applied.

import {
  DISTRIBUTIONS,
  type Distribution,
  GUIDES,
  type Guide,
  verifyCommands,
} from '../checks/corefile/distributions.ts';
import { type DeclaredZone, shownZone } from '../checks/corefile/lint-finding.ts';
import { type Manifest, manifestOf } from '../checks/corefile/manifests.ts';
import { linesOf, type Patched, patchCorefile } from '../checks/corefile/patch.ts';
import { stubBlock } from '../checks/corefile/stub-block.ts';
import { ConfigError } from '../model/errors.ts';
import { EXIT } from '../model/verdict.ts';
import { parseCorefile } from '../parse/corefile.ts';
import { terminalText } from '../parse/terminal-text.ts';
import { addressesFlag, type ReadCorefile, readCorefile, zoneFlag } from './coredns.ts';
import { lintText } from './coredns-lint.ts';
import type { Out } from './out.ts';
import { newFileDiff, unifiedDiff } from './unified-diff.ts';

export interface PatchOptions {
  readonly zone?: string;
  readonly forward?: string;
  readonly corefile?: string;
  readonly distribution?: string;
  readonly mistakes?: readonly string[];
  readonly stdin?: AsyncIterable<Buffer | string>;
}

/** 0 when the diff is all that is needed, 3 when something is left that it cannot mend. Rejects with a ConfigError. */
export async function corednsPatch(options: PatchOptions, out: Out): Promise<number> {
  const mistakes = [...(options.mistakes ?? [])];
  const zone = zoneFlag(options.zone, mistakes);
  const forwarders = addressesFlag('forward', options.forward, mistakes);
  if (options.zone === undefined) mistakes.push('flag --zone is missing: the private zone, private.example.com');
  if (options.forward === undefined) mistakes.push('flag --forward is missing: the addresses of its DNS servers');
  const guide = guideOf(options.distribution, mistakes);
  if (guide?.form === 'chart' && options.corefile === undefined)
    mistakes.push('flag --corefile is needed for rke2: its chart wants all server blocks at once');
  if (mistakes.length > 0 || zone === null || guide === null) throw new ConfigError(mistakes);
  const declared: DeclaredZone = { zone, forwarders };
  const read = options.corefile === undefined ? null : await readCorefile(options.corefile, options.stdin);
  const patched =
    read && patchCorefile(read.text, declared, { zones: [declared], ownAddresses: [] }, { files: read.files });
  if (read && guide.form === 'import' && !/^\s*import\s+\S*custom\S*\.server\b/m.test(read.text)) {
    out.stderr(
      'note: this Corefile imports no custom/*.server, so coredns-custom would not be read [coredns-custom-cm-ignored]\n',
    );
  }
  const diff = diffFor(guide, declared, read, patched);
  const left = patched && guide.form === 'corefile' ? patched.left.filter(({ status }) => status === 'fail') : [];
  if (diff === '' && left.length === 0) {
    await out.stdout(`# ${shownZone(zone)} is forwarded to ${forwarders.join(' and ')} already: nothing to change\n`);
    return EXIT.ready;
  }
  if (left.length > 0) {
    out.stderr(`What the change does not mend:\n${lintText(read?.name ?? 'Corefile', left)}`);
  }
  if (diff !== '') await out.stdout(`${diff}\n${commandsText(guide, shownZone(zone))}`);
  return left.length > 0 ? EXIT.notReady : EXIT.ready;
}

function guideOf(text: string | undefined, mistakes: string[]): Guide | null {
  const id = DISTRIBUTIONS.find((one) => one === (text ?? 'kubeadm'));
  if (id) return GUIDES[id satisfies Distribution];
  mistakes.push(`flag --distribution: "${terminalText(text ?? '', 40)}" is none of ${DISTRIBUTIONS.join(', ')}`);
  return null;
}

function diffFor(guide: Guide, declared: DeclaredZone, read: ReadCorefile | null, patched: Patched | null): string {
  const corefile = patched && parseCorefile(patched.text, read ? { files: read.files } : {});
  const manifest: Manifest | null = manifestOf(guide, declared, corefile);
  if (manifest) return patched?.edits.length === 0 ? '' : newFileDiff(manifest.file, manifest.lines);
  if (!read || !patched) {
    // Without the Corefile its end cannot be shown: what is to be appended is a file of its own.
    return newFileDiff('Corefile.append', stubBlock(declared, 53).split('\n'));
  }
  const lines = linesOf(read.text);
  return unifiedDiff('Corefile', lines, patched.edits, read.text.endsWith('\n') || read.text === '');
}

function commandsText(guide: Guide, zone: string): string {
  const part = (title: string, commands: readonly string[]) =>
    `# ${title}\n${commands.map((line) => `${line}\n`).join('')}`;
  return [
    `# The configuration is ${guide.place}.\n`,
    ...(guide.note === undefined ? [] : [`# Note: ${guide.note}\n`]),
    '# Nothing has been changed. Save all this as coredns.diff, then:\n',
    part('1. back up', guide.backup),
    part('2. apply', guide.apply),
    part('3. roll out', guide.rollout),
    part('4. verify', verifyCommands(guide, zone)),
  ].join('');
}
