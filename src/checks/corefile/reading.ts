// A Corefile as the rules ask about it: which block serves a name, which forward is used for it, what listens where.

import { splitTransport, splitZonePort, within } from '../../parse/corefile-keys.ts';
import type { Token } from '../../parse/corefile-lexer.ts';
import { isDirective } from '../../parse/corefile-plugins.ts';
import type { Corefile, CorefileBlock, CorefileDirective, CorefileKey } from '../../parse/corefile-types.ts';
import { readUpstream, type Upstream } from '../../parse/corefile-upstream.ts';

export interface Target {
  readonly token: Token;
  readonly upstream: Upstream;
}

export interface Forward {
  readonly directive: CorefileDirective;
  /** Absolute; null when it cannot be read. */
  readonly from: string | null;
  readonly targets: readonly Target[];
  readonly except: readonly string[];
}

export interface Served {
  readonly block: CorefileBlock;
  readonly key: CorefileKey;
}

const DNS_PORT = 53;
/** NodeLocal DNSCache and its like listen on a link-local address. */
const LINK_LOCAL = /^169\.254\./;

export function forwardsOf(block: CorefileBlock): readonly Forward[] {
  return block.directives
    .filter(({ name }) => name === 'forward')
    .map((directive) => {
      const [from, ...targets] = directive.args;
      const except = (directive.block ?? []).filter(({ name }) => name === 'except').flatMap(({ args }) => args);
      return {
        directive,
        from: from && !from.unknown ? zoneOf(from.text) : null,
        targets: targets
          .filter(({ unknown }) => !unknown)
          .map((token) => ({ token, upstream: readUpstream(token.text) })),
        except: except.flatMap(({ text }) => zoneOf(text) ?? []),
      };
    });
}

/** The zone that a word stands for, when it is one. */
export function zoneOf(text: string): string | null {
  const split = splitZonePort(splitTransport(text).rest);
  return 'why' in split ? null : (split.zones[0] ?? null);
}

export function rootsOf(corefile: Corefile): readonly Served[] {
  return corefile.blocks.flatMap((block) => {
    const key = block.keys.find(({ zone, transport, unknown }) => zone === '.' && transport === 'dns' && !unknown);
    return key ? [{ block, key }] : [];
  });
}

/** Where pods' questions come in: 53, or what the root block listens on (OpenShift: 5353). */
export function portOf(corefile: Corefile): number {
  const roots = rootsOf(corefile).map(({ key }) => key.port);
  if (roots.includes(DNS_PORT)) return DNS_PORT;
  return roots[0] ?? corefile.blocks.flatMap(({ keys }) => keys).find(({ port }) => port !== null)?.port ?? DNS_PORT;
}

/** The block with the longest zone that holds the name. */
export function servedBy(corefile: Corefile, name: string, port: number): Served | null {
  let best: Served | null = null;
  for (const block of corefile.blocks) {
    for (const key of block.keys) {
      if (key.unknown || key.transport !== 'dns' || key.port !== port || !within(name, key.zone)) continue;
      if (best === null || key.zone.length > best.key.zone.length) best = { block, key };
    }
  }
  return best;
}

/** The first forward that takes the name: CoreDNS asks them in the order of the file. */
export function forwardFor(block: CorefileBlock, name: string): Forward | null {
  for (const forward of forwardsOf(block)) {
    if (forward.from === null || !within(name, forward.from)) continue;
    if (forward.except.some((zone) => within(name, zone))) continue;
    return forward;
  }
  return null;
}

/** null: on every address. */
export function boundTo(block: CorefileBlock): readonly string[] | null {
  const binds = block.directives.filter(({ name }) => name === 'bind');
  return binds.length === 0 ? null : binds.flatMap(({ args }) => args.map(({ text }) => text));
}

export function hasPlugin(block: CorefileBlock, ...names: readonly string[]): boolean {
  return block.directives.some(({ name }) => names.includes(name));
}

/** A cache on every node, in front of the cluster's DNS: it has no kubernetes plugin and must not have one. */
export function isNodeCache(corefile: Corefile): boolean {
  return corefile.blocks.some(
    (block) =>
      boundTo(block)?.some((address) => LINK_LOCAL.test(address) || address.includes('__PILLAR__')) ||
      block.directives.some(({ args }) => args.some(({ text }) => text.includes('__PILLAR__'))),
  );
}

/** The DNS operator's own: it listens on 5353 and has no loop plugin. */
export function isOpenShift(corefile: Corefile): boolean {
  return rootsOf(corefile).some(({ key }) => key.port === 5353);
}

/** Imports outside of all blocks that could not be looked into: whole blocks may be in them. */
export function unseenBlocks(corefile: Corefile): readonly string[] {
  const inside = new Set(corefile.blocks.flatMap(({ unknownImports }) => unknownImports));
  return corefile.notes
    .filter(({ kind, subject }) => kind === 'unknown-import' && !inside.has(subject))
    .map(({ subject }) => subject);
}

/** Without a leading dot or asterisk, and without a brace that is glued to it. */
export function cleaned(text: string): string | null {
  const bare = text.replace(/^(?:\*?\.)+(?=[^:.])/, '').replace(/\{$/, '');
  return zoneOf(bare);
}

/** A word that is no directive and looks like the head of a server block. */
export function isBlock(directive: CorefileDirective): boolean {
  if (zoneOf(directive.name) === null && cleaned(directive.name) === null) return false;
  if (/[.:]/.test(directive.name)) return true;
  return directive.block?.some(({ name }) => name === 'forward') ?? false;
}

/** Server blocks that stand inside another block, or inside a plugin's. */
export function nestedBlocks(block: CorefileBlock): readonly CorefileDirective[] {
  return block.directives
    .flatMap((directive) => [directive, ...(directive.block ?? [])])
    .filter((directive) => !isDirective(directive.name) && directive.block !== null && isBlock(directive));
}
