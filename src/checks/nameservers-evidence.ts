// What else could answer: the cluster's DNS Service beside the nameservers of resolv.conf, and those that libc never reads.

import type { View } from '../model/check.ts';
import type { DnsObservation, TcpObservation } from '../model/observation.ts';
import type { Probe } from '../model/probe.ts';
import type { Endpoint } from '../model/target.ts';
import { addressClass, inRanges, isLoopback } from '../parse/ip.ts';
import { MAX_NAMESERVERS } from '../parse/resolv-conf.ts';
import { answered, clusterName, names, question, resolvers } from './scene.ts';

const DNS_PORT = 53;

/** More lines than these are not worth a datagram each. */
const MAX_IGNORED_ASKED = 3;

/** Cloud providers answer DNS and metadata in this corner of the link-local range; it is no cache of this cluster. */
const CLOUD_LINK_LOCAL = ['169.254.169.0/24'];

/** A cache on the node: NodeLocal DNSCache (169.254.20.10, 169.254.25.10), AKS LocalDNS (169.254.10.10 and .11). */
export function isNodeCache(address: string): boolean {
  return addressClass(address) === 'link-local' && !inRanges(address, CLOUD_LINK_LOCAL);
}

/** The nameserver lines that libc does not read. */
export function ignoredServers(view: View): readonly Endpoint[] {
  const conf = view.facts.resolvConf;
  if (!conf.known || view.settings.resolvers) return [];
  const usable = conf.value.nameservers.filter((one) => addressClass(one) !== null);
  const read = usable.slice(0, MAX_NAMESERVERS);
  const rest = usable.slice(MAX_NAMESERVERS).filter((one) => !read.includes(one));
  return [...new Set(rest)].map((address) => ({ address, port: DNS_PORT }));
}

/**
 * Where the cluster's DNS Service is: as declared; else the tenth address of the Service range, whose first is the API
 * server's. kubeadm (GetDNSIP), k3s, EKS, AKS and OpenShift all do so. A guess, until it proves itself by its answer.
 */
export function clusterDns(view: View): { readonly server: Endpoint; readonly declared: boolean } | null {
  const { clusterDns: address } = view.settings;
  if (address !== undefined) return { server: { address, port: DNS_PORT }, declared: true };
  const api = view.facts.apiServer;
  if (!api.known) return null;
  const tenth = /^(\d+\.\d+\.\d+\.)1$/.exec(api.value.address)?.[1] ?? null;
  if (tenth !== null) return { server: { address: `${tenth}10`, port: DNS_PORT }, declared: false };
  const six = /^([0-9a-f:]+::)1$/i.exec(api.value.address)?.[1] ?? null;
  return six === null ? null : { server: { address: `${six}a`, port: DNS_PORT }, declared: false };
}

/** Might this be the address of a Service? Without declared ranges: beside the API server's. */
export function isServiceAddress(view: View, address: string): boolean {
  const declared = view.settings.serviceCidrs;
  if (declared) return inRanges(address, declared);
  const dns = clusterDns(view);
  if (dns?.server.address === address) return true;
  const api = view.facts.apiServer;
  // A Service range is a /12 to /20 in practice; two addresses in one /16 are taken for neighbours.
  return api.known && !api.value.address.includes(':') && inRanges(address, [`${api.value.address}/16`]);
}

export interface Elsewhere {
  /** The cluster's DNS Service, at an address that resolv.conf does not name, has answered for the cluster. */
  readonly clusterDns: DnsObservation | null;
  readonly apiServer: TcpObservation | null;
  /** A nameserver line beyond the third that answers. */
  readonly ignored: readonly DnsObservation[];
  /** The cluster's DNS Service is where resolv.conf says. */
  readonly serviceAddress: boolean;
}

/** Asked when a nameserver is in doubt. */
export function elsewhereProbes(view: View): readonly Probe[] {
  const host = names(view)[0];
  const doubtful = resolvers(view).some((server) => {
    if (host === undefined || isLoopback(server.address)) return false;
    const first = question(server, host, 'A');
    const seen = view.seen(first);
    return view.suspect(first) || (seen !== undefined && !answered(seen));
  });
  if (!doubtful || host === undefined || view.settings.resolvers) return [];
  const dns = clusterDns(view);
  const probes: Probe[] = ignoredServers(view)
    .slice(0, MAX_IGNORED_ASKED)
    .map((server) => question(server, host, 'A'));
  if (dns && !resolvers(view).some((one) => one.address === dns.server.address))
    probes.push(question(dns.server, clusterName(view), 'A'));
  if (view.facts.apiServer.known) probes.push({ kind: 'tcp', ...view.facts.apiServer.value });
  return probes;
}

export function elsewhere(view: View, server: Endpoint): Elsewhere {
  const api = view.facts.apiServer;
  const host = names(view)[0] ?? '.';
  return {
    clusterDns: clusterDnsAnswer(view),
    apiServer: api.known ? (view.seen({ kind: 'tcp', ...api.value }) ?? null) : null,
    ignored: ignoredServers(view)
      .map((one) => view.seen(question(one, host, 'A')))
      .filter(answered),
    serviceAddress: isServiceAddress(view, server.address),
  };
}

// Declared: any answer is one. Guessed: it must know where the API server is, which only this cluster's DNS does.
function clusterDnsAnswer(view: View): DnsObservation | null {
  const dns = clusterDns(view);
  if (!dns) return null;
  const seen = view.seen(question(dns.server, clusterName(view), 'A'));
  if (!answered(seen)) return null;
  const api = view.facts.apiServer;
  const proven = api.known && seen.answers.some((record) => record.data === api.value.address);
  return dns.declared || proven ? seen : null;
}
