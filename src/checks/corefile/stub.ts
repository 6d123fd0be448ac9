// Is a declared private zone forwarded, by a block of its own, to the servers that were declared?

import { closest } from '../../parse/closest.ts';
import { absolute, within } from '../../parse/corefile-keys.ts';
import type { Corefile, CorefileKey } from '../../parse/corefile-types.ts';
import { hostPort } from '../../parse/ip.ts';
import { type DeclaredZone, finding, type LintFinding, shownZone } from './lint-finding.ts';
import {
  cleaned,
  type Forward,
  forwardFor,
  forwardsOf,
  nestedBlocks,
  portOf,
  rootsOf,
  type Served,
  servedBy,
  unseenBlocks,
  zoneOf,
} from './reading.ts';
import { stubBlock } from './stub-block.ts';

/** Plugins that answer for a zone without forwarding. */
const ANSWERS = [
  'file',
  'auto',
  'secondary',
  'hosts',
  'template',
  'etcd',
  'route53',
  'azure',
  'clouddns',
  'kubernetes',
  'k8s_external',
  'nomad',
  'grpc',
  'erratic',
  'whoami',
];
const DNS_PORT = 53;

const MISSING = 'coredns-stub-missing';
const MISPLACED = 'coredns-stub-misplaced';
const SUFFIX = 'coredns-stub-wrong-suffix';

export function stubFindings(corefile: Corefile, declared: DeclaredZone): readonly LintFinding[] {
  const port = portOf(corefile);
  const served = servedBy(corefile, declared.zone, port);
  const forward = served ? forwardFor(served.block, declared.zone) : null;
  // The root's forward for everything is no stub, unless it goes to the private servers.
  const general = forward?.from === '.' && served?.block.keys.some((key) => key.zone === '.');
  if (served && forward && !general) return targetFindings(forward, declared, port);
  if (forward && declared.forwarders.length > 0 && asks(forward, declared.forwarders).length > 0) return [];
  if (served && !general && served.key.zone === declared.zone) return ownBlock(served, declared, port);
  const near = nearMiss(corefile, declared, port);
  if (near !== null) return near;
  return [missing(corefile, declared, port)];
}

/** Which of these addresses a forward asks. */
export function asks(forward: Forward, addresses: readonly string[]): readonly string[] {
  const targets = new Set(forward.targets.map(({ token, upstream }) => addressText(token.text, upstream)));
  return addresses.filter((address) => targets.has(normal(address)));
}

function addressText(text: string, upstream: Forward['targets'][number]['upstream']): string {
  return upstream.kind === 'address' ? normal(hostPort(upstream.address, upstream.port ?? DNS_PORT)) : text;
}

// `10.0.0.10` and `10.0.0.10:53` are the same server.
function normal(address: string): string {
  const bare = address.replace(/:53$/, '').replace(/^\[(.*)\]$/, '$1');
  return bare.toLowerCase();
}

function targetFindings(forward: Forward, declared: DeclaredZone, port: number): readonly LintFinding[] {
  const zone = shownZone(declared.zone);
  const wanted = declared.forwarders;
  if (wanted.length === 0 || forward.targets.length === 0) return [];
  const [first] = forward.targets;
  const at = first?.token ?? forward.directive;
  const asked = asks(forward, wanted);
  // A name is told as a refusal. A file may stand for the declared servers, on some nodes or on all.
  if (forward.targets.some(({ upstream }) => upstream.kind === 'name' || upstream.kind === 'wrong')) return [];
  const file = forward.targets.find(({ upstream }) => upstream.kind === 'file');
  if (file && asked.length < wanted.length) {
    const summary = `${zone} is forwarded to what ${file.token.text} says where CoreDNS runs: whether that is ${wanted.join(', ')} is not seen here`;
    const remedy = {
      summary: `Forward ${zone} to ${wanted.join(' and ')} by address.`,
      block: stubBlock(declared, port),
    };
    return [finding('warn', null, file.token, summary, remedy)];
  }
  const remedy = { summary: `Forward ${zone} to ${wanted.join(' and ')}.`, block: stubBlock(declared, port) };
  const found = forward.targets.map(({ token }) => token.text).join(', ');
  if (asked.length === 0) {
    const summary = `${zone} is forwarded to ${found}, and none of that is ${wanted.join(', ')}`;
    return [finding('fail', null, at, summary, remedy)];
  }
  if (asked.length < wanted.length) {
    const lost = wanted.filter((address) => !asked.includes(address)).join(', ');
    return [finding('warn', null, at, `${zone} is forwarded to ${found}, but not to ${lost}`, remedy)];
  }
  return [];
}

// A block with the right name that does not forward the zone.
function ownBlock({ block, key }: Served, declared: DeclaredZone, port: number): readonly LintFinding[] {
  const zone = shownZone(declared.zone);
  if (block.directives.some(({ name }) => ANSWERS.includes(name))) return [];
  const other = forwardsOf(block).find(({ from }) => from !== null);
  const from = other?.directive.args[0];
  if (other && from) {
    const why = other.except.some((except) => within(declared.zone, except))
      ? `excepts ${zone}`
      : `forwards ${from.text} only`;
    const remedy = {
      summary: `Forward everything in this block: write forward . and the servers.`,
      block: stubBlock(declared, port),
    };
    return [finding('fail', SUFFIX, from, `the block for ${zone} ${why}, so the zone is refused`, remedy)];
  }
  const unseen = block.unknownImports.length > 0;
  const summary = unseen
    ? `the block for ${zone} has no forward of its own; ${block.unknownImports.join(', ')} could not be looked into`
    : `the block for ${zone} has no forward, so the zone is refused`;
  const remedy = { summary: `Add a forward to the block of ${zone}.`, block: stubBlock(declared, port) };
  return [finding(unseen ? 'warn' : 'fail', MISSING, key, summary, remedy)];
}

// null: nothing comes near. An empty list: another rule tells it at the same place.
function nearMiss(corefile: Corefile, declared: DeclaredZone, port: number): readonly LintFinding[] | null {
  const nested = corefile.blocks
    .flatMap((block) => nestedBlocks(block))
    .filter(({ name }) => zoneOf(name) === declared.zone || cleaned(name) === declared.zone);
  const [inside] = nested;
  if (inside) {
    if (
      corefile.errors.some(
        ({ line, column, file }) => line === inside.line && column === inside.column && file === inside.file,
      )
    )
      return [];
    const summary = `the block for ${shownZone(declared.zone)} stands inside another block, where it forwards nothing`;
    const remedy = { summary: 'Move it to the top level, beside the root block.', block: stubBlock(declared, port) };
    return [finding('fail', MISPLACED, inside, summary, remedy)];
  }
  const keys = corefile.blocks.flatMap((block) => block.keys).filter(({ text }) => text !== '.');
  // Told by the rules for refusals and for keys.
  const marred = keys.find(
    (key) => cleaned(key.text) !== null && cleaned(key.text) === declared.zone && key.zone !== declared.zone,
  );
  if (marred) return [];
  const key = wrongKey(keys, declared, port);
  if (key === null) return null;
  const remedy = { summary: `Name the block ${shownZone(declared.zone)}:${port}.`, block: stubBlock(declared, port) };
  return [finding('fail', key.fault, key.key, key.summary, remedy)];
}

function wrongKey(
  keys: readonly CorefileKey[],
  { zone }: DeclaredZone,
  port: number,
): { readonly key: CorefileKey; readonly fault: string; readonly summary: string } | null {
  const wanted = shownZone(zone);
  const same = keys.find((key) => key.zone === zone && (key.transport !== 'dns' || key.port !== port));
  if (same) {
    const where = same.transport === 'dns' ? `port ${same.port}` : `${same.transport}, port ${same.port}`;
    return {
      key: same,
      fault: MISSING,
      summary: `the block for ${wanted} listens on ${where}, and pods ask port ${port}`,
    };
  }
  const readable = keys.filter((key) => !key.unknown && key.transport === 'dns' && key.zone !== zone);
  const child = readable.find((key) => within(key.zone, zone));
  if (child) {
    const summary = `${shownZone(child.zone)} is only a part of ${wanted}: the other names of the zone are not forwarded`;
    return { key: child, fault: SUFFIX, summary };
  }
  // A single label, `corp`, may well be a zone of its own.
  const cut = readable.find((key) => zone.startsWith(key.zone) && /\..*\./.test(key.zone));
  if (cut) {
    const summary = `${shownZone(cut.zone)} lacks the end of ${wanted}: it matches none of its names`;
    return { key: cut, fault: SUFFIX, summary };
  }
  const name = closest(
    wanted,
    readable.map((key) => shownZone(key.zone)).filter((text) => text.length > 3),
  );
  const like = name === null ? undefined : readable.find((key) => key.zone === absolute(name));
  if (!like || within(zone, like.zone) || sibling(like.zone, zone)) return null;
  return { key: like, fault: SUFFIX, summary: `${name} is not ${wanted}: is it misspelt?` };
}

// Only the first label differs, and by more than a slip: two zones side by side, `corp.example.com` and `prod.example.com`.
function sibling(one: string, other: string): boolean {
  const [first = '', ...rest] = one.split('.');
  const [second = '', ...others] = other.split('.');
  if (rest.join('.') !== others.join('.')) return false;
  return first.length < 4 || closest(first, [second]) === null || Math.abs(first.length - second.length) > 1;
}

function missing(corefile: Corefile, declared: DeclaredZone, port: number): LintFinding {
  const zone = shownZone(declared.zone);
  const [root] = rootsOf(corefile);
  const at = root?.key ?? corefile.blocks[0] ?? { file: '', line: 1, column: 1 };
  const remedy = { summary: 'Add this block beside the root block, not inside it.', block: stubBlock(declared, port) };
  const unseen = [...unseenBlocks(corefile), ...(root?.block.unknownImports ?? [])];
  if (unseen.length > 0) {
    const summary = `no block for ${zone} is seen here; ${unseen.join(', ')} could not be looked into`;
    return finding('warn', MISSING, at, summary, remedy);
  }
  return finding('fail', MISSING, at, `no block for ${zone}: its names go to the public resolvers`, remedy);
}
