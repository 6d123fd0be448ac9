// Does the nameserver deny a name that nobody has? The search list relies on honest denials.

import type { Check, Conclusion, View } from '../model/check.ts';
import type { DnsObservation } from '../model/observation.ts';
import type { DnsProbe, Probe } from '../model/probe.ts';
import type { Endpoint } from '../model/target.ts';
import { hostPort } from '../parse/ip.ts';
import { duration, type Frame, faultsOf, judge, listed, pass, type Row } from './conclude.ts';
import { hasAddress } from './dns-answer.ts';
import { addressesOf, answered, names, question, reply, resolvers } from './scene.ts';

/** Random labels go below this: a large public zone without a wildcard of its own. Never below a search suffix. */
const ZONE = 'com.';
/** An honest denial of an uncached name costs the resolver a round trip to the zone's servers; nobody waits longer for it. */
const PATIENCE_MS = 1_000;

interface Evidence {
  readonly server: Endpoint;
  /** The same addresses for different labels that nobody has. */
  readonly invented: readonly string[];
  readonly labels: readonly DnsObservation[];
  /** Names of this run that lead there. */
  readonly captured: readonly string[];
  /** Of them, those that a required target needs and that have no other address. */
  readonly lost: readonly string[];
}

const random = '"$(head -c8 /dev/urandom | od -An -tx1 | tr -d \' \\n\').com."';

const ROWS: readonly Row<Evidence>[] = [
  {
    fault: 'dnsx-nxdomain-rewrite',
    when: (e) => e.invented.length > 0,
    say: (e) => ({
      status: e.lost.length > 0 ? 'fail' : 'warn',
      severity: e.lost.length > 0 ? 'critical' : 'medium',
      summary: `the resolver behind ${e.server.address} invents ${listed(e.invented)} for names that do not exist`,
      cause: `Two random names below ${ZONE} both resolve to ${listed(e.invented)}: somebody turns NXDOMAIN into the address of a portal.${
        e.captured.length > 0
          ? ` ${listed(e.captured)} leads there too, so the name does not exist or was never asked.`
          : ''
      } The search list ends at the first suffix that seems to exist, and here every suffix outside the cluster does.`,
      breaks:
        e.lost.length > 0
          ? `${listed(e.lost)}: what answers there is a portal.`
          : 'names that are looked up through a search suffix outside the cluster; absolute names are not touched.',
      remedy: {
        summary: `Let the resolver behind ${e.server.address} forward to one that leaves NXDOMAIN alone, or switch off its "DNS assistance"; ndots:1 or a trailing dot spares names meanwhile.`,
        commands: [`dig @${e.server.address} ${random} A`],
      },
      evidence: [
        ...e.labels.slice(0, 2).map((one) => ({
          text: `${one.answers[0]?.name ?? 'a random name'} ${one.rcode} ${one.answers.map((record) => record.data).join(', ')}`,
          command: `dig @${e.server.address} ${random} A`,
        })),
      ],
    }),
  },
];

export const dnsRecursion: Check = {
  id: 'dns-recursion',
  layer: 'dns-content',
  question: 'Does the nameserver deny a name that nobody has?',
  depth: 'standard',
  faults: faultsOf(ROWS),
  plan,
  enough: (view) =>
    resolvers(view).flatMap((server) =>
      [label(server, 1), label(server, 2)].filter((probe) => (view.waitingMs(probe) ?? 0) >= PATIENCE_MS),
    ),
  diagnose: (view) => resolvers(view).flatMap((server) => judgeServer(view, server)),
};

const label = (server: Endpoint, randomLabel: number): DnsProbe => ({ ...question(server, ZONE, 'A'), randomLabel });

// Asked once the nameserver is known to resolve something; the second label only when the first has an address.
function plan(view: View): Probe[] {
  return resolvers(view).flatMap((server) => {
    if (!names(view).some((host) => answered(reply(view, server, host, 'A')))) return [];
    return hasAddress(view.seen(label(server, 1))) ? [label(server, 1), label(server, 2)] : [label(server, 1)];
  });
}

function judgeServer(view: View, server: Endpoint): Conclusion[] {
  const first = view.seen(label(server, 1));
  if (!answered(first)) return [];
  const frame: Frame = {
    check: 'dns-recursion',
    layer: 'dns-content',
    target: { host: server.address, address: server.address, port: server.port, protocol: 'dns', role: 'resolver' },
    needs: ['resolver', `resolver:${server.address}`, 'names'],
    breaksWhat: [],
  };
  const second = view.seen(label(server, 2));
  const labels = [first, ...(second ? [second] : [])].filter(hasAddress);
  const addresses = labels.map((one) =>
    one.answers.filter((record) => record.type === 'A').map((record) => record.data),
  );
  const invented = labels.length === 2 ? (addresses[0] ?? []).filter((one) => addresses[1]?.includes(one)) : [];
  const captured = names(view).filter((host) => addressesOf(view, host).some((one) => invented.includes(one)));
  const lost = captured.filter(
    (host) =>
      view.settings.targets.some((one) => one.host === host && one.requirement === 'required') &&
      addressesOf(view, host).every((one) => invented.includes(one)),
  );
  const found = judge(ROWS, { server, invented, labels, captured, lost }, frame);
  // The same portal behind every nameserver is one cause.
  if (found)
    return [
      { ...found, breaksWhat: [...captured.map((host) => `name:${host}`), ...invented.map((one) => `portal:${one}`)] },
    ];
  if (first.rcode !== 'NXDOMAIN') return [];
  return [
    pass(frame, `${hostPort(server.address, server.port)} denies a random name in ${duration(first.rttMs ?? 0)}`),
  ];
}
