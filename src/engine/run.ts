// One run: facts in, one finished report out.

import { createHash, randomUUID } from 'node:crypto';
import type { Check, View } from '../model/check.ts';
import type { Facts } from '../model/fact.ts';
import type { ProbeRegistry } from '../model/probe-context.ts';
import { API_VERSION, type AskedSettings, type Report, type ReportMetadata, type Vantage } from '../model/report.ts';
import type { Settings } from '../model/settings.ts';
import { DEPTHS, EXIT } from '../model/verdict.ts';
import type { Clock } from './clock.ts';
import { explainAll } from './explain.ts';
import { measure, type Progress } from './schedule.ts';
import { summarize } from './summarize.ts';
import { waive } from './waive.ts';

export interface Run {
  readonly settings: Settings;
  readonly facts: Facts;
  readonly checks: readonly Check[];
  readonly probes: ProbeRegistry;
  readonly clock: Clock;
  readonly version: string;
  readonly configHash?: string;
  readonly world: Vantage['world'];
  readonly proxyAuthorization?: string;
  readonly onProgress?: (progress: Progress) => void;
}

/** Why a run is stopped early: the abort signal's reason. */
export type Interruption = NonNullable<ReportMetadata['interrupted']>;

/** Measures, judges, sums up. A stopped run reports what is known so far. */
export async function run(input: Run, stop: AbortSignal): Promise<Report> {
  const { settings, facts, clock } = input;
  const began = clock.date();
  const startedAt = clock.now();
  const checks = input.checks.filter((check) => DEPTHS.indexOf(check.depth) <= DEPTHS.indexOf(settings.depth));
  const ownEnd = new AbortController();
  const cancelEnd = clock.after(settings.timeoutMs, () => ownEnd.abort('timeout'));
  const end = AbortSignal.any([stop, ownEnd.signal]);
  const view = await measure({ ...input, checks }, end);
  cancelEnd();
  const finished = clock.date();
  const interrupted = end.aborted ? reason(end) : null;
  const judged = judge(checks, view, settings, finished);
  return {
    apiVersion: API_VERSION,
    kind: 'PreflightReport',
    metadata: {
      runId: randomUUID(),
      startedAt: began.toISOString(),
      finishedAt: finished.toISOString(),
      durationMs: Math.round(clock.now() - startedAt),
      version: input.version,
      configHash: input.configHash ?? hashOf(settings),
      depth: settings.depth,
      ...(interrupted ? { interrupted } : {}),
    },
    vantage: vantageOf(facts, input.world),
    ...judged,
    exitCode: interrupted ? (INTERRUPTED[interrupted] ?? judged.exitCode) : judged.exitCode,
    facts,
    settings: askedOf(settings),
    observations: observationsOf(view),
  };
}

/** A signal decides the exit code; a run that used up its time is judged by what it knows. */
const INTERRUPTED: Partial<Record<Interruption, number>> = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated };

/** The pure half: the same for a live run and for a replay of stored observations. */
export function judge(checks: readonly Check[], view: View, settings: Settings, today: Date) {
  const conclusions = checks.flatMap((check) => check.diagnose(view));
  return summarize(explainAll(waive(conclusions, settings, today)), settings);
}

function reason(signal: AbortSignal): Interruption {
  return signal.reason === 'SIGINT' || signal.reason === 'SIGTERM' ? signal.reason : 'timeout';
}

const KINDS = ['dns', 'dns-burst', 'lookup', 'tcp', 'https', 'dtls', 'dtls-psk', 'stun', 'quic', 'neighbours'] as const;

function observationsOf(view: View) {
  return KINDS.flatMap((kind) => view.all(kind))
    .sort((a, b) => a.startedMs - b.startedMs)
    .map((one) => rounded(one));
}

// A microsecond is the finest that a report tells; below it is noise of the clock.
function rounded<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([name, inner]) => [
    name,
    typeof inner === 'number' && name.endsWith('Ms') ? Math.round(inner * 1000) / 1000 : rounded(inner),
  ]);
  return Object.fromEntries(entries) as T;
}

function vantageOf(facts: Facts, world: Vantage['world']): Vantage {
  const identity = facts.identity.known ? facts.identity.value : null;
  const interfaces = facts.interfaces.known ? facts.interfaces.value.filter((one) => one.name !== 'lo') : [];
  return {
    pod: identity?.pod ?? null,
    namespace: identity?.namespace ?? null,
    node: identity?.node ?? null,
    hostNetwork: facts.hostNetwork?.known ? facts.hostNetwork.value : null,
    addresses: interfaces.flatMap((one) => one.addresses).map((cidr) => cidr.split('/')[0] ?? cidr),
    world,
  };
}

function askedOf(settings: Settings): AskedSettings {
  const { psk: _key, connectTo: _detours, expectCa, ...asked } = settings;
  return { ...asked, expectedCas: expectCa.length };
}

/** Which settings a report was made with, without telling them: secrets are part of it. */
export function hashOf(settings: Settings): string {
  return createHash('sha256')
    .update(JSON.stringify({ ...settings, psk: null }))
    .digest('hex')
    .slice(0, 12);
}
