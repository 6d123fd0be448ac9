// Does this pod know a nameserver that can be there at all?

import type { Check, Conclusion, View } from '../model/check.ts';
import type { DnsObservation } from '../model/observation.ts';
import { isLoopback } from '../parse/ip.ts';
import { type Frame, faultsOf, judge, pass, type Row, unknown } from './conclude.ts';
import { answered, isSidecar, names, question, resolvers } from './scene.ts';

interface Evidence {
  /** Nothing to read, or why it could not be read. */
  readonly missing: string | null;
  readonly listed: readonly string[];
  readonly allLoopback: boolean;
  /** Ended questions to the loopback nameservers, none of them answered. */
  readonly dead: readonly DnsObservation[];
}

const FRAME: Frame = { check: 'dns-client', layer: 'dns-client', target: null, breaksWhat: ['resolver'] };

const ROWS: readonly Row<Evidence>[] = [
  {
    fault: 'dnsc-resolv-missing',
    when: (e) => e.missing !== null,
    say: (e) => ({
      status: 'fail',
      severity: 'critical',
      summary: 'this pod has no nameserver',
      cause: `${e.missing}. The C library then asks 127.0.0.1, where nothing listens.`,
      breaks: 'every lookup, so everything that is reached by name.',
      remedy: {
        summary: 'Set dnsPolicy: ClusterFirst in the pod template, or give dnsConfig.nameservers with dnsPolicy: None.',
        commands: ['kubectl get pod "$POD" -o jsonpath=\'{.spec.dnsPolicy} {.spec.dnsConfig}\''],
        docs: 'https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy',
      },
      evidence: [{ text: e.missing ?? '', command: 'cat /etc/resolv.conf' }],
    }),
  },
  {
    fault: 'dnsc-loopback-only',
    when: (e) => e.allLoopback && e.dead.length > 0,
    say: (e) => ({
      status: 'fail',
      severity: 'critical',
      summary: `resolv.conf lists only ${e.listed.join(', ')}, and nothing answers there`,
      cause: `The pod inherited the node's own loopback resolver: inside the pod's network nobody listens on ${e.listed.join(', ')} port 53 (${e.dead[0]?.failure?.code ?? 'no answer'}).`,
      breaks: 'every lookup; the local-dns sidecar finds no upstream and exits.',
      remedy: {
        summary:
          'Point the kubelet at the real resolver file, resolvConf: /run/systemd/resolve/resolv.conf, and use dnsPolicy: ClusterFirst.',
        commands: [
          'grep -n resolvConf /var/lib/kubelet/config.yaml',
          'kubectl get pod "$POD" -o jsonpath=\'{.spec.dnsPolicy} {.spec.hostNetwork}\'',
        ],
        docs: 'https://kubernetes.io/docs/tasks/administer-cluster/dns-debugging-resolution/#known-issues',
      },
      evidence: [
        { text: `nameservers: ${e.listed.join(', ')}`, command: 'cat /etc/resolv.conf' },
        ...e.dead.slice(0, 2).map((one) => ({
          text: `${one.probe.server.address}:53 ${one.failure?.code ?? 'no answer'}`,
          command: `dig @${one.probe.server.address} ${one.probe.name} +tries=1 +time=2`,
        })),
      ],
    }),
  },
];

export const dnsClient: Check = {
  id: 'dns-client',
  layer: 'dns-client',
  question: 'Does this pod know a nameserver that can be there?',
  depth: 'quick',
  faults: faultsOf(ROWS),
  plan: () => [],
  diagnose: (view) => [...judgeClient(view)],
};

function judgeClient(view: View): Conclusion[] {
  const servers = resolvers(view);
  const loopback = servers.filter((one) => isLoopback(one.address));
  const replies = loopback.flatMap((server) => names(view).map((host) => view.seen(question(server, host, 'A'))));
  const ended = replies.filter((one): one is DnsObservation => one !== undefined);
  const alive = ended.some(answered);
  const evidence: Evidence = {
    missing: missing(view),
    listed: servers.map((one) => one.address),
    allLoopback: !view.settings.resolvers && servers.length > 0 && loopback.length === servers.length,
    dead: alive ? [] : ended,
  };
  // A sidecar on 127.0.0.1 that starts after us is no fault.
  const sidecar = loopback.every((one) => isSidecar(view, one));
  if (evidence.allLoopback && evidence.dead.length > 0 && sidecar) {
    const frame = { ...FRAME, breaksWhat: [] };
    return [
      unknown(
        frame,
        `nothing listens on ${loopback[0]?.address}:53 yet: the DNS sidecar starts after this container`,
        true,
      ),
    ];
  }
  const found = judge(ROWS, evidence, FRAME);
  if (found) return [found];
  const frame = { ...FRAME, breaksWhat: [] };
  const where = view.settings.resolvers ? 'given by configuration' : '/etc/resolv.conf';
  return [pass(frame, `${servers.map((one) => one.address).join(', ')} from ${where}`)];
}

function missing(view: View): string | null {
  if (view.settings.resolvers) return null;
  const conf = view.facts.resolvConf;
  if (!conf.known) return `/etc/resolv.conf cannot be read (${conf.why})`;
  if (conf.value.nameservers.length === 0) return '/etc/resolv.conf has no nameserver line';
  return resolvers(view).length === 0
    ? `/etc/resolv.conf lists no address as nameserver (${conf.value.nameservers.slice(0, 3).join(', ')})`
    : null;
}
