// One configuration file: text in, a layer and every mistake with its line out.

import { terminalText } from '../parse/terminal-text.ts';
import { type Remark, remarks } from './issue-text.ts';
import { quoted } from './mistake.ts';
import { configSchema, jsonSchema, KIND } from './schema.ts';
import { flatten, type Layer, type Spec, unflatten } from './spec.ts';
import { readYaml } from './yaml-text.ts';

export interface ConfigFile {
  /** As it is shown: a path, or `stdin`. */
  readonly name: string;
  readonly text: string;
}

/** 1 MiB: what a ConfigMap can hold (etcd's limit on an object), and far more than 10,000 targets need. */
export const FILE_LIMIT_BYTES = 1_048_576;

// Nobody reads more.
const MISTAKE_LIMIT = 50;

/** The layer holds what is sound, so that the other sources can still be judged beside it. */
export function parseFile(file: ConfigFile): { readonly layer: Layer; readonly mistakes: readonly string[] } {
  const origin = `file ${file.name}` as const;
  const broken = (mistakes: readonly string[]) => ({
    layer: { origin, spec: {} },
    mistakes: bounded(mistakes, origin),
  });
  if (file.text.length > FILE_LIMIT_BYTES) return broken([`${origin}: is larger than 1 MiB`]);
  const yaml = readYaml(file.text, origin);
  if ('mistakes' in yaml) return broken(yaml.mistakes);

  const { data, offsetOf, position } = yaml;
  if (isRecord(data) && typeof data.kind === 'string' && data.kind !== KIND) {
    const hint = data.kind === 'ConfigMap' ? ': give the text that stands under its data, or mount it' : '';
    return broken([`${origin}${position(offsetOf(['kind'], false))}: kind ${quoted(data.kind)} is not ${KIND}${hint}`]);
  }
  const result = configSchema.safeParse(data);
  const spec = (isRecord(data) && isRecord(data.spec) ? data.spec : {}) as Spec;
  const at = (path: readonly PropertyKey[]) => `${origin}${position(offsetOf(['spec', ...path], false))}`;
  if (result.success) return { layer: { origin, spec, at }, mistakes: [] };

  const found = remarks(result.error.issues, data, jsonSchema())
    .map((remark) => ({ remark, offset: offsetOf(remark.path, remark.atKey) }))
    .sort((a, b) => a.offset - b.offset);
  const sound = withoutMistakes(
    spec,
    found.map(({ remark }) => remark.path),
  );
  const mistakes = found.map(({ remark, offset }) => `${origin}${position(offset)}: ${sentence(remark)}`);
  return { layer: { origin, spec: sound, at }, mistakes: bounded(mistakes, origin) };
}

/** Drops each part of the spec that has a mistake in it. */
function withoutMistakes(spec: Spec, paths: readonly (readonly PropertyKey[])[]): Spec {
  const leaves = flatten(spec);
  for (const path of paths) {
    const [, key, inner] = path.map(String);
    leaves.delete(`${key}`);
    leaves.delete(`${key}.${inner}`);
    // Half a key is worse than none: it would be called incomplete as well.
    if (key === 'psk') for (const leaf of leaves.keys()) if (leaf.startsWith('psk.')) leaves.delete(leaf);
  }
  return unflatten(leaves);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sentence({ path, text, atKey }: Remark): string {
  const dotted = path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${terminalText(String(key), 60)}`))
    .join('');
  return `${dotted.replace(/^\./, '') || 'the file'}${atKey ? ': ' : ' '}${text}`;
}

function bounded(mistakes: readonly string[], origin: string): readonly string[] {
  if (mistakes.length <= MISTAKE_LIMIT) return mistakes;
  return [...mistakes.slice(0, MISTAKE_LIMIT), `${origin}: and ${mistakes.length - MISTAKE_LIMIT} more`];
}
