// What holds when nobody says otherwise: each number with its reason and its source.

import type { ControlHost } from '../model/target.ts';
import type { Depth } from '../model/verdict.ts';
import type { Spec } from './spec.ts';

export const DEFAULT_PROFILE = 'netskope-publisher';

/**
 * The whole run. The longest honest chain is one name at a dead first nameserver (5 s per try, resolv.conf(5)), then a
 * DTLS handshake that stalls after its cookie (9.5 s) and its one repeat on a fresh port (9.5 s): 24 s. Deep runs sample
 * for up to two minutes. Beyond these the run ends by itself, with what is known.
 */
export const TIMEOUT_BY_DEPTH: Readonly<Record<Depth, string>> = { quick: '30s', standard: '45s', deep: '3m' };

/**
 * Anycast addresses of the two largest public resolvers, whose certificates name the address itself as well: they have not
 * moved since 2018 and 2009. They also serve QUIC (DNS over HTTP/3) at the same address.
 * A network that forbids them loses only a control: replace them by hosts that yours permits, or turn them off.
 */
const PUBLIC_WEB: readonly ControlHost[] = [
  { host: 'one.one.one.one', address: '1.1.1.1', port: 443 },
  { host: 'dns.google', address: '8.8.8.8', port: 443 },
];

/**
 * Literal addresses, because a name cannot be asked for when DNS is what is broken. Two operators and two ports, so that a
 * port rule can be told from an address rule. Cloudflare's lies in the network it publishes for its TURN service, Google's
 * has stood behind all its STUN names for years; neither is promised for ever. Both are replaceable in `controls.stun`.
 */
const PUBLIC_STUN: readonly ControlHost[] = [
  { host: 'stun.cloudflare.com', address: '162.159.207.0', port: 3478 },
  { host: 'stun.l.google.com', address: '74.125.250.129', port: 19302 },
];

/**
 * In TEST-NET-1 (RFC 5737): no router carries it, so nobody can be there, and whoever answers stands on the way.
 * Replace it where a lab or a demonstration really uses that range.
 */
const NOBODY = ['192.0.2.53'];

const SAME_AT_EACH_DEPTH = {
  profile: DEFAULT_PROFILE,
  stitchers: [],
  targets: [],
  dnsSidecar: false,
  controls: { https: [...PUBLIC_WEB], stun: [...PUBLIC_STUN], quic: [...PUBLIC_WEB], nobody: NOBODY },
  expectCa: [],
  // For profiles that have no stitchers of their own; the Publisher's profile says the same and why.
  dataplane: { udp: 'required', tcp: 'info', addressPolicy: 'any' },
  waivers: [],
  failOn: 'fail',
  onInconclusive: 'block',
  gate: {
    // Helm gives a hook 5 min in all (`--timeout`): two minutes of waiting leave room for the last round and the rollout. A CoreDNS
    // restart or a new node's network policy is done in well under a minute.
    wait: '2m',
    // Half of kube-probe's default period of 10 s: a healed network is seen soon, and two minutes are at most 24 rounds.
    period: '5s',
    // One good round is proof: each required probe was already repeated before it counted as failed.
    successThreshold: 1,
    // As admission webhooks have it (admissionregistration.k8s.io/v1): closed unless told otherwise.
    failurePolicy: 'Fail',
  },
  connectTo: {},
} satisfies Spec;

export function defaults(depth: Depth, phase: NonNullable<Spec['phase']> = 'running'): Spec {
  return { ...SAME_AT_EACH_DEPTH, depth, timeout: TIMEOUT_BY_DEPTH[depth], phase };
}
