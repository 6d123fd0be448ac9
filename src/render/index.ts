// All formats that a report can be rendered in, each loaded when it is asked for.

import type { Report } from '../model/report.ts';
import { redactDeep } from '../parse/redact.ts';
import type { RenderOptions } from './ink.ts';

export type { RenderOptions } from './ink.ts';

export const FORMATS = [
  { id: 'table', description: 'for a person: verdict, root causes, what to do, one line for each check' },
  { id: 'wide', description: 'the table with nothing folded: every finding, fact and measurement' },
  { id: 'json', description: 'the whole report, net-preflight.dev/v1alpha1' },
  { id: 'yaml', description: 'the same as json, in YAML' },
  { id: 'junit', description: 'JUnit XML: a suite for each layer, a case for each finding' },
  { id: 'prometheus', description: 'metrics in the text exposition format' },
  { id: 'ticket', description: 'a request to a firewall or network team, one for each root cause' },
  { id: 'termination', description: 'the verdict in one line of at most 1000 bytes, as for a termination log' },
] as const;

export type FormatId = (typeof FORMATS)[number]['id'];

type Renderer = (report: Report, options: RenderOptions) => string;

const RENDERERS: { readonly [F in FormatId]: () => Promise<Renderer> } = {
  table: async () => (await import('./table.ts')).renderTable,
  wide: async () => (await import('./wide.ts')).renderWide,
  json: async () => (await import('./json.ts')).renderJson,
  yaml: async () => (await import('./yaml.ts')).renderYaml,
  junit: async () => (await import('./junit.ts')).renderJunit,
  prometheus: async () => (await import('./prometheus.ts')).renderPrometheus,
  ticket: async () => (await import('./ticket.ts')).renderTicket,
  termination: async () => (await import('./termination.ts')).renderTermination,
};

export function isFormat(id: string): id is FormatId {
  return Object.hasOwn(RENDERERS, id);
}

/** Loads a renderer before there is a report: the network takes its time anyway. */
export function prepare(format: FormatId): void {
  // A renderer that cannot be loaded says so when it is needed.
  RENDERERS[format]().catch(() => {});
}

/** The report as text, ending in a newline. Credentials are removed first, whatever the format. */
export async function render(format: FormatId, report: Report, options: RenderOptions): Promise<string> {
  const renderer = await RENDERERS[format]();
  return renderer(redactDeep(report), options);
}
