// Where the forwards lead: back to CoreDNS itself, to servers that know different things, to a port that may be closed.

import type { Corefile, CorefileBlock, CorefileDirective } from '../../parse/corefile-types.ts';
import { addressClass, hostPort } from '../../parse/ip.ts';
import { finding, type Intent, type LintFinding, shownZone } from './lint-finding.ts';
import { boundTo, type Forward, forwardFor, forwardsOf, portOf, rootsOf, servedBy, type Target } from './reading.ts';
import { stubBlock } from './stub-block.ts';

const LOOP = 'coredns-loop';
const MIXED = 'coredns-mixed-upstreams';
const SUFFIX = 'coredns-stub-wrong-suffix';

/** Azure's resolver for every virtual network: a public number that knows the private zones. */
const PLATFORM = ['168.63.129.16'];

/** What is found out once for all forwards. */
interface Seen {
  readonly intent: Intent;
  readonly port: number;
  /** Port → addresses that are listened at; null: all. */
  readonly listeners: ReadonlyMap<number, ReadonlySet<string> | null>;
  /** The forwards that declared zones come to; undefined: one comes to none. */
  readonly used: ReadonlySet<CorefileDirective | undefined>;
}

export function targetFindings(corefile: Corefile, intent: Intent): readonly LintFinding[] {
  const port = portOf(corefile);
  const seen: Seen = {
    intent,
    port,
    listeners: listenersOf(corefile),
    used: new Set(
      intent.zones.map(({ zone }) => {
        const served = servedBy(corefile, zone, port);
        return served ? forwardFor(served.block, zone)?.directive : undefined;
      }),
    ),
  };
  return corefile.blocks.flatMap((block) => {
    const bound = boundTo(block);
    return forwardsOf(block).flatMap((forward) => [
      ...loops(forward, bound, seen),
      ...mixed(forward, seen),
      ...outside(block, forward),
      ...encrypted(forward),
    ]);
  });
}

function loops(
  { targets }: Forward,
  bound: readonly string[] | null,
  { intent: { ownAddresses }, listeners }: Seen,
): readonly LintFinding[] {
  return targets.flatMap(({ token, upstream }) => {
    if (upstream.kind !== 'address' || upstream.transport !== 'dns') return [];
    const { address, port } = upstream;
    const kind = addressClass(address);
    const why = ownAddresses.includes(address)
      ? 'is the address of this DNS service'
      : kind === 'loopback'
        ? 'is this machine itself'
        : kind === 'this-host'
          ? 'stands for this machine itself'
          : bound?.includes(address)
            ? 'is what this block listens on'
            : null;
    const service = ownAddresses.includes(address) && port === 53;
    if (why === null || !(service || listensAt(listeners, address, port))) return [];
    const remedy = {
      summary:
        'Forward to a real upstream, and give the nodes a resolv.conf without a loopback address (kubelet --resolv-conf).',
      block: 'forward . /etc/resolv.conf',
    };
    return [
      finding('fail', LOOP, token, `${hostPort(address, port ?? 53)} ${why}: CoreDNS asks itself in a circle`, remedy),
    ];
  });
}

function listensAt(listeners: Seen['listeners'], address: string, port: number | null): boolean {
  const addresses = port === null ? undefined : listeners.get(port);
  return addresses === null || (addresses?.has(address) ?? false);
}

function listenersOf(corefile: Corefile): Seen['listeners'] {
  const listeners = new Map<number, Set<string> | null>();
  for (const block of corefile.blocks) {
    const bound = boundTo(block);
    for (const { port, transport } of block.keys) {
      if (port === null || transport !== 'dns') continue;
      const before = listeners.get(port);
      if (bound === null || before === null) listeners.set(port, null);
      else {
        const addresses = before ?? new Set<string>();
        for (const address of bound) addresses.add(address);
        listeners.set(port, addresses);
      }
    }
  }
  return listeners;
}

function mixed(forward: Forward, { intent, port, used }: Seen): readonly LintFinding[] {
  const { targets } = forward;
  const [own, foreign] = [targets.filter(isPrivate), targets.filter(isPublic)];
  const [first] = foreign;
  const node = targets.filter(({ upstream }) => upstream.kind === 'file');
  if (!first || (own.length === 0 && node.length === 0)) return [];
  const list = (some: readonly Target[]) => some.map(({ token }) => token.text).join(', ');
  // With a block of its own a private zone never comes this way.
  const apart = intent.zones.length > 0 && !used.has(forward.directive) && !used.has(undefined);
  const [zone] = intent.zones;
  const remedy = {
    summary:
      'Give each zone its own set of servers: the private ones in a block for the private zone, one kind only for the rest.',
    ...(zone ? { block: stubBlock(zone, port) } : {}),
  };
  const summary = `one forward asks ${list(own.length > 0 ? own : node)} and ${list(foreign)}: they do not know the same names, and a no from one of them is final`;
  return [finding(apart || own.length === 0 ? 'warn' : 'fail', MIXED, first.token, summary, remedy)];
}

function isPrivate({ upstream }: Target): boolean {
  return upstream.kind === 'address' && addressClass(upstream.address) === 'private';
}

function isPublic({ upstream }: Target): boolean {
  if (upstream.kind !== 'address' || PLATFORM.includes(upstream.address)) return false;
  return ['public', 'benchmark'].includes(addressClass(upstream.address) ?? '');
}

// A forward for names that never come to its block.
function outside(block: CorefileBlock, { from, directive }: Forward): readonly LintFinding[] {
  const [at] = directive.args;
  const keys = block.keys.filter(({ unknown }) => !unknown);
  if (from === null || !at || keys.length === 0 || keys.length < block.keys.length) return [];
  if (at.text.startsWith('*.')) {
    const summary = `${at.text} is no pattern to CoreDNS: it matches no name`;
    return [
      finding('fail', SUFFIX, at, summary, { summary: `Write ${at.text.slice(2)}: a zone holds everything below it.` }),
    ];
  }
  const meets = keys.some(
    ({ zone }) => zone === '.' || from === '.' || `.${from}`.endsWith(`.${zone}`) || `.${zone}`.endsWith(`.${from}`),
  );
  if (meets) return [];
  const zones = keys.map(({ zone }) => shownZone(zone)).join(', ');
  const summary = `names of ${shownZone(from)} never come to the block of ${zones}`;
  return [finding('warn', SUFFIX, at, summary, { summary: 'Write forward . in a block for one zone.' })];
}

function encrypted({ targets }: Forward): readonly LintFinding[] {
  const [first] = targets.filter(({ upstream }) => upstream.kind === 'address' && upstream.transport !== 'dns');
  if (first?.upstream.kind !== 'address') return [];
  const { transport, port } = first.upstream;
  const summary = `${first.token.text} is asked over ${transport}: TCP ${port ?? 853} must be open from where CoreDNS runs`;
  return [finding('note', null, first.token, summary)];
}

/** Roots are looked at elsewhere; here only what every block can get wrong in its name. */
export function keyFindings(corefile: Corefile): readonly LintFinding[] {
  const [root] = rootsOf(corefile);
  return corefile.blocks
    .flatMap(({ keys }) => keys)
    .filter((key) => !key.unknown)
    .flatMap((key) => {
      if (key.text.endsWith('{')) {
        const summary = `"${key.text}" is one word: the brace belongs to the name of the zone, which then matches nothing`;
        return [
          finding('fail', SUFFIX, key, summary, {
            summary: `Put a space before the brace: ${key.text.slice(0, -1)} {`,
          }),
        ];
      }
      if (!key.zone.startsWith('*.')) return [];
      const plain = shownZone(key.zone.slice(2));
      const summary = `"${key.text}" is no pattern to CoreDNS: it matches none of the names below ${plain}`;
      return [
        finding('fail', SUFFIX, key, summary, {
          summary: `Name the block ${plain}:${root?.key.port ?? key.port}: a zone holds everything below it.`,
        }),
      ];
    });
}
