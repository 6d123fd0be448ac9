// What does this run use? Flags over environment over files over profile over defaults, every mistake at once.

import { ConfigError } from '../model/errors.ts';
import { API_VERSION } from '../model/report.ts';
import type { Settings } from '../model/settings.ts';
import type { Depth } from '../model/verdict.ts';
import { bad } from '../parse/parsed.ts';
import { DEFAULT_PROFILE, defaults } from './defaults.ts';
import { effectiveSpec } from './effective.ts';
import type { ConfigFile } from './file.ts';
import type { Output } from './flag-values.ts';
import { hashOf } from './hash.ts';
import { profileOf } from './profiles/index.ts';
import type { EndpointRow } from './profiles/profile.ts';
import { type GateSettings, type Outside, settle } from './settle.ts';
import { type Environment, type FlagInput, fromEnvironment, fromFlags, fromPublisher } from './sources.ts';
import { type Layer, merge, type Origin, type Spec } from './spec.ts';
import { endpointsOf } from './targets.ts';

export type { ConfigFile } from './file.ts';
export type { GateSettings } from './settle.ts';

export interface LoadInput extends Partial<Omit<Outside, 'env'>> {
  readonly flags: FlagInput;
  readonly env: Environment;
  readonly files: readonly ConfigFile[];
  /** Found before: files that could not be read. */
  readonly mistakes?: readonly string[];
  /** Of the command: a gate is quick unless told otherwise. */
  readonly defaultDepth?: Depth;
  /** Of the command: a gate runs before the pod's own containers. */
  readonly defaultPhase?: 'init' | 'running';
  /** A run needs something to ask about. */
  readonly requireTargets?: boolean;
}

export interface Loaded {
  readonly settings: Settings;
  readonly gate: GateSettings;
  /** Every endpoint that the profile and the targets name, measured or not. */
  readonly endpoints: readonly EndpointRow[];
  /** In the order given; empty: a table on standard output. */
  readonly outputs: readonly Output[];
  readonly terminationLog: string | null;
  /** By path of the spec: `tenant`, `dataplane.tcp`. */
  readonly origins: Readonly<Record<string, Origin>>;
  /** A whole PreflightConfig that means the same; it names where the key is and never holds it. */
  readonly effective: { readonly apiVersion: string; readonly kind: string; readonly spec: Spec };
  /** Not mistakes, but worth a line on stderr. */
  readonly notes: readonly string[];
  readonly hash: string;
}

/** Rejects with a ConfigError that holds every mistake. Reads nothing itself: keys and certificates come through `readText`. */
export async function load(input: LoadInput): Promise<Loaded> {
  const flags = fromFlags(input.flags);
  const env = fromEnvironment(input.env);
  const publisher = fromPublisher(input.env);
  const files = await parsed(input.files);
  const mistakes = [...(input.mistakes ?? []), ...flags.mistakes, ...env.mistakes, ...files.mistakes];

  const said = [...publisher.layers, ...files.layers, ...env.layers, ...flags.layers];
  const asked = merge(said).spec;
  const profile = profileOf(asked.profile ?? DEFAULT_PROFILE) ?? {
    id: DEFAULT_PROFILE,
    title: '',
    spec: {},
    endpoints: [],
  };
  const merged = merge([
    { origin: 'default', spec: defaults(asked.depth ?? input.defaultDepth ?? 'standard', input.defaultPhase) },
    ...publisher.layers,
    { origin: 'profile', spec: profile.spec },
    ...files.layers,
    ...env.layers,
    ...flags.layers,
  ]);

  const { rows, targets, variables, mistakes: ofTargets } = endpointsOf(merged, profile);
  const settled = await settle(merged, {
    env: input.env,
    readText: input.readText ?? (async () => bad('cannot be read here')),
    knownFault: input.knownFault ?? (() => true),
    suggestFault: input.suggestFault ?? (() => null),
    now: input.now ?? new Date(),
  });
  mistakes.push(...ofTargets, ...settled.mistakes);
  if (mistakes.length === 0 && input.requireTargets && targets.length === 0) mistakes.push(NOTHING_TO_ASK);
  if (mistakes.length > 0) throw new ConfigError([...new Set(mistakes)]);

  const settings: Settings = { ...settled.settings, profile: profile.id, targets };
  const ofPublisher =
    asked.tenant === undefined || merged.origins.tenant?.startsWith('env NPA_') ? publisher.notes : [];
  const notes = [...ofPublisher, ...env.notes, ...settled.notes];
  const view = () => effectiveSpec(merged, variables, settings, settled.gate);
  if (targets.length > 0 && profile.id === DEFAULT_PROFILE && variables.stitchers.length === 0) notes.push(NO_STITCHER);
  return {
    settings,
    gate: settled.gate,
    endpoints: rows,
    outputs: (flags.extras.get('output') ?? env.extras.get('output') ?? []) as readonly Output[],
    terminationLog: (flags.extras.get('termination-log') ?? env.extras.get('termination-log') ?? null) as string | null,
    notes,
    // Made when asked for: a gate's first packet does not wait for them.
    get origins() {
      return view().origins;
    },
    get effective() {
      return { apiVersion: API_VERSION, kind: 'PreflightConfig', spec: view().spec };
    },
    get hash() {
      return hashOf({ ...settings, psk: settings.psk?.identity ?? null, gate: settled.gate });
    },
  };
}

const NOTHING_TO_ASK =
  'nothing to check: give --tenant NAME and --stitcher HOST,... (or a file with -f, or --target PROTO://HOST:PORT); net-preflight demo needs neither';
const NO_STITCHER =
  'no stitcher is named, so the tunnel (DTLS on 443/UDP) is not checked: add --stitcher HOST; an enrolled Publisher keeps its own in /home/resources/stitcher';

// YAML and the schema cost about 20 ms to load: only a run that has a file pays.
async function parsed(
  files: readonly ConfigFile[],
): Promise<{ layers: readonly Layer[]; mistakes: readonly string[] }> {
  if (files.length === 0) return { layers: [], mistakes: [] };
  const { parseFile } = await import('./file.ts');
  const results = files.map(parseFile);
  return { layers: results.map(({ layer }) => layer), mistakes: results.flatMap(({ mistakes }) => mistakes) };
}
