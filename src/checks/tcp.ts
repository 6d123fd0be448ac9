// Does a TCP connection open to each address?

import type { Check, Conclusion, View } from '../model/check.ts';
import type { Failure } from '../model/failure.ts';
import type { Probe } from '../model/probe.ts';
import type { Target } from '../model/target.ts';
import { addressList } from '../parse/ip.ts';
import { duration, type Frame, faultsOf, judge, pass, refOf, skip, unknown } from './conclude.ts';
import { controls, stunControls, tcpControls } from './controls.ts';
import { addressesOf, httpsProbes, proxyFor, resolving, targetsOf } from './scene.ts';
import { ROWS, type TcpAddress, type TcpEvidence } from './tcp-rows.ts';

export const tcp: Check = {
  id: 'tcp',
  layer: 'tcp',
  question: 'Does a TCP connection open to each address?',
  depth: 'quick',
  faults: faultsOf(ROWS),
  plan,
  diagnose: (view) => [...targetsOf(view, 'https'), ...tcpTargets(view)].flatMap((target) => judgeTarget(view, target)),
};

// What is only for information is not asked for by a gate.
function tcpTargets(view: View): readonly Target[] {
  const targets = targetsOf(view, 'tcp');
  return view.settings.depth === 'quick' ? targets.filter((target) => target.requirement !== 'info') : targets;
}

function plan(view: View): Probe[] {
  const probes: Probe[] = [];
  for (const target of tcpTargets(view)) probes.push(...connects(view, target));
  for (const target of targetsOf(view, 'https')) {
    const asked = httpsProbes(view, target);
    probes.push(...asked);
    if (target.requirement === 'info' || proxyFor(view, target)) continue;
    if (asked.some((probe) => view.suspect(probe) || refused(view.seen(probe)?.failure))) {
      probes.push(...tcpControls(view), ...stunControls(view));
      if (view.facts.apiServer.known) probes.push({ kind: 'tcp', ...view.facts.apiServer.value });
    }
  }
  return probes;
}

function refused(failure: Failure | null | undefined): boolean {
  return failure?.operation === 'connect';
}

function connects(view: View, target: Target) {
  return addressesOf(view, target.host).map((address) => ({ kind: 'tcp' as const, address, port: target.port }));
}

function asked(view: View, target: Target): number {
  return target.protocol === 'tcp' ? connects(view, target).length : httpsProbes(view, target).length;
}

function addressesSeen(view: View, target: Target): TcpAddress[] {
  if (target.protocol === 'tcp') {
    return connects(view, target).flatMap((probe) => {
      const seen = view.seen(probe);
      return seen
        ? [{ address: probe.address, connectMs: seen.connectMs, attempts: seen.attempts, failure: seen.failure }]
        : [];
    });
  }
  return httpsProbes(view, target).flatMap((probe) => {
    const seen = view.seen(probe);
    if (!seen || probe.address === null) return [];
    const failure = seen.failure?.operation === 'connect' ? seen.failure : null;
    return [{ address: probe.address, connectMs: seen.connectMs, attempts: seen.attempts, failure }];
  });
}

function judgeTarget(view: View, target: Target): Conclusion[] {
  if (proxyFor(view, target)) return [];
  const seen = addressesSeen(view, target);
  const required = target.requirement === 'required';
  const frame: Frame = {
    check: 'tcp',
    layer: 'tcp',
    target: refOf(target),
    needs: ['resolver', 'names', `name:${target.host}`, 'egress'],
    breaksWhat: [`tcp:${target.host}`],
  };
  const where = `${target.host} ${target.port}/TCP`;
  if (seen.length === 0) {
    if (resolving(view, target.host)) return [unknown(frame, `${where}: the name is still being resolved`, required)];
    return [
      addressesOf(view, target.host).length > 0
        ? unknown(frame, `${where} was not finished`, required)
        : skip(frame, `${where}: no address to connect to`),
    ];
  }
  const open = seen.filter((one) => one.failure === null);
  if (open.length === seen.length) {
    return seen.map((one) =>
      pass(
        { ...frame, target: refOf(target, one.address), breaksWhat: [] },
        `connects in ${duration(one.connectMs ?? 0)}`,
      ),
    );
  }
  // A stitcher that answers only UDP is healthy: 443/TCP to it is reported, nothing more.
  if (target.requirement === 'info') {
    const dead = seen.filter((one) => one.failure !== null).map((one) => one.address);
    return [
      pass(
        { ...frame, breaksWhat: [] },
        `${where} ${open.length} of ${seen.length} open, for information: ${addressList(dead)} not`,
      ),
    ];
  }
  const evidence: TcpEvidence = {
    target,
    seen,
    open,
    dead: seen.filter((one) => one.failure !== null),
    controls: controls(view),
    hasDefaultRoute: view.facts.routes.known
      ? view.facts.routes.value.some((one) => one.destination === '0.0.0.0/0')
      : null,
    apiServer: view.facts.apiServer.known ? (view.seen({ kind: 'tcp', ...view.facts.apiServer.value }) ?? null) : null,
  };
  const ipv6Only = evidence.dead.every((one) => one.address.includes(':'));
  const needs = [...(frame.needs ?? []), ...(ipv6Only ? [`ipv6:${target.host}`] : [])];
  const found = judge(ROWS, evidence, { ...frame, needs, ...(open.length > 0 ? { breaksWhat: [] } : {}) });
  if (!found) return [];
  // Without a name for it, what was not finished could still have connected.
  if (!found.fault && open.length === 0 && asked(view, target) > seen.length) {
    return [unknown(frame, `${where} was not finished`, required, found.evidence)];
  }
  return [found.fault ? { ...found, breaksWhat: [...(found.breaksWhat ?? []), 'egress'] } : found];
}
