// The shape of a PreflightConfig file: one schema for the types, the validation and the published JSON Schema.
// zod's small build: it costs about 10 ms to load (the full one 23), so only a file or `config schema` loads it; everything
// else takes the types only.

import * as z from 'zod/mini';
import { API_VERSION } from '../model/report.ts';
import { ADDRESS_POLICIES, REQUIREMENTS, type Role } from '../model/target.ts';
import { DEPTHS } from '../model/verdict.ts';
import { parseCidr } from '../parse/cidr.ts';
import { parseDate, parseDuration } from '../parse/duration.ts';
import { parseAddress, parseEndpoint, parseHost } from '../parse/host-port.ts';
import type { Parsed } from '../parse/parsed.ts';
import { PROTOCOLS, parsePath } from '../parse/target-url.ts';
import { quoted } from './mistake.ts';
import { PROFILE_IDS } from './profiles/index.ts';
import {
  oneOf,
  readDomain,
  readRerouteKey,
  readResolver,
  readStitcher,
  readSuffix,
  readTenant,
  readVariableName,
} from './values.ts';

export const KIND = 'PreflightConfig';

const ROLES = [
  'tenant',
  'stitcher',
  'registry',
  'private-zone',
  'proxy',
  'control',
  'resolver',
  'cluster',
] as const satisfies Role[];

// Bounds on lists: growth is linear to 10,000 targets; more is a mistake, or hostile.
const MANY = 10_000;
const SOME = 64;

/** A string that the given reader accepts. */
function text(read: (value: string) => Parsed<unknown>, description: string, examples: readonly string[] = []) {
  const check = z.superRefine<string>((value, context) => {
    const parsed = read(value);
    if (!parsed.ok) context.addIssue({ code: 'custom', message: `${quoted(value)} ${parsed.why}` });
  });
  return z.string().check(check, z.meta({ description, ...(examples.length ? { examples: [...examples] } : {}) }));
}

const free = (maxLength: number, description: string) =>
  z.string().check(z.minLength(1), z.maxLength(maxLength), z.describe(description));

const choice = <const T extends readonly string[]>(words: T, description: string) =>
  z.enum(words).check(z.describe(description));

const port = (description: string) => z.int().check(z.minimum(1), z.maximum(65535), z.describe(description));

const target = z.strictObject({
  host: text(parseHost, 'A name or an address.', ['db.example.com']),
  port: port('The port.'),
  protocol: choice(PROTOCOLS as ['https', 'dtls', 'tcp', 'udp', 'dns'], 'How it is asked.'),
  role: z.optional(
    choice(
      ROLES,
      'What it is to the service. Default by protocol: https tenant, dtls stitcher, dns resolver, else private-zone.',
    ),
  ),
  requirement: z.optional(
    choice(
      REQUIREMENTS,
      'What its failure means: required fails the run, recommended warns, info informs. Default required.',
    ),
  ),
  addressPolicy: z.optional(
    choice(
      ADDRESS_POLICIES,
      'How many of its addresses must work. Default all; for dtls what dataplane.addressPolicy says.',
    ),
  ),
  path: z.optional(text(parsePath, 'https only: the path of the one request. Default /.', ['/healthz'])),
});

const controlHost = z.strictObject({
  host: text(parseHost, 'The name for SNI and for the certificate.', ['one.one.one.one']),
  address: text(parseAddress, 'The literal address: a control must not need DNS.', ['1.1.1.1']),
  port: port('The port.'),
});

const controlList = (description: string) =>
  z.union([z.literal('off'), z.array(controlHost).check(z.maxLength(SOME))]).check(z.describe(description));

const controls = z.strictObject({
  https: z.optional(controlList('TLS servers independent of the service, or off.')),
  stun: z.optional(controlList('STUN servers (RFC 8489): does UDP leave and return at all? Or off.')),
  quic: z.optional(controlList('QUIC servers: the control on 443/UDP. Or off.')),
  nobody: z.optional(
    z
      .union([
        z.literal('off'),
        z.array(text(readResolver, 'ADDRESS or ADDRESS:PORT.', ['192.0.2.53'])).check(z.maxLength(SOME)),
      ])
      .check(
        z.describe(
          'Addresses where no DNS server can be: an answer from there shows that DNS is intercepted. Or off. Default 192.0.2.53.',
        ),
      ),
  ),
});

const dataplane = z.strictObject({
  udp: z.optional(choice(REQUIREMENTS, 'DTLS on 443/UDP to the stitchers. Default required.')),
  tcp: z.optional(choice(REQUIREMENTS, 'TCP 443 to the stitchers. Default info.')),
  addressPolicy: z.optional(choice(ADDRESS_POLICIES, 'How many of all stitcher addresses must work. Default any.')),
  maxRtt: z.optional(
    text(parseDuration, 'Warn when the nearest stitcher of a name is further away than this. Default: no limit.', [
      '80ms',
    ]),
  ),
});

const privateZone = z.strictObject({
  zone: text(readDomain, 'The zone, without what is below it.', ['private.example.com']),
  forwarders: z
    .array(text(readResolver, 'ADDRESS or ADDRESS:PORT of a server that holds it.', ['10.0.0.10']))
    .check(z.minLength(1), z.maxLength(SOME)),
  probe: text(readDomain, 'A name in the zone that has an address.', ['app.private.example.com']),
});

const psk = z.strictObject({
  identity: z.optional(free(128, 'The identity that is sent.')),
  keyFile: z.optional(free(4096, 'A file with the key in hexadecimal. Never the key itself.')),
  keyEnv: z.optional(
    text(readVariableName, 'The environment variable that holds the key in hexadecimal.', ['DTLS_PSK']),
  ),
});

const waiver = z.strictObject({
  fault: free(80, 'The id of the fault: `net-preflight list faults`.'),
  target: z.optional(text(parseHost, 'The host that it is waived for; without it, wherever it is found.')),
  reason: free(300, 'Why, and who said so.'),
  until: text(parseDate, 'The first day on which the waiver is void.', ['2027-01-31']),
});

const gate = z.strictObject({
  wait: z.optional(text(parseDuration, 'How long a gate waits for the network to heal; 0s: one round.', ['2m'])),
  period: z.optional(text(parseDuration, 'From the start of one round to the start of the next.', ['5s'])),
  successThreshold: z.optional(
    z.int().check(z.minimum(1), z.maximum(100), z.describe('Good rounds in a row that open the gate.')),
  ),
  failurePolicy: z.optional(choice(['Fail', 'Ignore'], 'Ignore: let everything pass, and say so loudly.')),
});

export const specSchema = z.strictObject({
  profile: z.optional(text(oneOf(PROFILE_IDS), 'The endpoint list: `net-preflight list profiles`.', PROFILE_IDS)),
  tenant: z.optional(text(readTenant, 'The tenant, or its whole host.', ['acme', 'acme.eu.goskope.com'])),
  suffix: z.optional(
    text(readSuffix, 'The domain of the tenant and of its region. Default goskope.com.', ['eu.goskope.com']),
  ),
  stitchers: z.optional(
    z
      .array(text(readStitcher, 'HOST or HOST:PORT.', ['gateway-lon1.gw.npa.goskope.com']))
      .check(z.maxLength(MANY), z.describe('The stitchers that this Publisher may use.')),
  ),
  targets: z.optional(
    z.array(target).check(z.maxLength(MANY), z.describe("Further targets, beside the profile's own.")),
  ),
  depth: z.optional(choice(DEPTHS, 'How much is measured. Default standard.')),
  resolvers: z.optional(
    z
      .array(text(readResolver, 'ADDRESS or ADDRESS:PORT, IPv6 in brackets.', ['10.96.0.10', '[2001:db8::53]:5353']))
      .check(z.maxLength(SOME), z.describe('Ask these instead of the nameservers of resolv.conf.')),
  ),
  systemLookup: z.optional(
    z.boolean().check(z.describe('Ask the C library too (getaddrinfo). Default true, false when resolvers are given.')),
  ),
  clusterDomain: z.optional(text(readDomain, 'Default: from the search list, else cluster.local.', ['cluster.local'])),
  clusterDns: z.optional(
    text(parseAddress, "The ClusterIP of the cluster's DNS Service, where the API cannot be asked.", ['10.96.0.10']),
  ),
  serviceCidrs: z.optional(
    z
      .array(text(parseCidr, 'A range of Service addresses.', ['10.96.0.0/12']))
      .check(z.maxLength(SOME), z.describe('The ranges of Service addresses.')),
  ),
  podCidrs: z.optional(
    z
      .array(text(parseCidr, 'A range of pod addresses.', ['10.244.0.0/16']))
      .check(z.maxLength(SOME), z.describe('The ranges of pod addresses.')),
  ),
  targetLibc: z.optional(
    choice(['glibc', 'musl', 'unknown'], 'The C library of the image that will run here. Default unknown.'),
  ),
  phase: z.optional(
    choice(
      ['init', 'running'],
      "init: before the pod's own containers, so its sidecars cannot be up yet. Default running, init for a gate.",
    ),
  ),
  dnsSidecar: z.optional(z.boolean().check(z.describe('A DNS sidecar will listen on 127.0.0.1:53 once the pod runs.'))),
  controls: z.optional(
    z
      .union([z.literal('off'), controls])
      .check(z.describe('Independent hosts, asked only to tell causes apart. Off in a network without internet.')),
  ),
  expectCa: z.optional(
    z
      .array(free(1_000_000, 'The path of a PEM file, or the PEM text itself.'))
      .check(z.maxLength(SOME), z.describe('Authorities that are trusted beside the built-in ones.')),
  ),
  privateZones: z.optional(
    z
      .array(privateZone)
      .check(z.maxLength(SOME), z.describe("Zones of the organisation's own that must resolve from the pod.")),
  ),
  dnsEndpoints: z.optional(
    z
      .array(text(readResolver, 'ADDRESS or ADDRESS:PORT of a CoreDNS pod.', ['10.244.2.10']))
      .check(z.maxLength(SOME), z.describe("The pods behind the cluster's DNS Service: each is asked by itself.")),
  ),
  corefile: z.optional(free(4096, "A file with the Corefile of the cluster's DNS, where the API cannot be asked.")),
  dataplane: z.optional(dataplane.check(z.describe('What the tunnel needs.'))),
  psk: z.optional(psk.check(z.describe('A pre-shared key for a whole DTLS handshake.'))),
  waivers: z.optional(
    z.array(waiver).check(z.maxLength(1000), z.describe('Faults that count as warnings until a date.')),
  ),
  timeout: z.optional(text(parseDuration, 'The whole run. Default by depth: 30s, 45s, 3m.', ['45s', '1m30s'])),
  failOn: z.optional(choice(['fail', 'warn'], 'warn: ReadyWithWarnings exits 4. Default fail.')),
  onInconclusive: z.optional(choice(['block', 'allow'], 'allow: Inconclusive exits 0 instead of 5. Default block.')),
  gate: z.optional(gate.check(z.describe('For `net-preflight gate`.'))),
  connectTo: z.optional(
    z
      .record(
        text(readRerouteKey, 'HOST-OR-ADDRESS:PORT, with /udp or /tcp for one transport only.'),
        text((value) => parseEndpoint(value, null), 'ADDRESS:PORT.'),
      )
      .check(z.describe('For demonstrations and tests: where an endpoint really is.')),
  ),
});

export const configSchema = z
  .strictObject({
    apiVersion: z.literal(API_VERSION),
    kind: z.literal(KIND),
    metadata: z.optional(
      z.looseObject({ name: z.optional(free(253, 'The name.')) }).check(z.describe('As Kubernetes has it; not read.')),
    ),
    spec: specSchema,
  })
  .check(z.meta({ title: KIND, description: 'The configuration of net-preflight.' }));

export type Spec = z.infer<typeof specSchema>;

/** JSON Schema, draft 2020-12. */
export function jsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(configSchema, { io: 'input' }) as Record<string, unknown>;
}
