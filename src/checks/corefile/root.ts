// Does the root block still forward, and keep what a cluster's DNS lives by?

import { closest } from '../../parse/closest.ts';
import { isDirective } from '../../parse/corefile-plugins.ts';
import type { Corefile, CorefileBlock } from '../../parse/corefile-types.ts';
import { finding, type LintFinding, type LintRemedy } from './lint-finding.ts';
import {
  forwardsOf,
  hasPlugin,
  isNodeCache,
  isOpenShift,
  nestedBlocks,
  portOf,
  rootsOf,
  unseenBlocks,
} from './reading.ts';

const NO_FORWARD = 'coredns-no-forward';

interface Lost {
  readonly plugin: string;
  readonly line: string;
  readonly why: string;
  /** Healthy without it. */
  readonly not?: (corefile: Corefile) => boolean;
  /** One anywhere is enough. */
  readonly anywhere?: true;
}

// biome-ignore format: a table is read by its columns
const EXPECTED: readonly Lost[] = [
  { plugin: 'kubernetes', line: 'kubernetes cluster.local in-addr.arpa ip6.arpa', why: 'nobody answers for services and pods', not: isNodeCache, anywhere: true },
  { plugin: 'loop', line: 'loop', why: 'a forwarding loop is not noticed at the start', not: isOpenShift },
  { plugin: 'reload', line: 'reload', why: 'a change of the ConfigMap has no effect before a restart', anywhere: true },
  { plugin: 'errors', line: 'errors', why: 'no failure of an upstream is logged' },
  { plugin: 'cache', line: 'cache 30', why: 'every question goes to the upstreams' },
];

export function rootFindings(corefile: Corefile): readonly LintFinding[] {
  const roots = rootsOf(corefile);
  const unknownKey = corefile.blocks.some(({ keys }) => keys.some(({ unknown }) => unknown));
  if (roots.length === 0) return corefile.errors.length > 0 || unknownKey ? [] : [noRoot(corefile)];
  const all: Everywhere = {
    plugins: new Set(corefile.blocks.flatMap(({ directives }) => directives.map(({ name }) => name))),
    excused: new Set(EXPECTED.filter(({ not }) => not?.(corefile)).map(({ plugin }) => plugin)),
    unseen: unseenBlocks(corefile).length > 0,
  };
  return roots.flatMap(({ block }) => {
    // What stands behind a block in the wrong place may have been meant for another one.
    if (nestedBlocks(block).length > 0) return [];
    return [...(misspeltForward(block) ? [] : noForward(block)), ...lost(all, block)];
  });
}

// Told as a word that CoreDNS does not know.
function misspeltForward(block: CorefileBlock): boolean {
  return block.directives.some(
    ({ name }) => name === 'proxy' || (!isDirective(name) && closest(name, ['forward']) !== null),
  );
}

function noRoot(corefile: Corefile): LintFinding {
  const at = corefile.blocks[0] ?? { file: '', line: 1, column: 1 };
  const unseen = unseenBlocks(corefile);
  const port = portOf(corefile);
  const remedy: LintRemedy = {
    summary: 'Add a root block that forwards.',
    block: [
      `.:${port} {`,
      '    errors',
      '    forward . /etc/resolv.conf',
      '    cache 30',
      '    loop',
      '    reload',
      '}',
    ].join('\n'),
  };
  if (unseen.length > 0) {
    return finding(
      'warn',
      NO_FORWARD,
      at,
      `no root block is seen here; ${unseen.join(', ')} could not be looked into`,
      remedy,
    );
  }
  return finding(
    'fail',
    NO_FORWARD,
    at,
    'no block serves the root (.): every name outside of the other zones is refused',
    remedy,
  );
}

function noForward(block: CorefileBlock): readonly LintFinding[] {
  const whole = forwardsOf(block).some(({ from, directive }) => from === '.' || directive.args[0]?.unknown === true);
  // Others that can answer for the whole world.
  if (whole || hasPlugin(block, 'grpc', 'erratic', 'whoami')) return [];
  const remedy = { summary: 'Add a forward for everything to the root block.', block: 'forward . /etc/resolv.conf' };
  const partial = block.directives.find(({ name }) => name === 'forward');
  const at = partial?.args[0] ?? block.keys[0] ?? block;
  if (block.unknownImports.length > 0) {
    const summary = `the root block has no forward that is seen here; ${block.unknownImports.join(', ')} could not be looked into`;
    return [finding('warn', NO_FORWARD, at, summary, remedy)];
  }
  const summary = partial
    ? `the root block forwards ${partial.args[0]?.text ?? 'nothing'} only: every other name outside the cluster is refused`
    : 'the root block has no forward: every name outside the cluster is refused';
  return [finding('fail', NO_FORWARD, at, summary, remedy)];
}

interface Everywhere {
  /** In any block. */
  readonly plugins: ReadonlySet<string>;
  /** Not expected of this kind of Corefile. */
  readonly excused: ReadonlySet<string>;
  readonly unseen: boolean;
}

function lost({ plugins, excused, unseen }: Everywhere, root: CorefileBlock): readonly LintFinding[] {
  if (root.unknownImports.length > 0 && unseen) return [];
  return EXPECTED.flatMap(({ plugin, line, why, anywhere }) => {
    if (excused.has(plugin) || (anywhere ? plugins.has(plugin) : hasPlugin(root, plugin))) return [];
    const at = root.keys[0] ?? root;
    return [
      finding('warn', null, at, `the root block has no ${plugin}: ${why}`, {
        summary: `Put ${plugin} back into the root block.`,
        block: line,
      }),
    ];
  });
}
