// All scenarios by the name that their golden files carry.

import type { Report } from '../../../src/model/report.ts';
import { dnsUdpBlocked } from './dns-udp-blocked.ts';
import { healthy } from './healthy.ts';
import { hostile } from './hostile.ts';
import { inconclusive } from './inconclusive.ts';
import { interrupted } from './interrupted.ts';
import { manyTargets } from './many-targets.ts';
import { stitcherSilentWarning } from './stitcher-silent-warning.ts';
import { tlsHostnameMismatch } from './tls-hostname-mismatch.ts';
import { twoRootCauses } from './two-root-causes.ts';
import { udp443Drop } from './udp443-drop.ts';
import { waivedFault } from './waived.ts';

export const SCENARIOS: Readonly<Record<string, Report>> = {
  healthy,
  'udp443-drop': udp443Drop,
  'dns-udp-blocked': dnsUdpBlocked,
  'tls-hostname-mismatch': tlsHostnameMismatch,
  'two-root-causes': twoRootCauses,
  'stitcher-silent-warning': stitcherSilentWarning,
  inconclusive,
  interrupted,
  hostile,
  'many-targets': manyTargets,
  waived: waivedFault,
};
