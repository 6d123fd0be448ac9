// Does DNS send this pod to a gateway that is near? Judged only against a declared limit; never a failure.
// Deliberately not done: asking "whoami" names of third parties for the resolver's own public address.

import type { Check, Conclusion, View } from '../model/check.ts';
import type { Endpoint } from '../model/target.ts';
import { addressList } from '../parse/ip.ts';
import { duration, type Frame, faultsOf, judge, pass, type Row } from './conclude.ts';
import { zoneOf } from './dns-answer.ts';
import { type Reach, reachOf } from './reach.ts';
import { reply, resolvers, targetsOf } from './scene.ts';

interface Evidence {
  readonly host: string;
  readonly server: Endpoint;
  readonly limitMs: number;
  /** What this nameserver gives for the name, nearest first. */
  readonly given: readonly Reached[];
  /** The nearest other gateway or host, and how far it is; null: nothing else was measured. */
  readonly near: Near | null;
}

interface Near {
  readonly what: string;
  readonly rttMs: number;
}

type Reached = Reach & { readonly rttMs: number };

const ROWS: readonly Row<Evidence>[] = [
  {
    fault: 'dnsx-geo-misdirected',
    when: (e) => e.near !== null && e.near.rttMs <= e.limitMs,
    say: (e) => ({
      status: 'warn',
      severity: 'low',
      summary: `DNS leads ${e.host} to a gateway ${duration(nearest(e))} away`,
      cause: `${e.server.address} gives ${addressList(e.given.map((one) => one.address))}; the nearest of them answers DTLS in ${duration(nearest(e))}, above the declared ${duration(e.limitMs)}. Only ${duration(e.near?.rttMs ?? 0)} away is ${e.near?.what}, so it is not the way out of this cluster that is long: the service chose by where the resolver's question came from.`,
      breaks: 'nothing; users of the tunnel feel the distance.',
      remedy: {
        summary: `Let the resolver behind ${e.server.address} leave for the internet in this cluster's region, or forward ${zoneOf(e.host)} to one that does or that passes the client subnet (ECS) on.`,
        commands: [`dig @${e.server.address} ${e.host}. A`],
        docs: 'https://www.rfc-editor.org/rfc/rfc7871',
      },
      evidence: [
        ...e.given.slice(0, 3).map((one) => ({
          text: `${one.address}:${one.port} answers in ${duration(one.rttMs)}`,
          command: `dig @${e.server.address} ${e.host}. A`,
        })),
        { text: `${e.near?.what} answers in ${duration(e.near?.rttMs ?? 0)}` },
      ],
    }),
  },
  {
    fault: null,
    when: () => true,
    say: (e) => ({
      status: 'warn',
      severity: 'low',
      summary: `${e.host} is ${duration(nearest(e))} away, above the declared ${duration(e.limitMs)}`,
      cause: `Cause not determined: ${addressList(e.given.map((one) => one.address))} answers in ${duration(nearest(e))}${e.near ? `, and nothing else that was measured is nearer than ${duration(e.near.rttMs)} (${e.near.what}): the way is long to everywhere` : ''}.`,
      evidence: [{ text: `nearest ${duration(nearest(e))}`, command: `dig @${e.server.address} ${e.host}. A` }],
    }),
  },
];

const nearest = (e: Evidence) => e.given[0]?.rttMs ?? 0;

export const dnsGeo: Check = {
  id: 'dns-geo',
  layer: 'dns-content',
  question: 'Does DNS choose gateways that are near?',
  depth: 'standard',
  faults: faultsOf(ROWS),
  plan: () => [],
  diagnose: (view) => {
    const limitMs = view.settings.stitcherRttLimitMs;
    if (limitMs === undefined) return [];
    const hosts = [...new Set(targetsOf(view, 'dtls').map((target) => target.host))];
    return hosts.flatMap((host) => resolvers(view).flatMap((server) => judgeName(view, server, host, limitMs)));
  },
};

function judgeName(view: View, server: Endpoint, host: string, limitMs: number): Conclusion[] {
  const given = new Set(reply(view, server, host, 'A')?.answers.map((one) => one.data) ?? []);
  const measured = reachOf(view, host)
    .filter((one): one is Reached => one.state === 'service' && one.rttMs !== null)
    .sort((a, b) => a.rttMs - b.rttMs);
  const mine = measured.filter((one) => given.has(one.address));
  const first = mine[0];
  if (!first) return [];
  const frame: Frame = {
    check: 'dns-geo',
    layer: 'dns-content',
    target: { host, protocol: 'dns', role: 'stitcher' },
    needs: ['resolver', 'names', `name:${host}`],
    // Names that one nameserver misdirects have one cause.
    breaksWhat: [`geo:${server.address}`],
  };
  if (first.rttMs <= limitMs)
    return [
      pass({ ...frame, breaksWhat: [] }, `${host} is ${duration(first.rttMs)} away, within ${duration(limitMs)}`),
    ];
  const found = judge(ROWS, { host, server, limitMs, given: mine, near: nearestElse(view, given, limitMs) }, frame);
  return found ? [found] : [];
}

// Another gateway, which the service could have chosen; where none is nearer, anybody who answers.
function nearestElse(view: View, except: ReadonlySet<string>, limitMs: number): Evidence['near'] {
  const gateways: Near[] = [];
  const others: Near[] = [];
  for (const { probe, rttMs } of view.all('dtls'))
    if (rttMs !== null && !except.has(probe.address))
      gateways.push({ what: `${probe.host} (${probe.address})`, rttMs });
  for (const { probe, connectMs } of view.all('https'))
    if (connectMs !== null && probe.proxy === null)
      others.push({ what: `${probe.host} (${probe.address})`, rttMs: connectMs });
  for (const { probe, rttMs } of view.all('stun'))
    if (rttMs !== null) others.push({ what: `the STUN server ${probe.address}`, rttMs });
  const first = (found: readonly Near[]) => found.toSorted((a, b) => a.rttMs - b.rttMs)[0] ?? null;
  const gateway = first(gateways);
  return gateway && gateway.rttMs <= limitMs ? gateway : first([...gateways, ...others]);
}
