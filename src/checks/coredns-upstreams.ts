// Do all upstreams of the cluster's DNS know the same names, or does chance decide who is asked?

import type { Check, Conclusion, View } from '../model/check.ts';
import type { DnsObservation } from '../model/observation.ts';
import type { DnsProbe, Probe } from '../model/probe.ts';
import type { PrivateZone } from '../model/settings.ts';
import type { Endpoint } from '../model/target.ts';
import { type Frame, faultsOf, judge, type Row } from './conclude.ts';
import { declaredZone, failureIn, type Given, givenCorefile, placeIn, rootTargets } from './coredns-given.ts';
import { stubBlock } from './corefile/stub-block.ts';
import { soaOwner } from './dns-answer.ts';
import { outsideQuestions } from './outside-names.ts';
import { fateOf, speaksForZone, throughResolvers, zonesOf } from './private-zone-evidence.ts';
import { answered, names, question, reply, resolvers } from './scene.ts';

/** Two upstreams picked at random agree a dozen times once in two thousand runs. */
const REPEATS = 12;
/** All zones together: the limit is 60 datagrams to one server, and others ask too. */
const REPEATS_IN_ALL = 16;
const FEWEST_REPEATS = 2;
/** A denial costs CoreDNS one round trip to its upstream; one that hangs says nothing here. */
const PATIENCE_MS = 1_000;
const PROHIBITED = 18;

/** What was asked again and again at one nameserver, and by whom it was answered. */
export interface Mixed {
  readonly server: Endpoint;
  /** null: a public name, refused at times. */
  readonly zone: PrivateZone | null;
  readonly host: string;
  readonly knowing: readonly DnsObservation[];
  readonly ignorant: readonly DnsObservation[];
  /** Public names do not come through every time. */
  readonly publicToo: boolean;
  readonly given: Given | null;
}

const ROWS: readonly Row<Mixed>[] = [
  {
    fault: 'coredns-mixed-upstreams',
    when: (e) => e.knowing.length > 0 && e.ignorant.length > 0,
    say: (e) => {
      const total = e.knowing.length + e.ignorant.length;
      const [one] = e.ignorant;
      const what = `different names below ${e.zone?.zone ?? e.host}`;
      const lint = failureIn(e.given, 'coredns-mixed-upstreams');
      const targets = rootTargets(e.given);
      return {
        status: 'fail',
        severity: 'high',
        summary: `the upstreams of cluster DNS ${e.server.address} do not know the same names, and chance decides which one is asked`,
        cause: `Asked ${total} times about ${what}, ${e.server.address} gave ${e.knowing.length} answers ${e.zone ? `of ${e.zone.zone} itself` : 'of public DNS'} and ${e.ignorant.length} of somebody else (${one?.rcode ?? ''}${one && soaOwner(one) ? ` with the SOA of ${soaOwner(one) === '.' ? 'the root' : soaOwner(one)}` : ''}).${
          targets.length > 1 ? ` The root block forwards to ${targets.join(' and ')}.` : ''
        }${lint && e.given ? ` ${placeIn(e.given, lint)}: ${lint.summary}.` : ''} A denial is an answer: it is not asked again elsewhere.`,
        breaks: e.publicToo
          ? 'about half of all lookups, public and private: enrollment, the stitchers and private applications at random.'
          : `private applications in ${e.zone?.zone ?? 'the private zones'}, about half of the time.`,
        remedy: {
          summary: `Give each zone its own servers: ${
            e.zone
              ? `${stubBlock(declaredZone(e.zone), e.given?.port ?? 53).replace(/\s*\n\s*/g, ' ')} for the private zone, and`
              : 'a server block with the private servers for the private zone, and'
          } only public or only recursive resolvers behind forward . in the root block; policy sequential is no cure.`,
          commands: [
            "kubectl -n kube-system get configmap coredns -o jsonpath='{.data.Corefile}' | grep -n forward",
            repeated(e),
          ],
          docs: 'https://coredns.io/plugins/forward/',
        },
        evidence: [
          { text: `${e.knowing.length} of ${total}: ${said(e.knowing[0])}`, command: repeated(e) },
          { text: `${e.ignorant.length} of ${total}: ${said(e.ignorant[0])}` },
        ],
      };
    },
  },
];

function said(one: DnsObservation | undefined): string {
  const owner = one ? soaOwner(one) : null;
  return `${one?.rcode ?? 'no answer'}${owner ? `, SOA of ${owner}` : ''}`;
}

function repeated({ server, zone, host }: Mixed): string {
  const name = `"x$i.${zone?.zone ?? host}."`;
  return `for i in $(seq ${REPEATS}); do dig @${server.address} ${name} A +noall +comments +authority | grep -E 'status|SOA'; done | sort | uniq -c`;
}

export const corednsUpstreams: Check = {
  id: 'coredns-upstreams',
  layer: 'dns-server',
  question: "Do all upstreams of the cluster's DNS know the same names?",
  depth: 'quick',
  faults: faultsOf(ROWS),
  plan: (view) => resolvers(view).flatMap((server) => planServer(view, server)),
  enough: (view) =>
    resolvers(view)
      .flatMap((server) => planServer(view, server))
      .filter((probe) => (view.waitingMs(probe) ?? 0) >= PATIENCE_MS),
  diagnose: (view) => {
    const found = mixedUpstreams(view);
    // What holds for a zone is the same cause as what is seen of public names.
    return (found.some(({ zone }) => zone) ? found.filter(({ zone }) => zone) : found).flatMap(conclusion);
  },
};

function conclusion(e: Mixed): Conclusion[] {
  const frame: Frame = {
    check: 'coredns-upstreams',
    layer: 'dns-server',
    target: {
      host: e.server.address,
      address: e.server.address,
      port: e.server.port,
      protocol: 'dns',
      role: 'resolver',
    },
    needs: ['resolver', `resolver:${e.server.address}`],
    breaksWhat: [
      'upstreams',
      ...(e.publicToo ? ['names'] : []),
      ...(e.zone ? [`zone-forwarding:${e.zone.zone}`, `name:${e.zone.probe}`] : []),
    ],
  };
  const found = judge(ROWS, e, frame);
  return found ? [found] : [];
}

const labels = (server: Endpoint, zone: PrivateZone, count: number): DnsProbe[] =>
  Array.from({ length: count }, (_, index) => ({ ...question(server, zone.zone, 'A'), randomLabel: index + 1 }));

// One after another: a limit on questions at a time must not look like a second upstream. Ends where nothing comes back.
function series(view: View, server: Endpoint, host: string): DnsProbe[] {
  const probes = Array.from({ length: REPEATS }, (_, index) => ({
    ...question(server, host, 'A'),
    randomLabel: index + 1,
  }));
  const open = probes.findIndex((probe) => !answered(view.seen(probe)));
  return open < 0 ? probes : probes.slice(0, open + 1);
}

function repeats(view: View): number {
  return Math.max(FEWEST_REPEATS, Math.min(REPEATS, Math.floor(REPEATS_IN_ALL / Math.max(1, zonesOf(view).length))));
}

// Names that nobody has, so that no cache can answer: who denies them is who was asked.
function planServer(view: View, server: Endpoint): Probe[] {
  const host = refusedHost(view, server);
  return [
    ...(host ? series(view, server, host) : []),
    ...zonesOf(view).flatMap((zone) => planZone(view, server, zone)),
  ];
}

function planZone(view: View, server: Endpoint, zone: PrivateZone): Probe[] {
  const one = view.seen(question(server, zone.probe, 'A'));
  if (!answered(one)) return [];
  const suspicious = fateOf(one, zone) === 'leaked';
  return view.settings.depth === 'quick' && !suspicious ? [] : labels(server, zone, repeats(view));
}

// One public name stands for all that are refused. An access list says that it is one (RFC 8914, 18: Prohibited).
function refusedHost(view: View, server: Endpoint): string | null {
  const refused = names(view).find((host) =>
    (['A', 'AAAA'] as const).some((type) => {
      const one = reply(view, server, host, type);
      return one?.rcode === 'REFUSED' && !one.extendedErrors.some(({ code }) => code === PROHIBITED);
    }),
  );
  return refused ?? null;
}

/** Every nameserver, and every zone there, that is answered by servers of different knowledge. */
export function mixedUpstreams(view: View): readonly Mixed[] {
  const given = givenCorefile(view);
  return resolvers(view).flatMap((server) => {
    const publicToo = outsideQuestions(view, server).some((probe) => view.seen(probe)?.rcode === 'REFUSED');
    const seen = (probes: readonly DnsProbe[]) => probes.flatMap((probe) => view.seen(probe) ?? []).filter(answered);
    const zones: Mixed[] = zonesOf(view).map((zone) => {
      const replies = [...seen(labels(server, zone, repeats(view))), ...seen(throughResolvers(view, zone))].filter(
        (one) => one.probe.server === server || one.probe.server.address === server.address,
      );
      const own = (one: DnsObservation) => one.rcode === 'NOERROR' || speaksForZone(one, zone);
      return {
        server,
        zone,
        host: zone.probe,
        knowing: replies.filter((one) => (one.rcode === 'NOERROR' || one.rcode === 'NXDOMAIN') && own(one)),
        // Without any authority nobody can be told from anybody.
        ignorant: replies.filter((one) => one.rcode === 'NXDOMAIN' && !own(one) && soaOwner(one) !== null),
        publicToo,
        given,
      };
    });
    const host = refusedHost(view, server);
    const replies = host ? seen(series(view, server, host)) : [];
    const publicName: Mixed = {
      server,
      zone: null,
      host: host ?? '',
      knowing: replies.filter((one) => one.rcode === 'NOERROR' || one.rcode === 'NXDOMAIN'),
      ignorant: replies.filter((one) => one.rcode === 'REFUSED'),
      publicToo,
      given,
    };
    return [...zones, publicName].filter((one) => one.knowing.length > 0 && one.ignorant.length > 0);
  });
}
