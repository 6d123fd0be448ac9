// One trouble of the small world for each fault of the first part, and what must then be the only root cause.

import { failed, leafOf } from './observed.ts';
import type { World } from './small-world.ts';
import {
  dnsFails,
  dtls,
  everyCertificate,
  missing,
  NOTHING_LEAVES,
  names,
  outside,
  quic,
  sameTuple,
  smallAlert,
  tcpFails,
  tenantCertificate,
  UDP443_DROPPED,
} from './troubles.ts';
import { resolvConfWith, TENANT } from './view.ts';

export const SINGLE_FAULTS: Readonly<Record<string, World>> = {
  'dnsc-resolv-missing': { facts: { resolvConf: resolvConfWith([]) } },
  'dnsc-loopback-only': {
    facts: { resolvConf: resolvConfWith(['127.0.0.53']) },
    troubles: [dnsFails('both', failed('connection_refused'))],
  },
  'dns-udp-blocked': { troubles: [dnsFails('udp')] },
  'dns-egress-policy-deny': { troubles: NOTHING_LEAVES },
  'dnsx-tenant-nxdomain': { troubles: [missing(TENANT)] },
  'coredns-upstream-dead': { troubles: [names(outside, 'SERVFAIL')] },
  'tcp-egress-drop': { troubles: [tcpFails('generic_timeout_error')] },
  'tcp-egress-reject': { troubles: [tcpFails('connection_refused')] },
  'tls-intercept-untrusted': { troubles: [everyCertificate('CN=Corp Inspection CA')] },
  'tls-server-cert-expired': {
    troubles: [
      tenantCertificate(
        leafOf(TENANT, { validTo: '2026-11-18T00:00:00.000Z' }, { expired: true, error: 'CERT_HAS_EXPIRED' }),
      ),
    ],
  },
  'tls-hostname-mismatch': {
    troubles: [
      tenantCertificate(
        leafOf(TENANT, { names: ['shop.example'] }, { nameMatches: false, error: 'ERR_TLS_CERT_ALTNAME_INVALID' }),
      ),
    ],
  },
  'udp443-drop': { troubles: UDP443_DROPPED },
  'udp443-reject': { troubles: [dtls('port-unreachable'), quic(failed('connection_refused'))] },
  'dtls-stitcher-silent': { troubles: [dtls('no-answer', ['198.51.100.23'])] },
  'udp-first-packet-only': {
    troubles: [dtls('hello-verify-then-silence'), sameTuple(true, false, false), smallAlert(null)],
  },
  'dtls-server-flight-dropped': {
    troubles: [dtls('hello-verify-then-silence'), sameTuple(true, true, true), smallAlert('handshake_failure')],
  },
};

/** The one fault of the first part that only warns. */
export const ONLY_WARNS = 'dtls-stitcher-silent';
