// One observation in one line: what was measured, and what came of it. For `wide`; no judgement.

import type { Observation, ObservationOf } from '../model/observation.ts';
import type { ProbeKind } from '../model/probe.ts';
import type { Endpoint } from '../model/target.ts';
import { duration } from './summary-line.ts';

/** `udp 10.96.0.10:53 acme.goskope.com. A`, `dtls 198.51.100.21:443 gateway-lon1.gw.npa.goskope.com`. */
export function subject({ probe }: Observation): string {
  switch (probe.kind) {
    case 'dns':
      return `${probe.transport} ${at(probe.server)} ${probe.randomLabel === undefined ? '' : '<random>.'}${probe.name} ${probe.type}`;
    case 'dns-burst':
      return `${probe.transport} ${at(probe.server)} ${probe.count} questions (${probe.how})`;
    case 'lookup':
      return probe.host;
    case 'https':
      return [
        probe.address === null ? `${probe.host}:${probe.port}` : at({ address: probe.address, port: probe.port }),
        `${probe.host}${probe.path}`,
        probe.proxy ? `by proxy ${at(probe.proxy)}` : '',
      ]
        .filter(Boolean)
        .join(' ');
    case 'dtls':
      return `${at(probe)} ${probe.host}${probe.variant === 'full' ? '' : ` (${probe.variant})`}`;
    case 'dtls-psk':
      return `${at(probe)} ${probe.host}`;
    case 'tcp':
    case 'stun':
    case 'quic':
      return at(probe);
    case 'neighbours':
      return 'first hop';
  }
}

/** What was seen; a failure as `code (operation): detail`. */
export function result(observation: Observation): string {
  const { failure } = observation;
  const seen = seenIn(observation);
  if (!failure) return seen;
  const failed = `${failure.code} (${failure.operation})${failure.detail ? `: ${failure.detail}` : ''}`;
  return seen === '' ? failed : `${seen}, ${failed}`;
}

function seenIn(observation: Observation): string {
  return (SEEN[observation.probe.kind] as (seen: Observation) => string)(observation);
}

const SEEN: { readonly [K in ProbeKind]: (seen: ObservationOf<K>) => string } = {
  dns: ({ rcode, answers, rttMs }) =>
    rcode === null
      ? ''
      : words([rcode, ...answers.map(({ data }) => data), rttMs === null ? '' : `in ${duration(rttMs)}`]),
  'dns-burst': ({ sent, answered, refused, lost }) =>
    list([
      `${sent} out`,
      `${answered} answered`,
      refused > 0 ? `${refused} refused` : '',
      lost > 0 ? `${lost} lost` : '',
    ]),
  lookup: ({ addresses }) => words(addresses),
  tcp: ({ failure }) => (failure ? '' : 'open'),
  https: ({ tls, http, proxyStatus }) =>
    list([
      proxyStatus === null ? '' : `proxy ${proxyStatus}`,
      tls ? `${tls.version} ${tls.cipher}, ${duration(tls.handshakeMs)}` : '',
      tls?.certificate.error ?? '',
      http ? `HTTP ${http.status}, first byte ${duration(http.firstByteMs)}` : '',
    ]),
  dtls: ({ outcome, version, suite, alert, sent, received, missing, errors }) =>
    list([
      outcome,
      words([version ?? '', suite ?? '']),
      alert ? `alert ${alert.description}` : '',
      `${sent.datagrams} out, ${received.datagrams} back`,
      received.datagrams > 0 ? `largest ${received.largestBytes} bytes` : '',
      missing.length > 0 ? `missing ${missing.join(', ')}` : '',
      words(errors),
    ]),
  'dtls-psk': ({ connected }) => (connected ? 'connected' : 'not connected'),
  stun: ({ mapped }) => (mapped ? `mapped to ${at(mapped)}` : ''),
  quic: ({ versions }) => words(versions),
  neighbours: ({ neighbours }) =>
    list(neighbours.map(({ address, resolved }) => `${address} ${resolved ? 'resolved' : 'unresolved'}`)),
};

function words(texts: readonly string[]): string {
  return texts.filter(Boolean).join(' ');
}

function list(texts: readonly string[]): string {
  return texts.filter(Boolean).join(', ');
}

function at({ address, port }: Endpoint): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
