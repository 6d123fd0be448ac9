// Which layer can explain which: the causal order of the layers, as data.
//
// An edge says only that trouble in the one layer can show up in the other. Whether it did is a matter of evidence
// (same name, same address, same path), which the judge of two findings has to bring along.

import type { Layer } from '../model/layer.ts';

/**
 * Direct edges, from cause to effect; `explains` follows them transitively.
 * - `proxy` stands beside `tcp`: neither explains the other, both need names and both carry what comes after.
 * - `mtu` needs a connection to be measured, and large packets that vanish show up as a hanging TLS or DTLS handshake.
 * - `tcp` leads to `udp` through `mtu`: where nothing leaves at all, a silent stitcher is no finding of its own.
 * - `egress` comes before the connections: exhausted ports, a full connection table or dropped replies look like
 *   timeouts there, and an unexpected public address looks like a refusal by the tenant.
 * - `upgrade` speaks of cluster state and has no edge.
 */
export const LAYER_EDGES: Readonly<Record<Layer, readonly Layer[]>> = {
  environment: ['dns-client'],
  'dns-client': ['dns-path'],
  'dns-path': ['dns-server'],
  'dns-server': ['dns-content'],
  'dns-content': ['egress', 'tcp', 'proxy', 'udp', 'mtu'],
  egress: ['tcp', 'proxy', 'udp'],
  tcp: ['tls', 'mtu'],
  proxy: ['tls', 'udp'],
  mtu: ['tls', 'udp'],
  tls: ['http'],
  http: [],
  udp: [],
  upgrade: [],
};

/** Can trouble in `earlier` be the reason for trouble in `later`? A layer does not explain itself. */
export function explains(earlier: Layer, later: Layer): boolean {
  return LAYER_EDGES[earlier].some((next) => next === later || explains(next, later));
}

/** Short words for a line of a report. The four DNS layers share one. */
export const LAYER_TITLES: Readonly<Record<Layer, string>> = {
  environment: 'environment',
  'dns-client': 'dns',
  'dns-path': 'dns',
  'dns-server': 'dns',
  'dns-content': 'dns',
  tcp: 'tcp',
  tls: 'tls',
  http: 'http',
  proxy: 'proxy',
  udp: 'dtls',
  mtu: 'mtu',
  egress: 'egress',
  upgrade: 'upgrade',
};

/** One sentence for each layer. */
export const LAYER_DESCRIPTIONS: Readonly<Record<Layer, string>> = {
  environment: 'What the pod itself has and may do: devices, capabilities, files, kernel, CPU.',
  'dns-client': 'How the pod is told to resolve names: nameservers, search list, options.',
  'dns-path': 'Whether queries and replies travel between the pod and its resolver.',
  'dns-server': "What the cluster's DNS server does with a question: its configuration and its upstreams.",
  'dns-content': 'Whether the answer that arrived is the right one.',
  tcp: 'Whether TCP connections are established.',
  tls: 'Whether the TLS handshake completes with the genuine server.',
  http: "What the tenant's API, or somebody in its place, answers to a request.",
  proxy: 'Whether an HTTP proxy is found, reached and used as intended.',
  udp: 'Whether UDP reaches the stitchers and DTLS completes its first flights.',
  mtu: 'Whether large packets pass in both directions.',
  egress: 'Which public address the pod is seen with, and whether NAT and connection tracking hold up.',
  upgrade: 'Whether the state of the cluster, its releases and the tenant allows the planned change.',
};
