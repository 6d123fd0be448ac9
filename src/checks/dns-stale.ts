// Is the answer still true? Asked only when nobody answers at the addresses that it gives.

import type { Check, Conclusion, View } from '../model/check.ts';
import type { DnsObservation } from '../model/observation.ts';
import type { DnsProbe, Probe } from '../model/probe.ts';
import type { Endpoint, Role } from '../model/target.ts';
import { addressList } from '../parse/ip.ts';
import { type Frame, faultsOf, judge, type Row } from './conclude.ts';
import { hasAddress, zoneOf } from './dns-answer.ts';
import { type Reach, reachOf } from './reach.ts';
import { names, question, reply, resolvers, sameEndpoint, timedOut } from './scene.ts';

/** TTLs are whole seconds: two answers this far apart differ by at least one, when the record ages. */
const AGEING_MS = 1_200;
/** RFC 8914. */
const STALE_CODE = 3;
/** A resolver that cannot reach the zone has said so, or will not, within this. */
const PATIENCE_MS = 2_600;

interface Evidence {
  readonly host: string;
  readonly role: Role;
  readonly server: Endpoint;
  readonly first: DnsObservation;
  readonly second: DnsObservation | null;
  readonly dead: readonly Reach[];
  /** Extended error 3, both times. */
  readonly said: boolean;
  /** The TTL stands still. */
  readonly frozen: boolean;
  /** A label that no cache knows, in the same zone, gets no answer. */
  readonly uncached: DnsObservation | null;
  /** Addresses that another nameserver gives, and that are the service. */
  readonly fresh: readonly string[];
  readonly blocks: boolean;
}

const ttlOf = (one: DnsObservation | null) => one?.answers.find((record) => record.type === 'A')?.ttl ?? null;

const noRecursion = (one: DnsObservation | null) => one !== null && (timedOut(one) || one.rcode === 'SERVFAIL');

const ROWS: readonly Row<Evidence>[] = [
  {
    fault: 'dnsx-stale-answer',
    when: (e) =>
      e.dead.length > 0 &&
      e.second !== null &&
      (e.said || (e.frozen && (noRecursion(e.uncached) || e.fresh.length > 0))),
    say: (e) => ({
      status: e.blocks ? 'fail' : 'warn',
      severity: e.blocks ? 'high' : 'medium',
      summary: `the resolver behind ${e.server.address} serves an expired address for ${e.host}`,
      cause: `${addressList(e.dead.map((one) => one.address))} does not answer, and the record is not fresh: ${[
        e.said ? 'the answer carries extended error 3 (Stale Answer) each time' : '',
        e.frozen ? `its TTL stands still at ${ttlOf(e.second)} s` : '',
        noRecursion(e.uncached)
          ? `a name of ${zoneOf(e.host)} that no cache knows gets ${e.uncached?.rcode ?? 'no answer'}`
          : '',
        e.fresh.length > 0 ? `another nameserver gives ${addressList(e.fresh)}, which works` : '',
      ]
        .filter(Boolean)
        .join('; ')}. A cache covers up that the resolver cannot refresh it.`,
      breaks: e.role === 'tenant' ? 'enrollment and the control plane.' : `the tunnel through ${e.host}.`,
      remedy: {
        summary: `Restore the way from the resolver behind ${e.server.address} to the servers of ${zoneOf(e.host)}, flush ${e.host} from its cache, and limit serve-stale there.`,
        commands: [
          `dig @${e.server.address} ${e.host}. A`,
          `unbound-control flush_zone ${zoneOf(e.host)}`,
          `rndc flushtree ${zoneOf(e.host)}`,
        ],
        docs: 'https://www.rfc-editor.org/rfc/rfc8767',
      },
      evidence: [
        ...[e.first, e.second]
          .filter((one) => one !== null)
          .map((one) => ({
            text: `${one.answers.map((record) => record.data).join(', ')} TTL ${ttlOf(one)}${isStale(one) ? ', Stale Answer' : ''}`,
            command: `dig @${e.server.address} ${e.host}. A`,
          })),
        ...e.dead.slice(0, 2).map((one) => ({
          text: `${one.address}:${one.port} ${one.says}`,
          command: `nc -vz -w 3 ${one.address} ${one.port}`,
        })),
      ],
    }),
  },
];

export const dnsStale: Check = {
  id: 'dns-stale',
  layer: 'dns-content',
  question: 'Where nobody answers, is the address still the right one?',
  depth: 'quick',
  faults: faultsOf(ROWS),
  plan,
  enough: (view) =>
    doubtful(view).flatMap(({ server, host }) =>
      [repeated(server, host), uncached(server, host)].filter((probe) => (view.waitingMs(probe) ?? 0) >= PATIENCE_MS),
    ),
  diagnose: (view) => doubtful(view).flatMap((one) => judgeName(view, one.server, one.host)),
};

const repeated = (server: Endpoint, host: string): DnsProbe => ({ ...question(server, host, 'A'), again: 1 });
const uncached = (server: Endpoint, host: string): DnsProbe => ({
  ...question(server, zoneOf(host), 'A'),
  randomLabel: 1,
});

/** Names asked further about: those of one cause fare alike. */
const MAX_NAMES = 4;

// A name none of whose addresses has been reached, and one at least is dead or late.
function doubtful(view: View): { server: Endpoint; host: string }[] {
  const hosts = names(view)
    .filter((host) => {
      const reach = reachOf(view, host);
      return reach.some((one) => one.state === 'dead' || one.late) && !reach.some((one) => one.state === 'service');
    })
    .slice(0, MAX_NAMES);
  return hosts.flatMap((host) =>
    resolvers(view)
      .filter((server) => hasAddress(reply(view, server, host, 'A')))
      .map((server) => ({ server, host })),
  );
}

function plan(view: View): Probe[] {
  return doubtful(view).flatMap(({ server, host }) => {
    const first = reply(view, server, host, 'A');
    if (!first) return [];
    // What says itself that it is stale need not age; otherwise the time passes while recursion is tried.
    const aged = isStale(first) || view.nowMs >= endOf(first) + AGEING_MS;
    return [uncached(server, host), ...(aged ? [repeated(server, host)] : [])];
  });
}

const endOf = (one: DnsObservation) => one.startedMs + one.durationMs;
const isStale = (one: DnsObservation) => one.extendedErrors.some((each) => each.code === STALE_CODE);

function judgeName(view: View, server: Endpoint, host: string): Conclusion[] {
  const first = reply(view, server, host, 'A');
  const target = view.settings.targets.find((one) => one.host === host);
  if (!first || !target) return [];
  const second = view.seen(repeated(server, host)) ?? null;
  const given = new Set(first.answers.filter((one) => one.type === 'A').map((one) => one.data));
  const same = second?.answers.some((one) => given.has(one.data)) === true;
  const before = ttlOf(first);
  const after = ttlOf(second);
  const reach = reachOf(view, host);
  const fresh = resolvers(view)
    .filter((one) => !sameEndpoint(one, server))
    .flatMap((one) => reply(view, one, host, 'A')?.answers ?? [])
    .map((one) => one.data)
    .filter(
      (address) => !given.has(address) && reach.some((one) => one.address === address && one.state === 'service'),
    );
  const others = view.settings.targets.some(
    (one) =>
      one.host !== host &&
      one.role === target.role &&
      one.protocol === target.protocol &&
      target.addressPolicy !== 'all' &&
      reachOf(view, one.host).some((each) => each.state === 'service'),
  );
  const evidence: Evidence = {
    host,
    role: target.role,
    server,
    first,
    second: same ? second : null,
    dead: reach.filter((one) => one.state === 'dead' && given.has(one.address)),
    said: isStale(first) && second !== null && isStale(second),
    frozen:
      second !== null &&
      second.startedMs >= endOf(first) + AGEING_MS &&
      before !== null &&
      after !== null &&
      before > 0 &&
      after >= before,
    uncached: view.seen(uncached(server, host)) ?? null,
    fresh,
    blocks: !others && view.settings.targets.some((one) => one.host === host && one.requirement === 'required'),
  };
  const frame: Frame = {
    check: 'dns-stale',
    layer: 'dns-content',
    target: { host, protocol: 'dns', role: target.role },
    needs: ['resolver', 'names'],
    breaksWhat: [`name:${host}`, `zone:${zoneOf(host)}`],
  };
  const found = judge(ROWS, evidence, frame);
  return found ? [found] : [];
}
