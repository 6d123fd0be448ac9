// The control on 443/UDP that is no stitcher. Debian 12 has no QUIC server, so a hand-made responder stands in for one.

import { join } from 'node:path';
import { CONTROLS } from '../layout.ts';
import type { ServerPlan } from '../processes.ts';
import type { Site } from './site.ts';

export function quicControl(site: Site): ServerPlan {
  const [control] = CONTROLS.quic;
  return {
    name: 'quic-responder',
    namespace: site.namespaces.inet,
    command: process.execPath,
    args: [join(import.meta.dirname, 'quic-responder.ts'), control.address, String(control.port)],
    logPath: join(site.directory, 'quic.log'),
    listens: [{ protocol: 'udp', address: control.address, port: control.port }],
  };
}
