// The control hosts: somebody independent of the service, asked only when something is wrong, to tell causes apart.

import type { View } from '../model/check.ts';
import type { QuicObservation, StunObservation, TcpObservation } from '../model/observation.ts';
import type { QuicProbe, StunProbe, TcpProbe } from '../model/probe.ts';
import { hostPort } from '../parse/ip.ts';
import { timedOut } from './scene.ts';

/** Two of each kind: one silent control may be down, two are a pattern. */
const CONTROLS_ASKED = 2;

export function tcpControls(view: View): readonly TcpProbe[] {
  return view.settings.controls.https
    .slice(0, CONTROLS_ASKED)
    .map(({ address, port }) => ({ kind: 'tcp', address, port }));
}

export function stunControls(view: View): readonly StunProbe[] {
  return view.settings.controls.stun
    .slice(0, CONTROLS_ASKED)
    .map(({ address, port }) => ({ kind: 'stun', address, port }));
}

export function quicControls(view: View): readonly QuicProbe[] {
  return view.settings.controls.quic
    .slice(0, CONTROLS_ASKED)
    .map(({ address, port }) => ({ kind: 'quic', address, port }));
}

/** How a group of controls fared: asked and ended; those still under way count as neither. */
export interface Group<T> {
  readonly ended: readonly T[];
  readonly answered: readonly T[];
  /** At least one ended, and none answered within its time. */
  readonly silent: boolean;
  /** At least one was refused, and none answered. */
  readonly refused: boolean;
}

type Control = TcpObservation | StunObservation | QuicObservation;

function group<T extends Control>(observations: readonly (T | undefined)[]): Group<T> {
  const ended = observations.filter((one): one is T => one !== undefined);
  const answered = ended.filter((one) => one.failure === null);
  const refused = ended.filter((one) => one.failure !== null && !timedOut(one));
  return {
    ended,
    answered,
    silent: ended.length > 0 && answered.length === 0 && refused.length === 0,
    refused: answered.length === 0 && refused.length > 0,
  };
}

export interface Controls {
  readonly tcp: Group<TcpObservation>;
  readonly stun: Group<StunObservation>;
  readonly quic: Group<QuicObservation>;
}

export function controls(view: View): Controls {
  return {
    tcp: group(tcpControls(view).map((probe) => view.seen(probe))),
    stun: group(stunControls(view).map((probe) => view.seen(probe))),
    quic: group(quicControls(view).map((probe) => view.seen(probe))),
  };
}

/** `1.1.1.1:443 no answer, 8.8.8.8:443 connects`. */
export function describe(ended: readonly Control[], good: string): string {
  return ended
    .map(
      (one) =>
        `${hostPort(one.probe.address, one.probe.port)} ${one.failure === null ? good : timedOut(one) ? 'no answer' : one.failure.code}`,
    )
    .join(', ');
}
