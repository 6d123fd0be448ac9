// Is a private address for a public service meant? What decides is who answers there.

import type { Check, Conclusion, View } from '../model/check.ts';
import type { DnsObservation } from '../model/observation.ts';
import type { Role } from '../model/target.ts';
import { addressClass, addressList } from '../parse/ip.ts';
import { type Frame, faultsOf, judge, type Row } from './conclude.ts';
import { hasAddress, zoneOf } from './dns-answer.ts';
import { anythingWorks, type Reach, reachOf } from './reach.ts';
import { addressesOf, names, reply, resolvers } from './scene.ts';

interface Evidence {
  readonly host: string;
  readonly role: Role;
  readonly replies: readonly DnsObservation[];
  readonly inside: readonly string[];
  readonly reach: readonly Reach[];
  /** Some address of the name is the service, inside or outside. */
  readonly usable: boolean;
  /** None is, all are judged, and other addresses can be reached from here. */
  readonly unusable: boolean;
  readonly required: boolean;
  readonly othersOfRole: readonly string[];
}

const at = (e: Evidence) => e.replies[0]?.probe.server.address ?? '';

const commands = (e: Evidence) => [
  `dig @${at(e)} ${e.host}. A`,
  `dig @${at(e)} ${zoneOf(e.host)}. SOA`,
  `openssl s_client -connect ${e.inside[0] ?? e.host}:443 -servername ${e.host} </dev/null | openssl x509 -noout -subject -issuer`,
];

function evidence(e: Evidence) {
  return [
    ...e.replies.slice(0, 2).map((one) => ({
      text: `${one.probe.server.address}: ${one.answers.map((record) => record.data).join(', ')}${one.flags.includes('aa') ? ', authoritative (aa)' : ''}`,
      command: `dig @${one.probe.server.address} ${e.host}. A`,
    })),
    ...e.reach.slice(0, 2).map((one) => ({ text: `${one.address}:${one.port} ${one.says}` })),
  ];
}

const words = (e: Evidence) =>
  `${at(e)} answers ${addressList(e.inside)} for ${e.host}, an address that only exists inside a network${
    e.replies.some((one) => one.flags.includes('aa')) ? ', and calls itself the authority (aa)' : ''
  }: an internal zone overrides ${zoneOf(e.host)}.`;

const ROWS: readonly Row<Evidence>[] = [
  {
    fault: 'dnsx-split-horizon',
    when: (e) => e.unusable,
    say: (e) => {
      const fails = e.required && e.othersOfRole.length === 0;
      return {
        status: fails ? 'fail' : 'warn',
        severity: fails ? 'critical' : 'medium',
        summary: `an internal zone leads ${e.host} to ${addressList(e.inside)}, where the service is not`,
        cause: `${words(e)} Nobody there is the service: ${[...new Set(e.reach.map((one) => `${one.address}:${one.port} ${one.says}`))].slice(0, 3).join('; ')}. Other destinations can be reached from here.`,
        breaks: e.role === 'tenant' ? 'enrollment and the control plane.' : `the tunnel through ${e.host}.`,
        remedy: {
          summary: `Remove the internal zone that holds ${e.host}, or give it the public records; if a private access path is meant, repair what answers at ${addressList(e.inside)}.`,
          commands: commands(e),
        },
        evidence: evidence(e),
      };
    },
  },
  {
    fault: 'dnsx-split-horizon',
    when: () => true,
    say: (e) => ({
      status: 'warn',
      severity: 'medium',
      summary: `${e.host} leads to the private address ${addressList(e.inside)}`,
      cause: `${words(e)} ${e.usable ? 'The service answers there with its own certificate, so the name is usable.' : 'Whether the service is there was not found out.'}`,
      breaks: 'nothing now; names that the internal zone does not hold do not exist for this pod.',
      remedy: {
        summary: `Confirm with the owner of the internal zone that ${e.host} is meant to lead to ${addressList(e.inside)} for this cluster, and that the zone holds every gateway; otherwise remove it.`,
        commands: commands(e),
      },
      evidence: evidence(e),
    }),
  },
];

export const dnsHorizon: Check = {
  id: 'dns-horizon',
  layer: 'dns-content',
  question: 'Do public names lead to public addresses, or to private ones that are the service?',
  depth: 'quick',
  faults: faultsOf(ROWS),
  plan: () => [],
  diagnose: (view) => names(view).flatMap((host) => judgeName(view, host)),
};

/** Roles that live on the internet; a registry mirror or a proxy may well be inside. */
const PUBLIC_ROLES: ReadonlySet<Role> = new Set(['tenant', 'stitcher']);

function judgeName(view: View, host: string): Conclusion[] {
  const targets = view.settings.targets.filter((one) => one.host === host && PUBLIC_ROLES.has(one.role));
  const first = targets[0];
  if (!first) return [];
  const replies = resolvers(view)
    .map((server) => reply(view, server, host, 'A'))
    .filter((one): one is DnsObservation => hasAddress(one));
  const inside = [
    ...new Set(
      replies
        .flatMap((one) => one.answers.filter((record) => record.type === 'A').map((record) => record.data))
        .filter((address) => ['private', 'shared', 'link-local'].includes(addressClass(address) ?? '')),
    ),
  ];
  if (inside.length === 0) return [];
  const addresses = addressesOf(view, host);
  const reach = reachOf(view, host);
  const usable = reach.some((one) => one.state === 'service');
  const judged = reach.length > 0 && reach.every((one) => one.state !== 'pending');
  const roleNames = view.settings.targets.filter(
    (one) => one.role === first.role && one.protocol === first.protocol && one.host !== host,
  );
  const evidence: Evidence = {
    host,
    role: first.role,
    replies,
    inside,
    reach,
    usable,
    // Where nothing can be reached, an unreachable address proves nothing about DNS.
    unusable:
      !usable &&
      judged &&
      addresses.every((one) => inside.includes(one)) &&
      (reach.some((one) => one.state === 'foreign') || anythingWorks(view, addresses)),
    required: targets.some((one) => one.requirement === 'required'),
    othersOfRole:
      first.addressPolicy === 'all'
        ? []
        : roleNames.map((one) => one.host).filter((one) => reachOf(view, one).some((each) => each.state === 'service')),
  };
  const frame: Frame = {
    check: 'dns-horizon',
    layer: 'dns-content',
    target: { host, protocol: 'dns', role: first.role },
    needs: ['resolver', 'names'],
    breaksWhat: [...(evidence.unusable ? [`name:${host}`] : []), `zone:${zoneOf(host)}`],
  };
  const found = judge(ROWS, evidence, frame);
  return found ? [found] : [];
}
