// Builds one Report from its findings, so that a scenario says only what is particular about it.

import type { Facts } from '../../../src/model/fact.ts';
import type { Evidence, Finding, Remedy, Waived } from '../../../src/model/finding.ts';
import type { Layer } from '../../../src/model/layer.ts';
import { API_VERSION, type Report, type ReportMetadata, type Vantage } from '../../../src/model/report.ts';
import type { TargetRef } from '../../../src/model/target.ts';
import { SEVERITIES, type Severity, type Status } from '../../../src/model/verdict.ts';

export const RESOLVER: TargetRef = {
  host: '10.96.0.10',
  address: '10.96.0.10',
  port: 53,
  protocol: 'dns',
  role: 'resolver',
};
export const TENANT_HOST = 'acme.goskope.com';
export const TENANT_ADDRESS = '198.51.100.10';
export const LONDON = 'gateway-lon1.gw.npa.goskope.com';
export const FRANKFURT = 'gateway-fra1.gw.npa.goskope.com';
/** The four addresses of the two stitchers. */
export const STITCHERS: readonly (readonly [string, string])[] = [
  [LONDON, '198.51.100.21'],
  [LONDON, '198.51.100.22'],
  [FRANKFURT, '198.51.100.23'],
  [FRANKFURT, '198.51.100.24'],
];

export function tenant(address: string | null = TENANT_ADDRESS): TargetRef {
  return { host: TENANT_HOST, ...(address === null ? {} : { address }), port: 443, protocol: 'https', role: 'tenant' };
}

export function stitcher(host: string, address: string, protocol: 'dtls' | 'tcp' = 'dtls'): TargetRef {
  return { host, address, port: 443, protocol, role: 'stitcher' };
}

export interface FindingParts {
  readonly severity?: Severity;
  readonly fault?: string;
  readonly cause?: string;
  readonly breaks?: string;
  readonly remedy?: Remedy;
  readonly evidence?: readonly Evidence[];
  readonly causedBy?: string;
  readonly waived?: Waived;
}

export function finding(
  status: Status,
  check: string,
  layer: Layer,
  target: TargetRef | null,
  summary: string,
  parts: FindingParts = {},
): Finding {
  const {
    severity = status === 'fail' ? 'critical' : status === 'warn' ? 'medium' : 'info',
    evidence = [],
    ...rest
  } = parts;
  return { check, layer, target, status, severity, summary, evidence, ...rest };
}

export const pass = finding.bind(null, 'pass');
export const warn = finding.bind(null, 'warn');
export const fail = finding.bind(null, 'fail');
export const skip = finding.bind(null, 'skip');
export const unknown = finding.bind(null, 'error');

/** What a pod on a healthy cluster says of itself. */
export const HEALTHY_FACTS: Facts = {
  resolvConf: {
    known: true,
    value: {
      path: '/etc/resolv.conf',
      nameservers: ['10.96.0.10'],
      search: ['npa-publisher.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
      ndots: 5,
      timeoutSeconds: 5,
      attempts: 2,
      options: [],
    },
  },
  hosts: { known: true, value: [{ address: '127.0.0.1', names: ['localhost'] }] },
  proxy: {
    known: true,
    value: { httpProxy: null, httpsProxy: null, noProxy: null, allProxy: null, conflicts: [] },
  },
  interfaces: { known: true, value: [{ name: 'eth0', up: true, mtu: 1500, addresses: ['10.244.1.10/24'] }] },
  routes: { known: true, value: [{ destination: '0.0.0.0/0', gateway: '10.244.1.1', interface: 'eth0', family: 4 }] },
  ipv6: { known: true, value: { disabled: true, globalAddress: false, defaultRoute: false } },
  capabilities: { known: true, value: { effective: [] } },
  identity: { known: true, value: { pod: 'npa-0', namespace: 'npa-publisher', node: 'node-3', inPod: true } },
  apiServer: { known: true, value: { address: '10.96.0.1', port: 443 } },
  networkingMode: { known: false, why: 'NPA_NETWORKING_MODE is not set in this container' },
};

export interface ReportParts extends Partial<Omit<Report, 'metadata' | 'vantage' | 'apiVersion' | 'kind'>> {
  readonly verdict: Report['verdict'];
  readonly exitCode: number;
  readonly headline: string;
  readonly findings: readonly Finding[];
  readonly metadata?: Partial<ReportMetadata>;
  readonly vantage?: Partial<Vantage>;
}

/** Started on a fixed day. Root causes, unless given: what warns or fails and is not explained, most severe first. */
export function report(parts: ReportParts): Report {
  const startedAt = Date.parse('2026-11-20T20:14:03.120Z');
  const durationMs = parts.metadata?.durationMs ?? 214;
  return {
    apiVersion: API_VERSION,
    kind: 'PreflightReport',
    metadata: {
      runId: '0b6f2c1e-5f0a-4d0c-9a53-3c1d2e4f5a6b',
      startedAt: new Date(startedAt).toISOString(),
      finishedAt: new Date(startedAt + durationMs).toISOString(),
      version: '0.1.0',
      configHash: 'sha256:5d41402abc4b2a76',
      depth: 'standard',
      ...parts.metadata,
      durationMs,
    },
    vantage: {
      pod: 'npa-0',
      namespace: 'npa-publisher',
      node: 'node-3',
      hostNetwork: false,
      addresses: ['10.244.1.10'],
      world: 'live',
      ...parts.vantage,
    },
    verdict: parts.verdict,
    exitCode: parts.exitCode,
    headline: parts.headline,
    rootCauses: parts.rootCauses ?? unexplained(parts.findings),
    findings: parts.findings,
    facts: parts.facts ?? HEALTHY_FACTS,
    ...(parts.settings ? { settings: parts.settings } : {}),
    observations: parts.observations ?? [],
  };
}

function unexplained(findings: readonly Finding[]): readonly Finding[] {
  return findings
    .filter(({ status, causedBy }) => (status === 'fail' || status === 'warn') && causedBy === undefined)
    .sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}
