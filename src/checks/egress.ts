// Which address does the outside see? Information: an unknown egress address is no fault.

import type { Check, View } from '../model/check.ts';
import type { StunProbe } from '../model/probe.ts';
import { hostPort } from '../parse/ip.ts';
import { type Frame, pass, unknown } from './conclude.ts';
import { stunControls } from './controls.ts';
import { works } from './dtls-evidence.ts';
import { addressesOf, targetsOf } from './scene.ts';

/** A STUN server may be blocked in a healthy network: it is not waited for longer than this. */
const PATIENCE_MS = 1_000;

const FRAME: Frame = { check: 'egress', layer: 'egress', target: null };

export const egress: Check = {
  id: 'egress',
  layer: 'egress',
  question: 'Which address does the outside see?',
  depth: 'standard',
  faults: [],
  plan: (view) => firstStun(view),
  // Patience ends only while nobody else needs the answer: a silent stitcher wants it waited for.
  enough: (view) =>
    tunnelUp(view) ? firstStun(view).filter((probe) => (view.waitingMs(probe) ?? 0) >= PATIENCE_MS) : [],
  diagnose: (view) => {
    const probe = firstStun(view)[0];
    if (!probe) return [];
    // In the order of the settings: which of them was the quickest must not matter.
    const seen = stunControls(view)
      .map((one) => view.seen(one))
      .find((one) => one?.mapped);
    if (seen?.mapped)
      return [
        pass(FRAME, `${seen.mapped.address} by UDP`, [
          { text: `seen by ${hostPort(seen.probe.address, seen.probe.port)}` },
        ]),
      ];
    return [unknown(FRAME, `not known: ${hostPort(probe.address, probe.port)} did not answer`, false)];
  },
};

function firstStun(view: View): readonly StunProbe[] {
  return stunControls(view).slice(0, 1);
}

function tunnelUp(view: View): boolean {
  return targetsOf(view, 'dtls').every((target) =>
    addressesOf(view, target.host).every((address) => {
      const seen = view.seen({ kind: 'dtls', host: target.host, address, port: target.port, variant: 'full' });
      return seen !== undefined && works(seen);
    }),
  );
}
