// How long each kind of probe may take, and after how long it is suspect. The only deadlines of the project.

import type { ProbeKind } from '../model/probe.ts';

/** Hard end of a probe, in ms from its start. Each number has its reason. */
export const DEADLINE_MS: Readonly<Record<ProbeKind, number>> = {
  // resolv.conf(5): glibc waits 5 s for one server; what answers later is of no use to anybody.
  dns: 5_000,
  // Twenty questions 0.15 s apart, or fifty at once, and a second for the last answer.
  'dns-burst': 8_000,
  // Asked only where every nameserver answers; the search list may still cost several round trips.
  lookup: 5_000,
  // Two SYN flows, 0.7 s apart, with the kernel's own repeats at 1 s: four SYNs in all.
  tcp: 2_500,
  // 3 s to connect, the rest for handshake and one answer from a slow API.
  https: 8_000,
  // The probe itself ends after 2.5 s of silence; a flight under way gets 9.5 s (OpenSSL's small-datagram fallback comes at 7.1 s).
  dtls: 12_500,
  'dtls-psk': 8_000,
  // Controls start when something is suspect, and end with what they are compared with: 2.5 s of DTLS silence.
  stun: 1_800,
  quic: 1_800,
  neighbours: 500,
};

export const CONNECT_TIMEOUT_MS = 3_000;

/** Without a known round trip a probe is suspect after this: long enough for a healthy one over 150 ms round trips. */
const SUSPECT_UNKNOWN_MS: Readonly<Record<ProbeKind, number>> = {
  dns: 400,
  'dns-burst': 5_000,
  lookup: 2_000,
  tcp: 500,
  // With nothing known nobody has answered yet: stitchers are asked at the same time and would have shown a round trip.
  https: 600,
  dtls: 600,
  'dtls-psk': 2_000,
  stun: 500,
  quic: 500,
  neighbours: 500,
};

/** How many round trips a healthy probe of this kind takes, plus the two that make "about three" of one. */
const SUSPECT_ROUND_TRIPS: Readonly<Record<ProbeKind, number>> = {
  dns: 3,
  'dns-burst': 50,
  lookup: 6,
  tcp: 3,
  https: 6,
  dtls: 5,
  'dtls-psk': 6,
  stun: 3,
  quic: 3,
  neighbours: 1,
};

/** Never suspect before this: a busy machine is late by tens of milliseconds. */
const SUSPECT_FLOOR_MS = 250;

/** When a probe becomes suspect, in ms from its start. */
export function suspectAfterMs(kind: ProbeKind, rttMs: number | null): number {
  if (rttMs === null) return SUSPECT_UNKNOWN_MS[kind];
  return Math.max(SUSPECT_FLOOR_MS, SUSPECT_ROUND_TRIPS[kind] * rttMs);
}

/** Plans are asked again this often while something is under way, because suspicion comes with time alone. */
export const TICK_MS = 100;

/** Probes under way at once. Enough for a thousand names; few enough for the default limit of 1024 open files. */
export const MAX_UNDER_WAY = 400;

/** A run never makes more probes than this: a check that plans without end is a bug. */
export const MAX_PROBES = 100_000;
