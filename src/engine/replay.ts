// Judges a stored report again: newer rules on old evidence, no network.

import type { Check, View } from '../model/check.ts';
import { ConfigError } from '../model/errors.ts';
import type { Observation, ObservationOf } from '../model/observation.ts';
import type { Probe, ProbeKind } from '../model/probe.ts';
import { API_VERSION, type Report } from '../model/report.ts';
import type { Settings } from '../model/settings.ts';
import { DEPTHS } from '../model/verdict.ts';
import { judge } from './run.ts';
import { keyOf } from './schedule.ts';

/** The same report with findings, verdict and root causes made anew. Throws ConfigError for what is no report of ours. */
export function replay(stored: unknown, checks: readonly Check[], version: string): Report {
  const report = reportOf(stored);
  const asked = report.settings;
  if (!asked)
    throw new ConfigError(['the report does not say what was asked (no "settings"): it was made by an older version']);
  const { expectedCas, ...rest } = asked;
  // How many there were matters to nobody: only whether a CA was given.
  const expectCa = expectedCas > 0 ? [''] : [];
  const settings: Settings = {
    ...rest,
    psk: null,
    connectTo: {},
    expectCa,
  };
  const within = checks.filter((check) => DEPTHS.indexOf(check.depth) <= DEPTHS.indexOf(settings.depth));
  return {
    ...report,
    ...judgedAgain(within, report, settings),
    metadata: { ...report.metadata, version },
    vantage: { ...report.vantage, world: 'replay' },
  };
}

// Our own reports have the shape that the rules rely on. One that was edited may not, deep inside: then it is the report.
function judgedAgain(checks: readonly Check[], report: Report, settings: Settings) {
  try {
    return judge(checks, viewOf(report, settings), settings, new Date(report.metadata.finishedAt));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ConfigError([`the report is damaged: ${error.message.slice(0, 120)}`]);
  }
}

function viewOf(report: Report, settings: Settings): View {
  const seen = new Map<string, Observation>(report.observations.map((one) => [keyOf(one.probe), one]));
  return {
    facts: report.facts,
    settings,
    nowMs: report.metadata.durationMs,
    seen: <P extends Probe>(probe: P) => seen.get(keyOf(probe)) as ObservationOf<P['kind']> | undefined,
    all: <K extends ProbeKind>(kind: K) =>
      report.observations.filter(
        (one) => one.probe.kind === kind,
      ) as readonly Observation[] as readonly ObservationOf<K>[],
    waitingMs: () => null,
    suspect: () => false,
  };
}

function reportOf(stored: unknown): Report {
  const mistakes: string[] = [];
  const value = (typeof stored === 'object' && stored !== null ? stored : {}) as Record<string, unknown>;
  if (value.kind !== 'PreflightReport') mistakes.push('not a PreflightReport: write one with -o json=FILE');
  else if (value.apiVersion !== API_VERSION)
    mistakes.push(`apiVersion ${String(value.apiVersion).slice(0, 60)}: this version reads ${API_VERSION}`);
  for (const key of ['metadata', 'facts', 'vantage']) {
    if (mistakes.length === 0 && (typeof value[key] !== 'object' || value[key] === null))
      mistakes.push(`the report has no ${key}`);
  }
  const observations = value.observations;
  const whole = Array.isArray(observations) && observations.every((one) => typeof one?.probe?.kind === 'string');
  if (mistakes.length === 0 && !whole) mistakes.push('the report has no usable observations');
  const settings = value.settings as Record<string, unknown> | null | undefined;
  const asked = settings === undefined || (Array.isArray(settings?.targets) && Array.isArray(settings.waivers));
  if (mistakes.length === 0 && !asked)
    mistakes.push('the report does not say what was asked: its "settings" are damaged');
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return value as unknown as Report;
}
