// The configuration as a person writes it, part by part, and where each part came from.

import type { Spec } from './schema.ts';

export type { Spec } from './schema.ts';

export type Origin = 'default' | 'profile' | `file ${string}` | `env ${string}` | `flag ${string}`;

/** One source of settings. */
export interface Layer {
  readonly origin: Origin;
  readonly spec: Spec;
  /** `file a.yaml:3:5`, for a source that has lines. */
  readonly at?: (path: readonly PropertyKey[]) => string;
}

/** Parts of the spec that are laid over one another key by key; everything else, lists too, is replaced whole. */
export const SECTIONS = ['controls', 'dataplane', 'psk', 'gate'] as const;
type Section = (typeof SECTIONS)[number];

const CONTROL_KINDS = ['https', 'stun', 'quic', 'nobody'] as const;

/** `{gate: {wait: '2m'}}` → `{'gate.wait': '2m'}`; `controls: off` counts as off for each kind. */
export function flatten(spec: Spec): Map<string, unknown> {
  const leaves = new Map<string, unknown>();
  for (const [key, value] of Object.entries(spec)) {
    if (value === undefined || value === null) continue;
    if (key === 'controls' && value === 'off') {
      for (const kind of CONTROL_KINDS) leaves.set(`controls.${kind}`, 'off');
    } else if (SECTIONS.includes(key as Section)) {
      if (typeof value !== 'object' || Array.isArray(value)) continue;
      for (const [inner, part] of Object.entries(value)) {
        if (part !== undefined && part !== null) leaves.set(`${key}.${inner}`, part);
      }
    } else {
      leaves.set(key, value);
    }
  }
  return leaves;
}

/** The inverse of flatten. */
export function unflatten(leaves: ReadonlyMap<string, unknown>): Spec {
  const spec: Record<string, unknown> = {};
  for (const [path, value] of leaves) {
    const [key = '', inner] = path.split('.', 2);
    if (inner === undefined) spec[key] = value;
    else spec[key] = { ...(spec[key] as object | undefined), [inner]: value };
  }
  return spec as Spec;
}

export interface Merged {
  readonly spec: Spec;
  /** By path: `tenant`, `dataplane.tcp`, `controls.stun`. */
  readonly origins: Readonly<Record<string, Origin>>;
  /** Where a part was written, for a mistake: `flag --tenant`, `file a.yaml:3:5 spec.waivers[0].fault`. */
  readonly place: (path: string, inside?: readonly PropertyKey[]) => string;
}

/** Later layers win. */
export function merge(layers: readonly Layer[]): Merged {
  const leaves = new Map<string, unknown>();
  const origins: Record<string, Origin> = {};
  const sources = new Map<string, Layer>();
  const drop = (path: string) => {
    leaves.delete(path);
    delete origins[path];
  };
  for (const layer of layers) {
    const own = flatten(layer.spec);
    // The key has one place: naming another replaces it.
    if (own.has('psk.keyFile') && !own.has('psk.keyEnv')) drop('psk.keyEnv');
    if (own.has('psk.keyEnv') && !own.has('psk.keyFile')) drop('psk.keyFile');
    for (const [path, value] of own) {
      leaves.set(path, value);
      origins[path] = layer.origin;
      sources.set(path, layer);
    }
  }
  const place = (path: string, inside: readonly PropertyKey[] = []) => {
    const source = sources.get(path);
    if (source?.at === undefined) return source?.origin ?? path;
    const whole = [...path.split('.'), ...inside];
    return `${source.at(whole)}: spec${whole.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('')}`;
  };
  return { spec: unflatten(leaves), origins, place };
}
