// What a firewall or network team without access to the cluster needs: who asks for what, from where to where, why, and when it was seen.

import type { Finding } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import type { TargetRef } from '../model/target.ts';
import { distinct } from './fold.ts';
import { type Ink, inkFor, type RenderOptions } from './ink.ts';

const TEXT_LENGTH = 800;
/** Forty hosts with four addresses each: a list that a person can still put into a rule. */
const PLACES_LENGTH = 6000;
const HOSTS = 40;
const ADDRESSES = 16;

/** One request for each root cause, an empty line between. Lines are not wrapped: ticket systems do that. */
export function renderTicket(report: Report, options: RenderOptions): string {
  const ink = inkFor({ ...options, color: false });
  const causes = report.rootCauses.filter(({ waived }) => waived === undefined);
  const open = causes.some(({ status }) => status === 'fail')
    ? causes.filter(({ status }) => status === 'fail')
    : causes;
  if (open.length === 0) return `Nothing to ask for: ${ink.clean(report.headline)} (${report.verdict})\n`;
  return `${open.map((root) => request(root, report, ink).join('\n')).join('\n\n')}\n`;
}

function request(root: Finding, report: Report, ink: Ink): string[] {
  const { metadata } = report;
  const seen = root.evidence.map(({ text, command }) => (command === undefined ? text : `${command}: ${text}`));
  const fields: [string, string][] = [
    ['Request', root.remedy?.summary ?? root.summary],
    ['From', source(report)],
    ['To', destination(root, report)],
    ['Why', root.breaks === undefined ? '' : `Breaks ${root.breaks}`],
    ['Cause', root.cause ?? root.summary],
    ['Seen', `${metadata.startedAt} to ${metadata.finishedAt}`],
    ...seen.slice(0, 6).map((text): [string, string] => ['Test', text]),
    [
      'Fault',
      [root.fault ?? 'cause not determined', `layer ${root.layer}`, `net-preflight ${metadata.version}`].join(', '),
    ],
  ];
  return fields
    .filter(([, text]) => text !== '')
    .map(([label, text]) => `${`${label}:`.padEnd(9)}${ink.clean(text, label === 'To' ? PLACES_LENGTH : TEXT_LENGTH)}`);
}

/** `203.0.113.7 (NAT of pod npa-publisher/npa-0, 10.244.1.10, node-3)`; without a mapped address the pod's own. */
function source({ vantage, observations }: Report): string {
  const mapped = distinct(
    observations.map((seen) => ('mapped' in seen && seen.mapped !== null ? seen.mapped.address : undefined)),
  );
  const pod = [vantage.namespace, vantage.pod].filter(Boolean).join('/');
  const inside = [pod === '' ? '' : `pod ${pod}`, vantage.addresses.slice(0, 4).join(' '), vantage.node ?? '']
    .filter(Boolean)
    .join(', ');
  if (mapped.length === 0) return inside;
  return inside === '' ? mapped.join(', ') : `${mapped.join(', ')} (NAT of ${inside})`;
}

/** The addresses of the finding and of all that it explains, with their names and port. */
function destination(root: Finding, report: Report): string {
  // A check that was skipped because of it asked nobody: its targets are no destination of this fault.
  const own = report.findings.filter(
    ({ fault, causedBy, status, check }) =>
      check === root.check &&
      status !== 'skip' &&
      root.fault !== undefined &&
      (fault === root.fault || causedBy === root.fault),
  );
  const found = [root, ...own].flatMap(({ target }) => (target ? [target] : []));
  // A finding may speak for many addresses without naming one: then those are meant that were asked in vain.
  const targets = found.some(({ address }) => address) ? found : [...askedInVain(root, report), ...found];
  const hosts = distinct(targets.map(({ host }) => host));
  const places = hosts.slice(0, HOSTS).map((host) => {
    const mine = targets.filter((target) => target.host === host);
    const ports = distinct(
      mine.map(({ protocol, port }) =>
        `${protocol === 'dtls' ? 'UDP' : protocol === 'dns' ? 'DNS' : 'TCP'} ${port ?? ''}`.trim(),
      ),
    );
    const addresses = distinct(mine.map(({ address }) => address)).filter((address) => address !== host);
    return `${addresses.length === 0 ? host : `${some(addresses)} (${host})`} ${ports.join(', ')}`;
  });
  return [...places, ...(hosts.length > HOSTS ? [`and ${hosts.length - HOSTS} more hosts`] : [])].join('; ');
}

function askedInVain({ target }: Finding, { observations }: Report): TargetRef[] {
  return observations.flatMap(({ probe, failure }) => {
    if (!target || failure === null || (probe.kind !== 'dtls' && probe.kind !== 'https')) return [];
    if (probe.kind !== target.protocol || probe.address === null) return [];
    const { host, address, port } = probe;
    return [{ host, address, port, protocol: probe.kind, role: target.role }];
  });
}

/** Written out in full: what is typed into a rule must not be guessed. */
function some(addresses: readonly string[]): string {
  const left = addresses.length - ADDRESSES;
  return addresses.slice(0, ADDRESSES).join(', ') + (left > 0 ? ` and ${left} more` : '');
}
