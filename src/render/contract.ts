// The report in the key order of the contract, so that two runs can be compared line by line. `json` and `yaml` print this.

import type { Report } from '../model/report.ts';

const REPORT = [
  'apiVersion',
  'kind',
  'metadata',
  'vantage',
  'verdict',
  'exitCode',
  'headline',
  'rootCauses',
  'findings',
  'facts',
  'settings',
  'observations',
];
const METADATA = ['runId', 'startedAt', 'finishedAt', 'durationMs', 'version', 'configHash', 'depth', 'interrupted'];
const VANTAGE = ['pod', 'namespace', 'node', 'hostNetwork', 'addresses', 'world'];
const FINDING = [
  'check',
  'layer',
  'target',
  'status',
  'severity',
  'fault',
  'summary',
  'cause',
  'breaks',
  'remedy',
  'evidence',
  'causedBy',
  'waived',
];
const TARGET = ['host', 'address', 'port', 'protocol', 'role'];
const REMEDY = ['summary', 'commands', 'docs'];
const EVIDENCE = ['text', 'command'];
const WAIVED = ['reason', 'until'];
const OBSERVATION = ['probe', 'startedMs', 'durationMs', 'attempts', 'failure'];
const PROBE = ['kind', 'host', 'server', 'address', 'port', 'name', 'type', 'transport', 'variant'];
const FAILURE = ['code', 'operation', 'detail'];

type Shape = Readonly<Record<string, unknown>>;

/** A plain copy; keys that this version does not know follow in their own order, `undefined` is left out. */
export function inContractOrder(report: Report): Shape {
  const { metadata, vantage, rootCauses, findings, observations } = report;
  return ordered(
    {
      ...report,
      metadata: ordered(metadata, METADATA),
      vantage: ordered(vantage, VANTAGE),
      rootCauses: rootCauses.map(findingInOrder),
      findings: findings.map(findingInOrder),
      observations: observations.map((seen) =>
        ordered({ ...seen, probe: ordered(seen.probe, PROBE), failure: maybe(seen.failure, FAILURE) }, OBSERVATION),
      ),
    },
    REPORT,
  );
}

function findingInOrder(finding: Report['findings'][number]): Shape {
  const { target, remedy, evidence, waived } = finding;
  return ordered(
    {
      ...finding,
      target: maybe(target, TARGET),
      remedy: maybe(remedy, REMEDY),
      evidence: evidence.map((one) => ordered(one, EVIDENCE)),
      waived: maybe(waived, WAIVED),
    },
    FINDING,
  );
}

function maybe(value: object | null | undefined, keys: readonly string[]): Shape | null | undefined {
  return value ? ordered(value, keys) : (value as null | undefined);
}

function ordered(value: object, keys: readonly string[]): Shape {
  const known = new Set(keys);
  const given = value as Shape;
  const names = [...keys, ...Object.keys(given).filter((key) => !known.has(key))];
  return Object.fromEntries(names.flatMap((key) => (given[key] === undefined ? [] : [[key, given[key]]])));
}
