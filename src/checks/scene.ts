// What the checks share: which names, nameservers and addresses this run is about. Derived from facts, settings and what was seen.

import type { View } from '../model/check.ts';
import type { DnsObservation } from '../model/observation.ts';
import type { DnsProbe, DnsType, HttpsProbe } from '../model/probe.ts';
import type { ControlHost, Endpoint, Target } from '../model/target.ts';
import { addressClass, isAddress, isLoopback } from '../parse/ip.ts';
import { bypassesProxy } from '../parse/no-proxy.ts';
import { parseProxyUrl } from '../parse/proxy-url.ts';
import { MAX_NAMESERVERS } from '../parse/resolv-conf.ts';

/** Addresses probed of one name: a GSLB answer has two to eight; more would only repeat them. */
const MAX_ADDRESSES = 16;

const DNS_PORT = 53;

/** The nameservers that the C library would use, as endpoints, each once. */
export function resolvers(view: View): readonly Endpoint[] {
  if (view.settings.resolvers) return view.settings.resolvers;
  const conf = view.facts.resolvConf;
  if (!conf.known) return [];
  // libc passes over a line that holds no address, and counts only the others.
  const listed = conf.value.nameservers.filter((one) => addressClass(one) !== null).slice(0, MAX_NAMESERVERS);
  return [...new Set(listed)].map((address) => ({ address, port: DNS_PORT }));
}

/** True when a DNS server is expected on the loopback only later: the sidecar starts after an init container. */
export function sidecarExpected(view: View): boolean {
  const mode = view.facts.networkingMode;
  return view.settings.dnsSidecar || (mode.known && mode.value === 'pod');
}

/** The sidecar's own place, where nobody may listen yet. systemd's 127.0.0.53 is never a sidecar. */
export function isSidecar(view: View, server: Endpoint): boolean {
  return sidecarExpected(view) && (server.address === '127.0.0.1' || server.address === '::1');
}

/** Where the pod's search list says that cluster names live. */
export function clusterDomain(view: View): string {
  if (view.settings.clusterDomain) return view.settings.clusterDomain;
  const conf = view.facts.resolvConf;
  const suffix = conf.known ? conf.value.search.find((one) => /^svc\./i.test(one)) : undefined;
  return suffix ? suffix.replace(/^svc\./i, '').replace(/\.$/, '') : 'cluster.local';
}

/** The name that every cluster's DNS answers without asking anybody else. */
export function clusterName(view: View): string {
  return `kubernetes.default.svc.${clusterDomain(view)}.`;
}

/** The proxy that HTTPS to this host goes through, or null. Only HTTPS can be proxied. */
export function proxyFor(view: View, target: Target): Endpoint | null {
  if (target.protocol !== 'https') return null;
  const fact = view.facts.proxy;
  if (!fact.known) return null;
  const url = fact.value.httpsProxy ?? fact.value.allProxy;
  if (!url || bypassesProxy(target.host, fact.value.noProxy)) return null;
  return parseProxyUrl(url)?.endpoint ?? null;
}

/** The names that must resolve here: of direct targets, and of the proxy. Each once. */
export function names(view: View): readonly string[] {
  const found = new Set<string>();
  for (const target of view.settings.targets) {
    const host = proxyFor(view, target)?.address ?? target.host;
    if (!isAddress(host)) found.add(host);
  }
  return [...found];
}

export function question(
  server: Endpoint,
  host: string,
  type: DnsType,
  transport: DnsProbe['transport'] = 'udp',
): DnsProbe {
  return { kind: 'dns', server, name: host.endsWith('.') ? host : `${host}.`, type, transport };
}

export function sameEndpoint(one: Endpoint, other: Endpoint): boolean {
  return one.address === other.address && one.port === other.port;
}

/** The A or AAAA answer as a client gets it: over UDP, and whole over TCP only where UDP was truncated (RFC 7766). */
export function reply(view: View, server: Endpoint, host: string, type: 'A' | 'AAAA'): DnsObservation | undefined {
  const udp = view.seen(question(server, host, type));
  return udp?.flags.includes('tc') ? (view.seen(question(server, host, type, 'tcp')) ?? udp) : udp;
}

/** All ended questions to one nameserver, as they were asked: the order in which answers came must not matter. */
export function askedAt(view: View, server: Endpoint): readonly DnsObservation[] {
  const key = ({ startedMs, probe }: DnsObservation) =>
    `${String(Math.round(startedMs * 1000)).padStart(12, '0')} ${probe.name} ${probe.type} ${probe.transport}`;
  return (
    view
      .all('dns')
      // What comes from anywhere else is no answer to a client.
      .filter((one) => sameEndpoint(one.probe.server, server) && one.probe.anySource === undefined)
      .sort((a, b) => (key(a) < key(b) ? -1 : 1))
  );
}

/** Something came back, whatever it says. */
export function answered(observation: DnsObservation | undefined): observation is DnsObservation {
  return observation !== undefined && observation.rcode !== null;
}

export function timedOut(observation: { failure: { code: string } | null } | undefined): boolean {
  return observation?.failure?.code === 'generic_timeout_error';
}

/** IPv6 can leave this pod: a global or unique local address, a default route, and not switched off. */
export function ipv6Usable(view: View): boolean {
  const state = view.facts.ipv6;
  return state.known && !state.value.disabled && state.value.globalAddress && state.value.defaultRoute;
}

/** The addresses of a host so far: a literal, the hosts file, every nameserver's answers, the C library's. Each once, in order. */
export function addressesOf(view: View, host: string): readonly string[] {
  if (isAddress(host)) return [host];
  const found = new Set<string>();
  const pinned = view.facts.hosts.known ? view.facts.hosts.value.filter((entry) => entry.names.includes(host)) : [];
  for (const entry of pinned) found.add(entry.address);
  // nsswitch puts the hosts file first: an application would not ask DNS at all.
  if (pinned.length === 0) {
    for (const server of resolvers(view)) {
      for (const type of ['A', 'AAAA'] as const) {
        if (type === 'AAAA' && !ipv6Usable(view)) continue;
        for (const record of reply(view, server, host, type)?.answers ?? [])
          if (record.type === type) found.add(record.data);
      }
    }
    const libc = view.seen({ kind: 'lookup', host });
    for (const address of libc?.addresses ?? []) if (!address.includes(':') || ipv6Usable(view)) found.add(address);
  }
  // 0.0.0.0 and 127.0.0.1 are what a filter answers: nothing is probed there.
  return [...found].filter((address) => !isSink(address)).slice(0, MAX_ADDRESSES);
}

export function isSink(address: string): boolean {
  return isLoopback(address) || address.startsWith('0.');
}

/** Is the name's resolution still under way anywhere? */
export function resolving(view: View, host: string): boolean {
  return resolvers(view).some((server) => view.waitingMs(question(server, host, 'A')) !== null);
}

/** What a finding about HTTPS to this target rests on: a way to names, to the host, and through the proxy where there is one. */
export function pathNeeds(view: View, target: Target): readonly string[] {
  const proxy = proxyFor(view, target);
  const names = proxy ? [`name:${proxy.address}`, `proxy:${target.host}`] : [`name:${target.host}`];
  return ['resolver', 'names', ...names, `tcp:${target.host}`];
}

export function httpsProbe(target: Target, address: string | null, proxy: Endpoint | null): HttpsProbe {
  return { kind: 'https', host: target.host, address, port: target.port, path: target.path ?? '/', proxy };
}

/** The HTTPS probes of a target as far as its (or its proxy's) addresses are known. */
export function httpsProbes(view: View, target: Target): readonly HttpsProbe[] {
  const proxy = proxyFor(view, target);
  if (!proxy) return addressesOf(view, target.host).map((address) => httpsProbe(target, address, null));
  return addressesOf(view, proxy.address)
    .slice(0, 1)
    .map((address) => httpsProbe(target, null, { address, port: proxy.port }));
}

/** A control host's page: to compare certificates and clocks. */
export function controlProbe(control: ControlHost): HttpsProbe {
  return { kind: 'https', host: control.host, address: control.address, port: control.port, path: '/', proxy: null };
}

export function targetsOf(view: View, protocol: Target['protocol']): readonly Target[] {
  return view.settings.targets.filter((target) => target.protocol === protocol);
}
