// The test hosts: namespaces, the wires between them, addresses, routes and the packet filter that faults are put into.
//
//   pod ── gw (node, firewall, NAT) ── inet (the internet)
//   dns ──┤                            No default route leads out: inet's ends in a black hole.
//   corp ─┘

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CLUSTER,
  CONTROLS,
  CORP,
  DTLS_POOLS,
  EGRESS,
  HOSTS,
  type Host,
  POD,
  PUBLIC_DNS,
  RESOLV_CONF,
  SERVICE_ADDRESS,
  STITCHERS,
  TENANT,
} from './layout.ts';
import { mustRun } from './processes.ts';
import { type LabState, saveState } from './state.ts';

/** Where a fault's rules go. Each is a chain of its own in every host, empty in a healthy world. */
export const FAULT_CHAINS = ['faults_input', 'faults_forward', 'faults_output', 'faults_prerouting'] as const;
export type FaultChain = (typeof FAULT_CHAINS)[number];

export type Namespaces = Readonly<Record<Host, string>>;

export function namespaceNames(suffix: string): Namespaces {
  return Object.fromEntries(HOSTS.map((host) => [host, `npf-${suffix}-${host}`])) as Record<Host, string>;
}

const WIRES: readonly { readonly near: [Host, string]; readonly far: [Host, string] }[] = [
  { near: ['pod', 'eth0'], far: ['gw', 'p0'] },
  { near: ['dns', 'eth0'], far: ['gw', 'd0'] },
  { near: ['corp', 'eth0'], far: ['gw', 'c0'] },
  { near: ['inet', 'i0'], far: ['gw', 'i0'] },
];

function hostCommands(host: Host): string[] {
  const up = (device: string): string => `link set ${device} up`;
  switch (host) {
    case 'pod':
      return [`addr add ${POD.address}/24 dev eth0`, up('lo'), up('eth0'), `route add default via ${POD.gateway}`];
    case 'dns':
      return [`addr add ${CLUSTER.dnsPod}/24 dev eth0`, up('lo'), up('eth0'), 'route add default via 10.244.2.1'];
    case 'corp': {
      const addresses = [CORP.privateDns, CORP.proxy, CORP.api, CORP.resolver];
      return [
        ...addresses.map((address) => `addr add ${address}/24 dev eth0`),
        up('lo'),
        up('eth0'),
        `route add default via ${CORP.gateway} src ${CORP.resolver}`,
      ];
    }
    case 'gw':
      return [
        `addr add ${POD.gateway}/24 dev p0`,
        'addr add 10.244.2.1/24 dev d0',
        `addr add ${CORP.gateway}/24 dev c0`,
        `addr add ${EGRESS.node}/${EGRESS.prefix} dev i0`,
        ...['lo', 'p0', 'd0', 'c0', 'i0'].map(up),
        `route add default via ${EGRESS.peer}`,
      ];
    case 'inet': {
      const addresses = [
        ...TENANT.addresses,
        SERVICE_ADDRESS,
        ...STITCHERS.flatMap((stitcher) => [...stitcher.addresses]),
        ...[...CONTROLS.https, ...CONTROLS.stun, ...CONTROLS.quic].map((control) => control.address),
        ...Object.values(PUBLIC_DNS),
      ];
      return [
        `addr add ${EGRESS.peer}/${EGRESS.prefix} dev i0`,
        ...addresses.map((address) => `addr add ${address}/32 dev i0`),
        up('lo'),
        up('i0'),
        'route add blackhole default',
      ];
    }
  }
}

function ruleset(host: Host): string {
  const prerouting = host === 'gw' ? clusterServices() : host === 'inet' ? dtlsPools() : [];
  const postrouting = host === 'gw' ? ['oifname "i0" masquerade'] : [];
  const lines = [
    'table ip lab {',
    // Flows that a rule has met before: a rule can treat the first datagram of each flow apart.
    'set seen {\ntype inet_service . ipv4_addr; flags dynamic; size 65535; timeout 1h;\n}',
    ...FAULT_CHAINS.map((chain) => `chain ${chain} {\n}`),
    'chain input {\ntype filter hook input priority 0; policy accept;\njump faults_input\n}',
    'chain forward {\ntype filter hook forward priority 0; policy accept;\njump faults_forward\n}',
    'chain output {\ntype filter hook output priority 0; policy accept;\njump faults_output\n}',
    `chain prerouting {\ntype nat hook prerouting priority -100;\njump faults_prerouting\n${prerouting.join('\n')}\n}`,
    `chain postrouting {\ntype nat hook postrouting priority 100;\n${postrouting.join('\n')}\n}`,
    '}',
  ];
  return `${lines.join('\n')}\n`;
}

/** What kube-proxy does on a node. */
function clusterServices(): string[] {
  return [
    `ip daddr ${CLUSTER.dnsService} udp dport 53 dnat to ${CLUSTER.dnsPod}`,
    `ip daddr ${CLUSTER.dnsService} tcp dport 53 dnat to ${CLUSTER.dnsPod}`,
    `ip daddr ${CLUSTER.apiService} tcp dport 443 dnat to ${CORP.api}:${CLUSTER.apiPort}`,
  ];
}

/** Both addresses of the second stitcher are load balancers, one over OpenSSL servers, one over GnuTLS servers. */
function dtlsPools(): string[] {
  const [openssl, gnutls] = STITCHERS[1].addresses;
  return [
    `ip daddr ${openssl} udp dport 443 ${poolRule('openssl')}`,
    `ip daddr ${gnutls} udp dport 443 ${poolRule('gnutls')}`,
  ];
}

/** Round robin, one step per new flow: numgen inc is deterministic. */
export function poolRule(pool: keyof typeof DTLS_POOLS): string {
  const { firstPort, size } = DTLS_POOLS[pool];
  const entries = Array.from({ length: size }, (_, index) => `${index} : ${firstPort + index}`);
  // A pool listens on the wildcard address and answers from the interface's first one.
  return `dnat to ${EGRESS.peer} : numgen inc mod ${size} map { ${entries.join(', ')} }`;
}

/** Makes all hosts. Everything made is written to the state before it exists. */
export async function makeHosts(state: LabState, names: Namespaces, directory: string): Promise<void> {
  state.namespaces = Object.values(names);
  state.directories.push(...Object.values(names).map((name) => join('/etc/netns', name)));
  saveState(state);
  const podFiles = join('/etc/netns', names.pod);
  mkdirSync(podFiles, { recursive: true, mode: 0o755 });
  writeFileSync(join(podFiles, 'resolv.conf'), RESOLV_CONF);
  writeFileSync(join(podFiles, 'hosts'), `127.0.0.1\tlocalhost\n${POD.address}\tnpa-0\n`);
  for (const host of HOSTS) {
    if (host === 'pod') continue;
    // The servers' hosts see no resolver at all, so that none of them asks this machine's.
    mkdirSync(join('/etc/netns', names[host]), { recursive: true, mode: 0o755 });
    writeFileSync(join('/etc/netns', names[host], 'resolv.conf'), host === 'gw' ? `nameserver ${CORP.resolver}\n` : '');
  }
  const wiring = [
    ...HOSTS.map((host) => `netns add ${names[host]}`),
    ...WIRES.map(
      ({ near, far }) =>
        `link add ${near[1]} netns ${names[near[0]]} type veth peer name ${far[1]} netns ${names[far[0]]}`,
    ),
  ];
  await mustRun('ip', ['-batch', '-'], { input: `${wiring.join('\n')}\n` });
  await Promise.all(HOSTS.map((host) => configureHost(host, names[host], directory)));
}

async function configureHost(host: Host, namespace: string, directory: string): Promise<void> {
  const rules = join(directory, `${host}.nft`);
  const commands = join(directory, `${host}.ip`);
  writeFileSync(rules, ruleset(host));
  writeFileSync(commands, `${hostCommands(host).join('\n')}\n`);
  const sysctls = [
    // An IPv4-only pod network, as most clusters have. Also spares the wait for duplicate address detection.
    'echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6',
    'echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6',
    ...(host === 'gw' ? ['echo 1 > /proc/sys/net/ipv4/ip_forward'] : []),
    // Bind to addresses while they are being added.
    'echo 1 > /proc/sys/net/ipv4/ip_nonlocal_bind',
  ];
  const script = `set -e\n${sysctls.join('\n')}\nip -batch ${commands}\nnft -f ${rules}\n`;
  await mustRun('ip', ['netns', 'exec', namespace, 'sh', '-c', script]);
}

/** Empties the fault chains of a host, in one transaction. */
export async function flushFaultChains(namespace: string): Promise<void> {
  const input = [...FAULT_CHAINS.map((chain) => `flush chain ip lab ${chain}`), 'flush set ip lab seen'].join('\n');
  await mustRun('ip', ['netns', 'exec', namespace, 'nft', '-f', '-'], { input: `${input}\n` });
}

export async function addFaultRules(namespace: string, chain: FaultChain, rules: readonly string[]): Promise<void> {
  const input = rules.map((rule) => `add rule ip lab ${chain} ${rule}`).join('\n');
  await mustRun('ip', ['netns', 'exec', namespace, 'nft', '-f', '-'], { input: `${input}\n` });
}
