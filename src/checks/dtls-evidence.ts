// What the tables of dtls look at.

import type { DtlsObservation, TcpObservation } from '../model/observation.ts';
import type { Target } from '../model/target.ts';
import { addressList } from '../parse/ip.ts';
import type { Controls } from './controls.ts';

export interface DtlsEvidence {
  readonly targets: readonly Target[];
  readonly seen: readonly DtlsObservation[];
  readonly working: readonly DtlsObservation[];
  readonly dead: readonly DtlsObservation[];
  /** Complete, but only after the server had fallen back to small datagrams. */
  readonly late: readonly DtlsObservation[];
  /** Fewer addresses work than the role needs. */
  readonly blocks: boolean;
  readonly controls: Controls;
  /** 443/TCP to the same addresses. */
  readonly tcp: readonly TcpObservation[];
  readonly tuples: readonly DtlsObservation[];
  readonly smallAlerts: readonly DtlsObservation[];
  readonly caGiven: boolean;
}

/** Three hellos on one socket, and only the first was answered: a middlebox lets one packet of a flow through. */
export function firstOnly(tuple: DtlsObservation): boolean {
  return tuple.answered.length > 1 && tuple.answered[0] === true && !tuple.answered.slice(1).includes(true);
}

/** The whole flight, or a genuine refusal: somebody who speaks DTLS is there and answers. */
export function works(seen: DtlsObservation): boolean {
  return ['ok', 'late', 'identity-unproven', 'refused-by-alert', 'dtls13-only', ...CERTIFICATE_OUTCOMES].includes(
    seen.outcome,
  );
}

const CERTIFICATE_OUTCOMES = ['certificate-untrusted', 'certificate-expired', 'certificate-name-mismatch'];

/** For the rows: `198.51.100.21, 198.51.100.22 (gateway-lon1…)`. */
export function byHost(observations: readonly DtlsObservation[]): string {
  const hosts = [...new Set(observations.map((one) => one.probe.host))];
  return hosts
    .map(
      (host) =>
        `${addressList(observations.filter((one) => one.probe.host === host).map((one) => one.probe.address))} (${host})`,
    )
    .join(', ');
}
