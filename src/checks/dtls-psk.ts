// Where a pre-shared key is configured: does a whole handshake with it come about?

import type { Check, Conclusion, View } from '../model/check.ts';
import type { DtlsPskProbe } from '../model/probe.ts';
import type { Target } from '../model/target.ts';
import { hostPort } from '../parse/ip.ts';
import { duration, type Frame, pass, refOf } from './conclude.ts';
import { addressesOf, targetsOf } from './scene.ts';

export const dtlsPsk: Check = {
  id: 'dtls-psk',
  layer: 'udp',
  question: 'Does a whole DTLS handshake with the configured pre-shared key come about?',
  depth: 'quick',
  faults: [],
  plan: (view) => targetsOf(view, 'dtls').flatMap((target) => probesOf(view, target)),
  diagnose: (view) =>
    targetsOf(view, 'dtls').flatMap((target) => probesOf(view, target).flatMap((probe) => judge(view, target, probe))),
};

function probesOf(view: View, target: Target): DtlsPskProbe[] {
  if (!view.settings.psk) return [];
  const { host, port } = target;
  return addressesOf(view, host).map((address) => ({ kind: 'dtls-psk', host, address, port }));
}

// Only ever a warning: the first flight (check dtls) says whether the network carries the tunnel.
function judge(view: View, target: Target, probe: DtlsPskProbe): Conclusion[] {
  const seen = view.seen(probe);
  if (!seen) return [];
  const where = hostPort(probe.address, probe.port);
  const frame: Frame = {
    check: 'dtls-psk',
    layer: 'udp',
    target: refOf(target, probe.address),
    needs: ['resolver', 'names', `name:${probe.host}`, 'tunnel'],
  };
  if (seen.connected) return [pass(frame, `handshake complete with the pre-shared key, ${duration(seen.durationMs)}`)];
  const why = seen.failure?.detail ?? 'no answer';
  return [
    {
      ...frame,
      status: 'warn',
      severity: 'medium',
      summary: `no handshake with the pre-shared key at ${where}`,
      cause: `Cause not determined: ${why}. A wrong key and a server without pre-shared keys look alike from here.`,
      remedy: {
        summary: `Compare the identity and the key with those of ${probe.host}.`,
        commands: [`openssl s_client -dtls1_2 -connect ${where} -psk_identity "$IDENTITY" -psk "$KEY" </dev/null`],
      },
      evidence: [{ text: why }],
    },
  ];
}
