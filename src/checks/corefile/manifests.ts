// The same stub zone in the words of distributions whose Corefile is not edited: as a manifest's lines.

import type { Corefile, CorefileDirective } from '../../parse/corefile-types.ts';
import type { Guide } from './distributions.ts';
import { type DeclaredZone, shownZone } from './lint-finding.ts';
import { directiveText, stubBlock } from './stub-block.ts';

export interface Manifest {
  readonly file: string;
  readonly lines: readonly string[];
}

/** `corefile` is needed for a chart only: its servers are listed as a whole. */
export function manifestOf(guide: Guide, declared: DeclaredZone, corefile: Corefile | null): Manifest | null {
  switch (guide.form) {
    case 'corefile':
      return null;
    case 'import':
      return { file: 'coredns-custom.yaml', lines: customLines(declared) };
    case 'stub-domains':
      return { file: 'kube-dns.yaml', lines: stubDomains(declared) };
    case 'operator':
      return { file: 'dns-default.yaml', lines: operatorLines(declared) };
    case 'chart':
      return corefile && { file: 'rke2-coredns.yaml', lines: chartLines(corefile) };
  }
}

function named(kind: string, apiVersion: string, name: string): string[] {
  return [`apiVersion: ${apiVersion}`, `kind: ${kind}`, 'metadata:', `  name: ${name}`, '  namespace: kube-system'];
}

function customLines(declared: DeclaredZone): readonly string[] {
  const key = `${shownZone(declared.zone).replaceAll('.', '-')}.server`;
  const block = stubBlock(declared, 53).split('\n');
  return [...named('ConfigMap', 'v1', 'coredns-custom'), 'data:', `  ${key}: |`, ...block.map((line) => `    ${line}`)];
}

function stubDomains({ zone, forwarders }: DeclaredZone): readonly string[] {
  const value = JSON.stringify({ [shownZone(zone)]: forwarders });
  return [...named('ConfigMap', 'v1', 'kube-dns'), 'data:', '  stubDomains: |', `    ${value}`];
}

function operatorLines({ zone, forwarders }: DeclaredZone): readonly string[] {
  return [
    'apiVersion: operator.openshift.io/v1',
    'kind: DNS',
    'metadata:',
    '  name: default',
    'spec:',
    '  servers:',
    `  - name: ${shownZone(zone).replaceAll('.', '-')}`,
    '    zones:',
    `    - ${shownZone(zone)}`,
    '    forwardPlugin:',
    '      policy: Sequential',
    '      upstreams:',
    ...forwarders.map((address) => `      - ${address}`),
  ];
}

function chartLines({ blocks }: Corefile): readonly string[] {
  const servers = blocks.flatMap(({ keys, directives }) => [
    '- zones:',
    ...keys.map(({ zone }) => `  - zone: ${JSON.stringify(shownZone(zone))}`),
    `  port: ${keys[0]?.port ?? 53}`,
    '  plugins:',
    ...directives.flatMap(pluginLines),
  ]);
  return [
    ...named('HelmChartConfig', 'helm.cattle.io/v1', 'rke2-coredns'),
    'spec:',
    '  valuesContent: |-',
    '    servers:',
    ...servers.map((line) => `    ${line}`),
  ];
}

function pluginLines({ name, args, block }: CorefileDirective): readonly string[] {
  const parameters = args.map(({ text }) => text).join(' ');
  return [
    `  - name: ${name}`,
    ...(parameters === '' ? [] : [`    parameters: ${JSON.stringify(parameters)}`]),
    ...(block === null || block.length === 0
      ? []
      : [
          '    configBlock: |-',
          ...block.flatMap((line) => directiveText(line).split('\n')).map((line) => `      ${line}`),
        ]),
  ];
}
