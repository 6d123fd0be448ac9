// Why a private zone is not found: where its block is missing, stands in the wrong place, bears the wrong name, or leads to servers that refuse.

import type { Evidence, Remedy } from '../model/finding.ts';
import type { DnsObservation } from '../model/observation.ts';
import type { Severity, Status } from '../model/verdict.ts';
import { hostPort } from '../parse/ip.ts';
import { duration, listed, type Row } from './conclude.ts';
import { declaredZone, forwardedTo, placeIn } from './coredns-given.ts';
import { GUIDES } from './corefile/distributions.ts';
import { stubBlock } from './corefile/stub-block.ts';
import { hasAddress, soaOwner } from './dns-answer.ts';
import { fateOf, type ZoneEvidence } from './private-zone-evidence.ts';
import { answered, timedOut } from './scene.ts';

const GUIDE = GUIDES.kubeadm;
const DOCS = 'https://coredns.io/manual/configuration/';

const serversOf = (some: readonly DnsObservation[]) => [...new Set(some.map((one) => one.probe.server.address))];
const holders = (e: ZoneEvidence) => declaredZone(e.zone).forwarders;
const leaked = (e: ZoneEvidence) => e.lost.filter((one) => fateOf(one, e.zone, e.direct) === 'leaked');

/** While the nameserver that is asked first still finds the zone, or single pods only miss it, applications fail at times. */
function gravity(e: ZoneEvidence): { readonly status: Status; readonly severity: Severity } {
  const [first] = e.replies;
  const lives = first !== undefined && !e.lost.includes(first);
  return lives ? { status: 'warn', severity: 'medium' } : { status: 'fail', severity: 'high' };
}

function outcome(one: DnsObservation): string {
  if (hasAddress(one)) return one.answers.flatMap((record) => (record.type === 'A' ? [record.data] : [])).join(', ');
  if (timedOut(one)) return 'no answer';
  const owner = soaOwner(one);
  const says = owner === null ? '' : ` with the SOA of ${owner === '.' ? 'the root' : owner}`;
  return `${one.rcode ?? one.failure?.code ?? 'no answer'}${one.rcode === 'NXDOMAIN' ? says : ''}`;
}

const dig = (one: DnsObservation) =>
  `dig @${one.probe.server.address}${one.probe.server.port === 53 ? '' : ` -p ${one.probe.server.port}`} ${one.probe.name} ${one.probe.type} +tries=1 +time=6`;

function evidenceOf(e: ZoneEvidence): readonly Evidence[] {
  const through = [...e.replies, ...e.endpoints].slice(0, 4);
  const where = (one: DnsObservation) => hostPort(one.probe.server.address, one.probe.server.port);
  return [
    ...through.map((one) => ({ text: `${where(one)}: ${one.probe.name} ${outcome(one)}`, command: dig(one) })),
    ...e.direct.slice(0, 2).map((one) => ({
      text: `${where(one)}, asked directly from here: ${outcome(one)}`,
      command: dig(one),
    })),
    ...(e.flaw && e.given ? [{ text: `${placeIn(e.given, e.flaw)}: ${e.flaw.summary}` }] : []),
    ...(e.given ? [] : [{ text: 'the Corefile was not seen: give it with --corefile FILE' }]),
  ];
}

function directly(e: ZoneEvidence): string {
  const found = e.direct.filter(hasAddress);
  const [own] = found;
  if (own) return ` Asked directly, ${own.probe.server.address} gives ${outcome(own)}.`;
  const silent = e.direct.filter((one) => !answered(one));
  if (silent.length > 0) return ` ${listed(serversOf(silent))} cannot be asked from here.`;
  return '';
}

function told(e: ZoneEvidence): string {
  const lost = e.lost.map((one) => `${one.probe.server.address}: ${outcome(one)}`);
  return `${e.zone.probe} is not found (${[...new Set(lost)].slice(0, 4).join('; ')}), while names outside of the cluster are.`;
}

const breaks = (e: ZoneEvidence) => `every application in ${e.zone.zone} that users reach through the Publisher.`;

/** The block in one line, to be read; the command has it line by line. */
const oneLine = (block: string) => block.replace(/\s*\n\s*/g, ' ');

/** The block by hand for a file that has none, else the corrected file by the tool: both end in the same ConfigMap. */
function change(e: ZoneEvidence, summary: string, add: boolean): Remedy {
  const declared = declaredZone(e.zone);
  const lines = stubBlock(declared, e.given?.port ?? 53)
    .split('\n')
    .map((line) => `'${line}'`);
  const [patch, ...apply] = GUIDE.apply;
  const edit = add
    ? // The file may end without a line break.
      `printf '%s\\n' '' ${lines.join(' ')} >> Corefile`
    : `net-preflight coredns patch --corefile Corefile --zone ${e.zone.zone} --forward ${declared.forwarders.join(',')} > coredns.diff${patch ? ` && ${patch}` : ''}`;
  const asked = e.lost[0] ?? e.replies[0];
  return {
    summary,
    commands: [GUIDE.backup.join(' && '), edit, ...apply, ...GUIDE.rollout, GUIDE.logs, ...(asked ? [dig(asked)] : [])],
    docs: DOCS,
  };
}

const block = (e: ZoneEvidence) => oneLine(stubBlock(declaredZone(e.zone), e.given?.port ?? 53));

export const ROWS: readonly Row<ZoneEvidence>[] = [
  {
    fault: 'coredns-stub-misplaced',
    when: (e) => e.lost.length > 0 && e.flaw?.fault === 'coredns-stub-misplaced',
    say: (e) => ({
      ...gravity(e),
      summary: `the Corefile is not valid, so ${e.zone.zone} is not forwarded and the next restart of CoreDNS fails`,
      cause: `${told(e)} ${placeOf(e)}. The running CoreDNS keeps its previous configuration, in which the zone is not forwarded.${directly(e)}`,
      breaks: `${breaks(e)} And all cluster DNS, once a CoreDNS pod is restarted.`,
      remedy: change(
        e,
        `Write the block at the top level of the Corefile, beside the root block and not inside it: ${block(e)} Do not restart CoreDNS before.`,
        false,
      ),
      evidence: evidenceOf(e),
    }),
  },
  {
    fault: 'coredns-stub-wrong-suffix',
    when: (e) => e.lost.length > 0 && e.flaw?.fault === 'coredns-stub-wrong-suffix',
    say: (e) => ({
      ...gravity(e),
      summary: `the block that should forward ${e.zone.zone} does not match it`,
      cause: `${told(e)} ${placeOf(e)}.${directly(e)}`,
      breaks: breaks(e),
      remedy: change(
        e,
        `Name the zone plainly (no leading dot, no asterisk) and forward it to addresses: ${block(e)}.`,
        false,
      ),
      evidence: evidenceOf(e),
    }),
  },
  {
    fault: 'coredns-stub-missing',
    when: (e) => leaked(e).length > 0 || (e.lost.length > 0 && e.flaw?.fault === 'coredns-stub-missing'),
    say: (e) => {
      const [one] = leaked(e);
      const owner = one ? soaOwner(one) : null;
      const who = owner === null ? '' : ` The denial comes from ${owner === '.' ? 'the root of public DNS' : owner}.`;
      // The file is right, and nobody follows it.
      const stale = e.given !== null && e.flaw === null;
      const file = e.flaw
        ? ` ${placeOf(e)}.`
        : e.given
          ? ` ${e.given.name} forwards the zone, so the running CoreDNS does not follow that file: it was not reloaded, or is not the one that is read here.`
          : '';
      return {
        ...gravity(e),
        summary: stale
          ? `the running CoreDNS does not forward ${e.zone.zone}, although its Corefile says so`
          : `${e.zone.zone} is not forwarded to ${listed(holders(e))}: its names leak to public DNS`,
        cause: `${told(e)}${who}${directly(e)}${file}`,
        breaks: breaks(e),
        remedy: stale
          ? {
              summary: `Restart CoreDNS with the Corefile that forwards ${e.zone.zone}, and look into its log for a failed reload.`,
              commands: [...GUIDE.backup, GUIDE.logs, ...GUIDE.rollout, ...(one ? [dig(one)] : [])],
              docs: DOCS,
            }
          : change(
              e,
              `Add this server block to ${GUIDE.place}, beside the root block and not inside it: ${block(e)}.`,
              true,
            ),
        evidence: evidenceOf(e),
      };
    },
  },
  {
    fault: 'coredns-private-upstream-refuses',
    when: (e) => e.lost.length > 0,
    say: (e) => {
      const asked = e.given ? forwardedTo(e.given, e.zone) : [];
      const other = asked.length > 0 && !asked.some((text) => holders(e).includes(text.replace(/:53$/, '')));
      const to = asked.length > 0 ? asked : holders(e);
      const refused = e.lost.some((one) => one.rcode === 'REFUSED');
      const [slow] = e.lost;
      const manner = refused
        ? 'That is an access list.'
        : `Silence and a late SERVFAIL (${duration(slow?.durationMs ?? 0)}) mean that questions or answers are dropped on the way.`;
      return {
        ...gravity(e),
        summary: `${listed(to)} ${refused ? 'refuses' : 'does not answer'} CoreDNS about ${e.zone.zone}`,
        cause: `${told(e)} No public authority denied it, so the question does not leak; the servers of the zone see a node's or a CoreDNS pod's address and ${refused ? 'refuse it' : 'stay silent'}. ${manner}${directly(e)}${other ? ` The Corefile forwards the zone to ${asked.join(', ')}, which is not what was declared: ${holders(e).join(', ')}.` : ''}`,
        breaks: breaks(e),
        remedy: {
          summary: other
            ? `Forward ${e.zone.zone} to ${listed(holders(e))}: ${block(e)}.`
            : `Let the DNS servers ${listed(to)} answer the nodes' and the CoreDNS pods' networks (BIND: allow-query), and open UDP and TCP 53 between them.`,
          commands: [
            ...holders(e)
              .slice(0, 1)
              .map(
                (address) =>
                  `kubectl -n kube-system debug -it "$(kubectl -n kube-system get pod -l k8s-app=kube-dns -o name | head -1)" --image=busybox:1.36 -- nslookup ${e.zone.probe}. ${address}`,
              ),
            GUIDE.logs,
            ...(slow ? [dig(slow)] : []),
          ],
        },
        evidence: evidenceOf(e),
      };
    },
  },
];

function placeOf(e: ZoneEvidence): string {
  return e.flaw && e.given ? `${placeIn(e.given, e.flaw)}: ${e.flaw.summary}` : '';
}
