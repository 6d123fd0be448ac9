// Prometheus text exposition 0.0.4. Labels are bounded: ids of ours, closed words, and the names of configured targets.

import type { Finding } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import { STATUSES, VERDICTS } from '../model/verdict.ts';
import { groupByCheck } from './fold.ts';

type Labels = Readonly<Record<string, string>>;
interface Metric {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly (readonly [labels: Labels, value: number])[];
}

// Beyond this many target series a scrape gets heavy; what is left out is counted, never dropped in silence.
const MOST_TARGET_SERIES = 1000;

export function renderPrometheus(report: Report): string {
  return `${metrics(report).flatMap(exposition).join('\n')}\n`;
}

function metrics({ metadata, verdict, exitCode, findings, rootCauses }: Report): Metric[] {
  const targets = targetSamples(findings);
  return [
    {
      name: 'net_preflight_info',
      help: 'Version and depth of the run, always 1.',
      samples: [[{ version: word(metadata.version), depth: word(metadata.depth) }, 1]],
    },
    {
      name: 'net_preflight_verdict',
      help: 'Verdict of the last run: 1 for the one that holds, 0 for the others.',
      samples: VERDICTS.map((one) => [{ verdict: one }, one === verdict ? 1 : 0]),
    },
    {
      name: 'net_preflight_exit_code',
      help: 'Exit code of the last run.',
      samples: [[{}, exitCode]],
    },
    {
      name: 'net_preflight_interrupted',
      help: '1 when the run was ended before it was complete.',
      samples: [[{}, metadata.interrupted === undefined ? 0 : 1]],
    },
    {
      name: 'net_preflight_run_duration_seconds',
      help: 'How long the last run took.',
      samples: [[{}, metadata.durationMs / 1000]],
    },
    {
      name: 'net_preflight_run_timestamp_seconds',
      help: 'When the last run ended, in seconds since 1970.',
      samples: [[{}, Date.parse(metadata.finishedAt) / 1000]],
    },
    {
      name: 'net_preflight_findings',
      help: 'Findings of the last run by layer, check and status.',
      samples: groupByCheck(findings).flatMap(({ layer, check, findings: group }) =>
        STATUSES.map(
          (status) =>
            [
              { layer: word(layer), check: word(check), status },
              group.filter((finding) => finding.status === status).length,
            ] as const,
        ),
      ),
    },
    {
      name: 'net_preflight_root_cause',
      help: 'Root causes of the last run, and at how many places each was found.',
      samples: counted(
        rootCauses.map(({ fault, layer, check, status }) => ({
          fault: word(fault ?? 'not-determined'),
          layer: word(layer),
          check: word(check),
          status: word(status),
        })),
      ),
    },
    {
      name: 'net_preflight_waived',
      help: 'Findings that a waiver covers, by fault.',
      samples: counted(
        findings.flatMap(({ waived, fault }) => (waived ? [{ fault: word(fault ?? 'not-determined') }] : [])),
      ),
    },
    {
      name: 'net_preflight_target_findings',
      help: 'Findings of the last run for each configured target, by check and status.',
      samples: targets.slice(0, MOST_TARGET_SERIES),
    },
    {
      name: 'net_preflight_target_series_left_out',
      help: 'Series of net_preflight_target_findings that did not fit.',
      samples: [[{}, Math.max(0, targets.length - MOST_TARGET_SERIES)]],
    },
  ];
}

function targetSamples(findings: readonly Finding[]) {
  return counted(
    findings.flatMap(({ target, check, status }) =>
      target
        ? [{ target: hostLabel(target.host), role: word(target.role), check: word(check), status: word(status) }]
        : [],
    ),
  );
}

/** Equal label sets once, with their number. */
function counted(all: readonly Labels[]): (readonly [Labels, number])[] {
  const counts = new Map<string, [Labels, number]>();
  for (const labels of all) {
    const key = JSON.stringify(labels);
    const seen = counts.get(key);
    if (seen) seen[1]++;
    else counts.set(key, [labels, 1]);
  }
  return [...counts.values()];
}

/** Ids and closed words are short and plain; anything else is not ours and becomes `other`. */
function word(value: string): string {
  return /^[\w.:+-]{1,64}$/.test(value) ? value : 'other';
}

/** A host name or address as it may be configured. */
function hostLabel(host: string): string {
  return /^[\w.:%-]{1,253}$/.test(host) ? host : 'other';
}

function exposition({ name, help, samples }: Metric): string[] {
  if (samples.length === 0) return [];
  return [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} gauge`,
    ...samples.map(([labels, value]) => {
      const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
      return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${Number.isFinite(value) ? value : 'NaN'}`;
    }),
  ];
}
