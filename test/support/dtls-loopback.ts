// The DTLS probe pointed at a port of 127.0.0.1.

import type { DtlsObservation } from '../../src/model/observation.ts';
import type { DtlsProbe } from '../../src/model/probe.ts';
import type { ProbeContext } from '../../src/model/probe-context.ts';
import { dtls } from '../../src/probes/dtls.ts';

export const HOST = 'gw.example';

/** The port is put in by reroute, as in the demo: the probe itself speaks of 192.0.2.10:443. */
export function probeLoopback(
  port: number,
  variant: DtlsProbe['variant'],
  changes: Partial<ProbeContext>,
  signal: AbortSignal = AbortSignal.timeout(12_500),
): Promise<DtlsObservation> {
  const context: ProbeContext = {
    now: () => performance.now(),
    reroute: (endpoint, transport) =>
      endpoint.port === 443 && transport === 'udp' ? { address: '127.0.0.1', port } : endpoint,
    expectCa: [],
    psk: null,
    rttMs: null,
    ...changes,
  };
  return dtls({ kind: 'dtls', address: '192.0.2.10', port: 443, host: HOST, variant }, context, signal);
}
