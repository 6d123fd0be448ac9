// The command line and the environment as layers: ours (NET_PREFLIGHT_*), and what the Publisher's own environment already says.

import { closest } from '../parse/closest.ts';
import { attributeOf, FLAGS, type Flag } from './flags.ts';
import { quoted } from './mistake.ts';
import { type Layer, type Origin, type Spec, unflatten } from './spec.ts';
import { readTenant } from './values.ts';

export type Environment = Readonly<Record<string, string | undefined>>;
/** By attribute name, as commander gives them: text, a list of texts, or a boolean. */
export type FlagInput = Readonly<Record<string, unknown>>;

export interface Source {
  readonly layers: readonly Layer[];
  readonly mistakes: readonly string[];
  readonly notes: readonly string[];
  /** What is no part of the spec: `config`, `output`, `termination-log`. */
  readonly extras: ReadonlyMap<string, unknown>;
}

export function fromFlags(input: FlagInput): Source {
  return gather('flag', (flag) => flagTexts(flag, input));
}

function flagTexts(flag: Flag, input: FlagInput): readonly string[] | null {
  const value = input[attributeOf(flag)];
  if (value === undefined || value === null) return null;
  // Commander sets a negatable switch to true by itself; a plain one is never false.
  if (typeof value === 'boolean') return value === flag.name.startsWith('no-') ? null : [String(value)];
  return Array.isArray(value) ? value.map(String) : [String(value)];
}

export function fromEnvironment(env: Environment): Source {
  const source = gather('env', (flag) => environmentTexts(flag, env));
  const { mistakes, notes } = strangers(env);
  return { ...source, mistakes: [...source.mistakes, ...mistakes], notes };
}

function environmentTexts(flag: Flag, env: Environment): readonly string[] | null {
  const value = flag.env === null ? undefined : env[flag.env];
  // An empty variable is one that a template left empty.
  return value === undefined || value.trim() === '' ? null : [value];
}

/** The files to read, as `--config` or, without it, NET_PREFLIGHT_CONFIG names them. */
export function configPaths(input: FlagInput, env: Environment): readonly string[] {
  const flag = FLAGS.find(({ name }) => name === 'config');
  const texts = flag === undefined ? null : (flagTexts(flag, input) ?? environmentTexts(flag, env));
  // A mistake in them is told by load.
  return flag === undefined || texts === null ? [] : ((flag.read(texts).value as readonly string[] | undefined) ?? []);
}

function gather(kind: 'flag' | 'env', textsOf: (flag: Flag) => readonly string[] | null): Source {
  const layers = new Map<string, { layer: Layer; value: unknown }>();
  const extras = new Map<string, unknown>();
  const mistakes: string[] = [];
  for (const flag of FLAGS) {
    const texts = textsOf(flag);
    if (texts === null) continue;
    const origin: Origin = kind === 'flag' ? `flag --${flag.name}` : `env ${flag.env ?? ''}`;
    const reading = flag.read(texts);
    for (const mistake of reading.mistakes) mistakes.push(`${origin}: ${mistake}`);
    if (reading.value === undefined) continue;
    if (flag.path === null) {
      extras.set(flag.name, reading.value);
      continue;
    }
    const before = layers.get(flag.path);
    if (before && before.value !== reading.value) {
      mistakes.push(`${origin}: contradicts ${before.layer.origin.replace('flag ', '')}: choose one`);
    }
    const spec = unflatten(new Map([[flag.path, reading.value]]));
    layers.set(flag.path, { layer: { origin, spec }, value: reading.value });
  }
  return { layers: [...layers.values()].map(({ layer }) => layer), mistakes, notes: [], extras };
}

const PREFIX = 'NET_PREFLIGHT_';
// What the kubelet sets for a Service called net-preflight or net-preflight-*: not ours (enableServiceLinks).
const SERVICE_LINK = /_(?:SERVICE_HOST|SERVICE_PORT\w*|PORT|PORT_\d+_(?:TCP|UDP|SCTP)\w*)$/;

/** Variables with our prefix that nothing reads: a mistake when it looks like a slip, a note otherwise. */
function strangers(env: Environment): { mistakes: string[]; notes: string[] } {
  const known = FLAGS.flatMap(({ env: name }) => (name === null ? [] : [name]));
  const mistakes: string[] = [];
  const notes: string[] = [];
  for (const name of Object.keys(env)) {
    if (!name.startsWith(PREFIX) || known.includes(name) || SERVICE_LINK.test(name)) continue;
    // Without the prefix, which would make everything look alike.
    const near = closest(
      name.slice(PREFIX.length),
      known.map((other) => other.slice(PREFIX.length)),
    );
    const shown = quoted(name).slice(1, -1);
    if (near === null) notes.push(`env ${shown} is not read by anything`);
    else mistakes.push(`env ${shown}: unknown variable; did you mean ${PREFIX}${near}?`);
  }
  return { mistakes, notes };
}

/** NPA_API_BASE_URL of the chart names the tenant. Whatever is wrong with it is the Publisher's business: noted, never refused. */
export function fromPublisher(env: Environment): {
  readonly layers: readonly Layer[];
  readonly notes: readonly string[];
} {
  const name = 'NPA_API_BASE_URL';
  const text = env[name]?.trim() ?? '';
  if (text === '') return { layers: [], notes: [] };
  const unread = { layers: [], notes: [`env ${name}: ${quoted(text)} names no tenant; it is not used`] };
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(whole)) return unread;
  const url = new URL(whole);
  const notes: string[] = [];
  if (url.protocol !== 'https:')
    notes.push(`env ${name}: says ${url.protocol.slice(0, -1)}; the tenant's API is checked by HTTPS`);
  if (url.pathname !== '/' || url.search !== '')
    notes.push(`env ${name}: has a path, which is not used: the API's own is asked for`);
  const tenant = `${url.hostname}${url.port === '' ? '' : `:${url.port}`}`;
  if (!url.hostname.includes('.') || !readTenant(tenant).ok) return unread;
  const spec: Spec = { tenant };
  return { layers: [{ origin: `env ${name}`, spec }], notes };
}
