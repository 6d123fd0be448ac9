// Do the nameservers of resolv.conf that libc reads work, and are they the right ones for this pod?

import type { Check, Conclusion, View } from '../model/check.ts';
import type { Probe } from '../model/probe.ts';
import type { Endpoint } from '../model/target.ts';
import { count, type Frame, faultsOf, judge, pass } from './conclude.ts';
import {
  clusterDns,
  elsewhere,
  elsewhereProbes,
  ignoredServers,
  isNodeCache,
  isServiceAddress,
} from './nameservers-evidence.ts';
import { type NameserversEvidence, ROWS } from './nameservers-rows.ts';
import { answered, askedAt, clusterName, isSidecar, names, question, resolvers } from './scene.ts';

/** The one server that answers in place of a silent one is asked by UDP; longer than this it is no better. */
const PATIENCE_MS = 1_500;

export const nameservers: Check = {
  id: 'nameservers',
  layer: 'dns-client',
  question: 'Are the nameservers that libc reads alive, and the right ones?',
  depth: 'quick',
  faults: faultsOf(ROWS),
  plan,
  enough: (view) =>
    elsewhereProbes(view).filter((probe) => probe.kind === 'dns' && (view.waitingMs(probe) ?? 0) >= PATIENCE_MS),
  diagnose,
};

function plan(view: View): Probe[] {
  const probes = [...elsewhereProbes(view)];
  const first = resolvers(view)[0];
  if (!first || view.settings.depth === 'quick' || !onNodeNetwork(view) || hasClusterSearch(view)) return probes;
  // A pod on the node's network without the cluster's search list: does its nameserver know the cluster at all?
  const asked = question(first, clusterName(view), 'A');
  probes.push(asked);
  const dns = clusterDns(view);
  const unknown = view.seen(asked)?.rcode === 'NXDOMAIN';
  if (unknown && dns && !resolvers(view).some((one) => one.address === dns.server.address))
    probes.push(question(dns.server, clusterName(view), 'A'));
  return probes;
}

function onNodeNetwork(view: View): boolean {
  const { hostNetwork, identity } = view.facts;
  return hostNetwork?.known === true && hostNetwork.value && identity.known && identity.value.inPod;
}

function hasClusterSearch(view: View): boolean {
  const conf = view.facts.resolvConf;
  return conf.known && conf.value.search.some((suffix) => /^svc\.|\.svc\./i.test(suffix));
}

/** Asked, ended, and nothing came back by either way. */
function isDead(view: View, server: Endpoint): boolean {
  const asked = askedAt(view, server);
  const sent = asked.filter((one) => one.failure?.code !== 'operation_not_permitted');
  return asked.length > 0 && sent.length === asked.length && !asked.some(answered);
}

function diagnose(view: View): Conclusion[] {
  const servers = resolvers(view);
  const conf = view.facts.resolvConf;
  const [first] = servers;
  const host = names(view)[0];
  if (view.settings.resolvers || !conf.known || !first || host === undefined) return [];
  const dead = servers.filter((one) => isDead(view, one) && !isSidecar(view, one));
  const alive = servers.filter((one) => askedAt(view, one).some(answered));
  const cluster = view.seen(question(first, clusterName(view), 'A'));
  const mode = view.facts.networkingMode;
  const evidence: NameserversEvidence = {
    conf: conf.value,
    host,
    servers,
    dead,
    alive,
    deadReplies: dead.flatMap((one) => askedAt(view, one)),
    aliveReply: alive.flatMap((one) => askedAt(view, one)).find(answered) ?? null,
    ignored: ignoredServers(view),
    elsewhere: elsewhere(view, first),
    serviceAddresses: dead.filter((one) => isServiceAddress(view, one.address)),
    nodeCache: isNodeCache(first.address),
    mode: mode.known ? mode.value : null,
    sidecarTakesFirst: takesFirst(view),
    clusterMissing: onNodeNetwork(view) && !hasClusterSearch(view) && cluster?.rcode === 'NXDOMAIN' ? cluster : null,
    interfaces: view.facts.interfaces.known ? view.facts.interfaces.value.map((one) => one.name) : [],
  };
  const everywhere = dead.length === servers.length;
  const frame: Frame = {
    check: 'nameservers',
    layer: 'dns-client',
    target: null,
    breaksWhat: everywhere ? ['resolver'] : dead.map((one) => `nameserver:${one.address}`),
  };
  const found = judge(ROWS, evidence, frame);
  if (found) return [found];
  const healthy = { ...frame, breaksWhat: [] };
  // What else is wrong with a dead nameserver is no matter of the list: dns-path says it.
  if (dead.includes(first)) return [];
  const ignored = evidence.ignored.length;
  const note = ignored > 0 ? `; ${count(ignored, 'further line')} that libc never reads` : '';
  return [pass(healthy, `${count(servers.length, 'nameserver')}, the first answers${note}`)];
}

/** In pod mode, the chart's default, the local-dns sidecar takes the first nameserver that is no loopback, and no other. */
export function takesFirst(view: View): boolean {
  const mode = view.facts.networkingMode;
  return mode.known ? mode.value === 'pod' : view.settings.profile === 'netskope-publisher';
}
