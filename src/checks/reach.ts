// How each address of a name fared, whatever is asked there: the service itself, somebody else, or nobody.

import type { View } from '../model/check.ts';
import type { DtlsObservation, HttpsObservation } from '../model/observation.ts';
import type { DtlsProbe } from '../model/probe.ts';
import { addressClass } from '../parse/ip.ts';
import { works } from './dtls-evidence.ts';
import { httpsProbes, proxyFor } from './scene.ts';

export interface Reach {
  readonly address: string;
  readonly port: number;
  readonly protocol: 'https' | 'dtls';
  /** service: its own certificate. foreign: somebody answers who is not. dead: nobody answers. pending: not known yet. */
  readonly state: 'service' | 'foreign' | 'dead' | 'pending';
  /** Dead at once: the error came back within a moment, and nobody had to wait. */
  readonly immediate: boolean;
  /** Under way for longer than a healthy one takes. */
  readonly late: boolean;
  readonly says: string;
  readonly rttMs: number | null;
}

/** Faster than anybody would notice. */
const IMMEDIATE_MS = 300;

/** Only what is asked directly: a name behind a proxy is the proxy's to resolve. */
export function reachOf(view: View, host: string): readonly Reach[] {
  return view.settings.targets
    .filter((target) => target.host === host && !proxyFor(view, target))
    .flatMap((target): readonly Reach[] => {
      const probes = httpsProbes(view, target);
      if (target.protocol === 'https') {
        return probes.flatMap((probe) => {
          if (probe.address === null) return [];
          const { address, port } = probe;
          const seen = view.seen(probe);
          return [
            seen
              ? { address, port, protocol: 'https', late: false, ...httpsState(seen) }
              : { address, port, protocol: 'https', ...PENDING, late: view.suspect(probe) },
          ];
        });
      }
      if (target.protocol !== 'dtls') return [];
      return probes.flatMap(({ address, port }) => {
        if (address === null) return [];
        const probe: DtlsProbe = { kind: 'dtls', host, address, port, variant: 'full' };
        const seen = view.seen(probe);
        return [
          seen
            ? { address, port, protocol: 'dtls', late: false, ...dtlsState(seen) }
            : { address, port, protocol: 'dtls', ...PENDING, late: view.suspect(probe) },
        ];
      });
    });
}

const PENDING = { state: 'pending', immediate: false, says: 'not finished', rttMs: null } as const;

type State = Pick<Reach, 'state' | 'immediate' | 'says' | 'rttMs'>;

function httpsState(seen: HttpsObservation): State {
  const rttMs = seen.connectMs;
  if (seen.tls && seen.tls.certificate.error === null)
    return { state: 'service', immediate: false, says: 'its certificate holds', rttMs };
  if (seen.failure?.operation === 'connect') {
    const silent = seen.failure.code === 'generic_timeout_error';
    return {
      state: 'dead',
      immediate: !silent && seen.durationMs < IMMEDIATE_MS,
      says: silent ? 'no answer' : seen.failure.code,
      rttMs,
    };
  }
  const leaf = seen.tls?.certificate.chain[0];
  const shown = leaf ? `a certificate for ${leaf.names[0] ?? leaf.subject}` : (seen.failure?.code ?? 'no TLS');
  return { state: 'foreign', immediate: false, says: shown, rttMs };
}

function dtlsState(seen: DtlsObservation): State {
  const { rttMs } = seen;
  const foreign = seen.outcome === 'certificate-name-mismatch' || seen.outcome === 'not-dtls';
  if (foreign) return { state: 'foreign', immediate: false, says: seen.outcome.replaceAll('-', ' '), rttMs };
  if (works(seen)) return { state: 'service', immediate: false, says: 'answers DTLS', rttMs };
  return {
    state: 'dead',
    immediate: seen.failure?.code !== 'generic_timeout_error' && seen.durationMs < IMMEDIATE_MS,
    says: seen.outcome.replaceAll('-', ' '),
    rttMs,
  };
}

/** Some other public address was reached: the way out of this pod is open. */
export function anythingWorks(view: View, except: readonly string[]): boolean {
  const good = (address: string | null, failure: { operation: string } | null) =>
    address !== null &&
    !except.includes(address) &&
    addressClass(address) === 'public' &&
    failure?.operation !== 'connect';
  return (
    view.all('https').some((one) => good(one.probe.address, one.failure)) ||
    view.all('tcp').some((one) => good(one.probe.address, one.failure)) ||
    view.all('dtls').some((one) => !except.includes(one.probe.address) && works(one))
  );
}
