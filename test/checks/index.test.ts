// The registry against the catalogue.

import { describe, expect, it } from 'vitest';
import { fault } from '../../src/catalogue/index.ts';
import { explains } from '../../src/catalogue/layers.ts';
import { CHECKS, DIAGNOSED } from '../../src/checks/index.ts';

const PART_ONE = [
  'dnsc-resolv-missing',
  'dnsc-loopback-only',
  'dns-udp-blocked',
  'dns-egress-policy-deny',
  'dnsx-tenant-nxdomain',
  'coredns-upstream-dead',
  'tcp-egress-drop',
  'tcp-egress-reject',
  'tls-intercept-untrusted',
  'tls-server-cert-expired',
  'tls-hostname-mismatch',
  'udp443-drop',
  'udp443-reject',
  'dtls-stitcher-silent',
  'udp-first-packet-only',
  'dtls-server-flight-dropped',
];

describe('the registry of checks', () => {
  it.each(CHECKS.flatMap((check) => check.faults.map((id) => ({ check, id }))))(
    '$check.id names $id as the catalogue does',
    ({ check, id }) => {
      expect(fault(id)?.layer).toBe(check.layer);
    },
  );

  it('diagnoses what the first part promises', () => {
    expect(PART_ONE.filter((id) => !DIAGNOSED.has(id))).toEqual([]);
  });

  it('has one check for each id, in causal order', () => {
    expect(new Set(CHECKS.map((one) => one.id)).size).toBe(CHECKS.length);
    CHECKS.forEach((later, at) => {
      // The egress check only informs so far, and stands last.
      if (later.id === 'egress') return;
      for (const earlier of CHECKS.slice(0, at)) {
        expect([later.id, earlier.id, explains(later.layer, earlier.layer)]).toEqual([later.id, earlier.id, false]);
      }
    });
    for (const check of CHECKS) expect(check.question).toMatch(/\?$/);
  });

  it('no fault is claimed by two checks', () => {
    const all = CHECKS.flatMap((check) => check.faults);
    expect(all.length).toBe(new Set(all).size);
  });
});
