// Every flag as data: the command line, the environment, `config view`, completion and the documentation are made from this table.

import { ADDRESS_POLICIES, REQUIREMENTS } from '../model/target.ts';
import { DEPTHS } from '../model/verdict.ts';
import { parseCidr } from '../parse/cidr.ts';
import { parseDuration } from '../parse/duration.ts';
import { parseAddress } from '../parse/host-port.ts';
import {
  type FlagReading,
  list,
  listOfMaps,
  one,
  outputs,
  path,
  readPrivateZone,
  readReroute,
  readTarget,
  readWaiver,
  reroutes,
  switched,
  threshold,
  whole,
} from './flag-values.ts';
import { PROFILE_IDS } from './profiles/index.ts';
import { oneOf, readDomain, readResolver, readStitcher, readSuffix, readTenant, readVariableName } from './values.ts';

/** `config`: wherever a configuration is read. `output`: wherever a report is printed. `gate`: the gate only. */
export type FlagGroup = 'config' | 'output' | 'gate';

export interface Flag {
  /** Without hyphens: `stitcher`, `no-system-lookup`. */
  readonly name: string;
  readonly short?: string;
  /** As shown in help; null: a switch. */
  readonly argument: string | null;
  readonly repeatable?: true;
  /** The words it accepts, for completion. */
  readonly words?: readonly string[];
  readonly takesFile?: true;
  readonly description: string;
  readonly env: string | null;
  /** The part of the spec that it sets; null when it is no part of it. */
  readonly path: string | null;
  readonly group: FlagGroup;
  readonly read: (texts: readonly string[]) => FlagReading;
}

export const OUTPUT_FORMATS = [
  'table',
  'wide',
  'json',
  'yaml',
  'junit',
  'prometheus',
  'ticket',
  'termination',
] as const;

const shortcut = (depth: (typeof DEPTHS)[number], description: string): Flag => ({
  name: depth,
  argument: null,
  description,
  env: null,
  path: 'depth',
  group: 'config',
  read: () => ({ value: depth, mistakes: [] }),
});

const LIBCS = ['glibc', 'musl', 'unknown'] as const;
const PHASES = ['init', 'running'] as const;

const config = { group: 'config' } as const;
const gate = { group: 'gate' } as const;

// biome-ignore format: a table is read by its columns
export const FLAGS: readonly Flag[] = [
  { ...config, name: 'tenant', argument: 'NAME', description: 'the tenant (acme), or its whole host', env: 'NET_PREFLIGHT_TENANT', path: 'tenant', read: one(readTenant) },
  { ...config, name: 'suffix', argument: 'DOMAIN', description: "the tenant's domain (eu.goskope.com)", env: 'NET_PREFLIGHT_SUFFIX', path: 'suffix', read: one(readSuffix) },
  { ...config, name: 'stitcher', argument: 'HOST,...', repeatable: true, description: 'the stitchers, HOST or HOST:PORT', env: 'NET_PREFLIGHT_STITCHERS', path: 'stitchers', read: list(readStitcher) },
  { ...config, name: 'target', argument: 'PROTO://HOST:PORT', repeatable: true, description: 'a further target: https, dtls, tcp, udp or dns', env: 'NET_PREFLIGHT_TARGETS', path: 'targets', read: listOfMaps(readTarget, /[\s,]+(?=[a-z]+:\/\/)/i) },
  { ...config, name: 'profile', argument: 'NAME', words: PROFILE_IDS, description: 'the endpoint list', env: 'NET_PREFLIGHT_PROFILE', path: 'profile', read: one(oneOf(PROFILE_IDS)) },
  { ...config, name: 'config', short: 'f', argument: 'FILE', repeatable: true, takesFile: true, description: 'a PreflightConfig file, - for stdin; later ones win', env: 'NET_PREFLIGHT_CONFIG', path: null, read: list(path) },
  { ...config, name: 'depth', argument: 'DEPTH', words: DEPTHS, description: 'how much is measured', env: 'NET_PREFLIGHT_DEPTH', path: 'depth', read: one(oneOf(DEPTHS)) },
  shortcut('quick', 'same as --depth quick: what a gate needs'),
  shortcut('standard', 'same as --depth standard'),
  shortcut('deep', 'same as --depth deep: up to two minutes'),
  { ...config, name: 'resolver', argument: 'ADDRESS,...', repeatable: true, description: 'ask these DNS servers instead of those in resolv.conf, ADDRESS or ADDRESS:PORT', env: 'NET_PREFLIGHT_RESOLVERS', path: 'resolvers', read: list(readResolver) },
  { ...config, name: 'no-system-lookup', argument: null, description: 'do not ask the C library (getaddrinfo)', env: 'NET_PREFLIGHT_SYSTEM_LOOKUP', path: 'systemLookup', read: switched },
  { ...config, name: 'cluster-domain', argument: 'DOMAIN', description: 'the cluster domain (cluster.local)', env: 'NET_PREFLIGHT_CLUSTER_DOMAIN', path: 'clusterDomain', read: one(readDomain) },
  { ...config, name: 'dns-sidecar', argument: null, description: 'a DNS sidecar will listen on 127.0.0.1:53', env: 'NET_PREFLIGHT_DNS_SIDECAR', path: 'dnsSidecar', read: switched },
  { ...config, name: 'cluster-dns', argument: 'ADDRESS', description: "the ClusterIP of the cluster's DNS Service (10.96.0.10)", env: 'NET_PREFLIGHT_CLUSTER_DNS', path: 'clusterDns', read: one(parseAddress) },
  { ...config, name: 'service-cidr', argument: 'CIDR,...', repeatable: true, description: 'the ranges of Service addresses', env: 'NET_PREFLIGHT_CIDRS_OF_SERVICES', path: 'serviceCidrs', read: list(parseCidr) },
  { ...config, name: 'pod-cidr', argument: 'CIDR,...', repeatable: true, description: 'the ranges of pod addresses', env: 'NET_PREFLIGHT_CIDRS_OF_PODS', path: 'podCidrs', read: list(parseCidr) },
  { ...config, name: 'private-zone', argument: 'ZONE/NAME=ADDRESS,...', repeatable: true, description: 'a zone of your own, a name in it, the servers that hold it', env: 'NET_PREFLIGHT_PRIVATE_ZONES', path: 'privateZones', read: listOfMaps(readPrivateZone, /[\s;]+/) },
  { ...config, name: 'dns-endpoint', argument: 'ADDRESS,...', repeatable: true, description: "the pods behind the cluster's DNS Service", env: 'NET_PREFLIGHT_DNS_ENDPOINTS', path: 'dnsEndpoints', read: list(readResolver) },
  { ...config, name: 'corefile', argument: 'FILE', takesFile: true, description: "the Corefile of the cluster's DNS", env: 'NET_PREFLIGHT_COREFILE', path: 'corefile', read: one(path) },
  { ...config, name: 'target-libc', argument: 'LIBC', words: LIBCS, description: 'the C library of the image that will run here', env: 'NET_PREFLIGHT_TARGET_LIBC', path: 'targetLibc', read: one(oneOf(LIBCS)) },
  { ...config, name: 'phase', argument: 'PHASE', words: PHASES, description: "init: before the pod's own containers; running: beside them", env: 'NET_PREFLIGHT_PHASE', path: 'phase', read: one(oneOf(PHASES)) },
  { ...config, name: 'controls', argument: 'off', words: ['off'], description: 'ask no public control hosts', env: 'NET_PREFLIGHT_CONTROLS', path: 'controls', read: one(oneOf(['off'])) },
  { ...config, name: 'expect-ca', argument: 'FILE', repeatable: true, takesFile: true, description: 'trust these PEM certificates too', env: 'NET_PREFLIGHT_EXPECT_CA', path: 'expectCa', read: list(path, /,/) },
  { ...config, name: 'dataplane-udp', argument: 'NEED', words: REQUIREMENTS, description: 'what DTLS to the stitchers is', env: 'NET_PREFLIGHT_DATAPLANE_UDP', path: 'dataplane.udp', read: one(oneOf(REQUIREMENTS)) },
  { ...config, name: 'dataplane-tcp', argument: 'NEED', words: REQUIREMENTS, description: 'what TCP 443 to the stitchers is', env: 'NET_PREFLIGHT_DATAPLANE_TCP', path: 'dataplane.tcp', read: one(oneOf(REQUIREMENTS)) },
  { ...config, name: 'address-policy', argument: 'POLICY', words: ADDRESS_POLICIES, description: 'how many stitcher addresses must work', env: 'NET_PREFLIGHT_ADDRESS_POLICY', path: 'dataplane.addressPolicy', read: one(oneOf(ADDRESS_POLICIES)) },
  { ...config, name: 'psk-identity', argument: 'NAME', description: 'complete a DTLS handshake with this identity', env: 'NET_PREFLIGHT_PSK_IDENTITY', path: 'psk.identity', read: one(whole) },
  { ...config, name: 'psk-key-file', argument: 'FILE', takesFile: true, description: 'the file that holds its key, in hexadecimal', env: 'NET_PREFLIGHT_PSK_KEY_FILE', path: 'psk.keyFile', read: one(path) },
  { ...config, name: 'psk-key-env', argument: 'VARIABLE', description: 'the environment variable that holds its key', env: 'NET_PREFLIGHT_PSK_KEY_ENV', path: 'psk.keyEnv', read: one(readVariableName) },
  { ...config, name: 'waive', argument: 'ID[@HOST]:until=DATE:REASON', repeatable: true, description: 'count a fault as a warning until that date', env: 'NET_PREFLIGHT_WAIVERS', path: 'waivers', read: listOfMaps(readWaiver, /[;\n]/) },
  { ...config, name: 'timeout', argument: 'DURATION', description: 'the whole run', env: 'NET_PREFLIGHT_TIMEOUT', path: 'timeout', read: one(parseDuration) },
  { ...config, name: 'fail-on', argument: 'STATUS', words: ['fail', 'warn'], description: 'warn: warnings exit 4', env: 'NET_PREFLIGHT_FAIL_ON', path: 'failOn', read: one(oneOf(['fail', 'warn'])) },
  { ...config, name: 'on-inconclusive', argument: 'ACTION', words: ['block', 'allow'], description: 'allow: Inconclusive exits 0, not 5', env: 'NET_PREFLIGHT_ON_INCONCLUSIVE', path: 'onInconclusive', read: one(oneOf(['block', 'allow'])) },
  { ...config, name: 'connect-to', argument: 'HOST:PORT=ADDRESS:PORT', repeatable: true, description: 'for tests: where an endpoint really is', env: 'NET_PREFLIGHT_CONNECT_TO', path: 'connectTo', read: reroutes(readReroute) },
  { ...gate, name: 'wait', argument: 'DURATION', description: 'how long to wait for the network to heal', env: 'NET_PREFLIGHT_WAIT', path: 'gate.wait', read: one(parseDuration) },
  { ...gate, name: 'period', argument: 'DURATION', description: 'from one round to the next', env: 'NET_PREFLIGHT_PERIOD', path: 'gate.period', read: one(parseDuration) },
  { ...gate, name: 'success-threshold', argument: 'N', description: 'good rounds in a row that open the gate', env: 'NET_PREFLIGHT_SUCCESS_THRESHOLD', path: 'gate.successThreshold', read: threshold },
  { ...gate, name: 'failure-policy', argument: 'POLICY', words: ['Fail', 'Ignore'], description: 'Ignore: exit 0 whatever is found', env: 'NET_PREFLIGHT_FAILURE_POLICY', path: 'gate.failurePolicy', read: one(oneOf(['Fail', 'Ignore'])) },
  { ...gate, name: 'termination-log', argument: 'PATH', takesFile: true, description: 'where the one-line verdict is written', env: 'NET_PREFLIGHT_TERMINATION_LOG', path: null, read: one(path) },
  { name: 'output', short: 'o', argument: 'FORMAT[=PATH]', repeatable: true, words: OUTPUT_FORMATS, group: 'output', description: 'table, wide, json, yaml, junit, ...; to a file with =PATH', env: 'NET_PREFLIGHT_OUTPUT', path: null, read: outputs(OUTPUT_FORMATS) },
];

/** As commander names it: `no-system-lookup` → `systemLookup`, `psk-key-file` → `pskKeyFile`. */
export function attributeOf(flag: Flag): string {
  return flag.name.replace(/^no-/, '').replace(/-([a-z])/g, (_all, letter: string) => letter.toUpperCase());
}

/** As commander declares it: `-o, --output <FORMAT[=PATH]>`. */
export function declarationOf(flag: Flag): string {
  const argument = flag.argument === null ? '' : ` <${flag.argument}>`;
  return `${flag.short ? `-${flag.short}, ` : ''}--${flag.name}${argument}`;
}
