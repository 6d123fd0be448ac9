// The registry: one runner for each kind of probe. Kinds that a healthy quick run does not need are loaded on demand.

import type { ProbeRegistry } from '../model/probe-context.ts';
import { dns } from './dns.ts';
import { dtls } from './dtls.ts';
import { https } from './https.ts';
import { tcp } from './tcp.ts';

export const PROBES: ProbeRegistry = {
  dns,
  https,
  tcp,
  dtls,
  'dns-burst': async (...args) => (await import('./dns-burst.ts')).dnsBurst(...args),
  lookup: async (...args) => (await import('./lookup.ts')).lookup(...args),
  stun: async (...args) => (await import('./stun.ts')).stun(...args),
  quic: async (...args) => (await import('./quic.ts')).quic(...args),
  neighbours: async (...args) => (await import('./neighbours.ts')).neighbours(...args),
  'dtls-psk': async (...args) => (await import('./dtls-psk.ts')).dtlsPsk(...args),
};
