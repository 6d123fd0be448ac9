// From the merged words to the settings of a run: units, normal forms, and the mistakes that only show when the parts are seen together.

import type { Controls, GivenFile, PrivateZone, Psk, Settings, Waiver } from '../model/settings.ts';
import type { ControlHost, Endpoint } from '../model/target.ts';
import { parseCidr } from '../parse/cidr.ts';
import { parseDate, parseDuration } from '../parse/duration.ts';
import { parseAddress, parseEndpoint, parseHost } from '../parse/host-port.ts';
import { bad, type Parsed } from '../parse/parsed.ts';
import { withoutSecrets } from './given-corefile.ts';
import { quoted } from './mistake.ts';
import type { Merged, Spec } from './spec.ts';
import { isInlinePem, readCertificates, readDomain, readKeyHex, readRerouteKey, readResolver } from './values.ts';

export interface GateSettings {
  readonly waitMs: number;
  readonly periodMs: number;
  readonly successThreshold: number;
  readonly failurePolicy: 'Fail' | 'Ignore';
}

/** What the outside world must answer; the rest is pure. */
export interface Outside {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readText: (path: string) => Promise<Parsed<string>>;
  readonly knownFault: (id: string) => boolean | Promise<boolean>;
  /** A fault id like this one, for a hint. */
  readonly suggestFault: (id: string) => string | null | Promise<string | null>;
  readonly now: Date;
}

export interface Settled {
  readonly settings: Omit<Settings, 'targets' | 'profile'>;
  readonly gate: GateSettings;
  readonly mistakes: readonly string[];
  readonly notes: readonly string[];
}

/** Shorter than one round trip to the other side of the world, a run or a pause has no meaning. */
const SHORTEST_MS = 100;

export async function settle(merged: Merged, outside: Outside): Promise<Settled> {
  const { spec } = merged;
  const mistakes: string[] = [];
  const notes: string[] = [];
  const at = (path: string, inside: readonly PropertyKey[] = []) => merged.place(path, inside);
  function take<T>(parsed: Parsed<T>, place: string, fallback: T): T {
    if (parsed.ok) return parsed.value;
    mistakes.push(`${place}: ${parsed.why}`);
    return fallback;
  }
  const duration = (text: string | undefined, path: string, atLeastMs: number) => {
    const ms = take(said(text, parseDuration), at(path), SHORTEST_MS);
    if (ms < atLeastMs) mistakes.push(`${at(path)}: ${quoted(text)} is too short: at least ${atLeastMs}ms`);
    return ms;
  };
  const cidrs = <K extends 'serviceCidrs' | 'podCidrs'>(path: K, texts: readonly string[] | undefined) =>
    texts === undefined
      ? {}
      : ({ [path]: texts.map((text, i) => take(said(text, parseCidr), at(path, [i]), text)) } as Record<K, string[]>);
  const resolvers =
    spec.resolvers?.map((text, i) => take(said(text, readResolver), at('resolvers', [i]), NOWHERE)) ?? null;
  const settings = {
    depth: spec.depth ?? 'standard',
    resolvers,
    systemLookup: spec.systemLookup ?? resolvers === null,
    clusterDomain:
      spec.clusterDomain === undefined ? null : take(said(spec.clusterDomain, readDomain), at('clusterDomain'), ''),
    dnsSidecar: spec.dnsSidecar ?? false,
    ...(spec.clusterDns === undefined
      ? {}
      : { clusterDns: take(said(spec.clusterDns, parseAddress), at('clusterDns'), spec.clusterDns) }),
    ...cidrs('serviceCidrs', spec.serviceCidrs),
    ...cidrs('podCidrs', spec.podCidrs),
    ...(spec.targetLibc === undefined || spec.targetLibc === 'unknown' ? {} : { targetLibc: spec.targetLibc }),
    ...(spec.phase === undefined ? {} : { phase: spec.phase }),
    controls: controlsOf(spec, (kind, index, parsed, fallback) =>
      take(parsed, at(`controls.${kind}`, [index]), fallback),
    ),
    expectCa: await certificates(spec, outside, at, mistakes),
    psk: await pskOf(spec, outside, at, mistakes),
    ...(spec.privateZones === undefined ? {} : { privateZones: privateZonesOf(spec.privateZones, at, mistakes) }),
    ...(spec.dnsEndpoints === undefined
      ? {}
      : {
          dnsEndpoints: spec.dnsEndpoints.map((text, i) =>
            take(said(text, readResolver), at('dnsEndpoints', [i]), NOWHERE),
          ),
        }),
    ...(spec.corefile === undefined ? {} : { corefile: await corefileOf(spec.corefile, outside, at, mistakes) }),
    ...(spec.dataplane?.maxRtt === undefined
      ? {}
      : { stitcherRttLimitMs: duration(spec.dataplane.maxRtt, 'dataplane.maxRtt', 1) }),
    waivers: await waiversOf(spec, outside, at, mistakes, notes),
    timeoutMs: duration(spec.timeout, 'timeout', SHORTEST_MS),
    failOn: spec.failOn ?? 'fail',
    onInconclusive: spec.onInconclusive ?? 'block',
    connectTo: Object.fromEntries(
      Object.entries(spec.connectTo ?? {}).map(([key, to]) => [
        take(said(key, readRerouteKey), at('connectTo', [key]), key),
        take(
          said(to, (text) => parseEndpoint(text, null)),
          at('connectTo', [key]),
          NOWHERE,
        ),
      ]),
    ),
  } as const;
  const gate: GateSettings = {
    waitMs: duration(spec.gate?.wait, 'gate.wait', 0),
    periodMs: duration(spec.gate?.period, 'gate.period', SHORTEST_MS),
    successThreshold: spec.gate?.successThreshold ?? 1,
    failurePolicy: spec.gate?.failurePolicy ?? 'Fail',
  };
  return { settings, gate, mistakes, notes };
}

/** Stands in where a mistake was found: no run follows. */
const NOWHERE: Endpoint = { address: '0.0.0.0', port: 1 };

type At = (path: string, inside?: readonly PropertyKey[]) => string;

function said<T>(text: string | undefined, read: (text: string) => Parsed<T>): Parsed<T> {
  if (text === undefined) return bad('is missing');
  const parsed = read(text);
  return parsed.ok ? parsed : bad(`${quoted(text)} ${parsed.why}`);
}

type Take = <T>(kind: keyof Controls, index: number, parsed: Parsed<T>, fallback: T) => T;

function controlsOf(spec: Spec, take: Take): Controls {
  const written = spec.controls === undefined || spec.controls === 'off' ? {} : spec.controls;
  const of = (kind: Exclude<keyof Controls, 'nobody'>): readonly ControlHost[] => {
    const list = written[kind] ?? 'off';
    if (list === 'off') return [];
    return list.map(({ host, address, port }, index) => ({
      host: take(kind, index, said(host, parseHost), host),
      address: take(kind, index, said(address, parseAddress), address),
      port,
    }));
  };
  const nobody = written.nobody === 'off' ? [] : (written.nobody ?? []);
  return {
    https: of('https'),
    stun: of('stun'),
    quic: of('quic'),
    ...(nobody.length === 0
      ? {}
      : { nobody: nobody.map((text, index) => take('nobody', index, said(text, readResolver), NOWHERE)) }),
  };
}

function privateZonesOf(zones: NonNullable<Spec['privateZones']>, at: At, mistakes: string[]): readonly PrivateZone[] {
  return zones.map(({ zone, forwarders, probe }, index) => {
    const place = at('privateZones', [index]);
    const name = (text: string) => {
      const parsed = said(text, readDomain);
      if (!parsed.ok) mistakes.push(`${place}: ${parsed.why}`);
      return parsed.ok ? parsed.value : text;
    };
    const servers = forwarders.flatMap((text) => {
      const parsed = said(text, readResolver);
      if (!parsed.ok) mistakes.push(`${place}: ${parsed.why}`);
      return parsed.ok ? [parsed.value] : [];
    });
    const named = { zone: name(zone), forwarders: servers, probe: name(probe) };
    if (named.probe !== named.zone && !named.probe.endsWith(`.${named.zone}`))
      mistakes.push(`${place}: ${quoted(probe)} is not in the zone ${named.zone}`);
    return named;
  });
}

async function corefileOf(path: string, outside: Outside, at: At, mistakes: string[]): Promise<GivenFile | null> {
  const text = await outside.readText(path);
  if (text.ok) return { name: quoted(path).slice(1, -1), text: withoutSecrets(text.value) };
  mistakes.push(`${at('corefile')}: ${quoted(path)} ${text.why}`);
  return null;
}

async function certificates(spec: Spec, outside: Outside, at: At, mistakes: string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [index, entry] of (spec.expectCa ?? []).entries()) {
    const inline = isInlinePem(entry);
    const text: Parsed<string> = inline ? { ok: true, value: entry } : await outside.readText(entry);
    const pem = text.ok ? readCertificates(text.value) : text;
    if (pem.ok) found.push(pem.value);
    else mistakes.push(`${at('expectCa', [index])}: ${inline ? 'the text' : quoted(entry)} ${pem.why}`);
  }
  return found;
}

async function pskOf(spec: Spec, outside: Outside, at: At, mistakes: string[]): Promise<Psk | null> {
  const { identity, keyFile, keyEnv } = spec.psk ?? {};
  if (identity === undefined && keyFile === undefined && keyEnv === undefined) return null;
  if (identity === undefined) {
    mistakes.push(
      `${at(keyFile === undefined ? 'psk.keyEnv' : 'psk.keyFile')}: a key without an identity: give psk.identity too`,
    );
    return null;
  }
  if (keyFile !== undefined && keyEnv !== undefined) {
    mistakes.push(`${at('psk.keyFile')}: keyFile and keyEnv both name the key: choose one`);
    return null;
  }
  if (keyFile === undefined && keyEnv === undefined) {
    mistakes.push(`${at('psk.identity')}: an identity without a key: give psk.keyFile or psk.keyEnv`);
    return null;
  }
  const place = at(keyFile === undefined ? 'psk.keyEnv' : 'psk.keyFile');
  const held = keyEnv === undefined ? '' : outside.env[keyEnv];
  const text: Parsed<string> =
    keyFile !== undefined
      ? await outside.readText(keyFile)
      : held === undefined
        ? bad('is not set in the environment')
        : { ok: true, value: held };
  const key = text.ok ? readKeyHex(text.value) : text;
  if (key.ok) return { identity, keyHex: key.value };
  mistakes.push(`${place}: ${quoted(keyFile ?? keyEnv)} ${key.why}`);
  return null;
}

async function waiversOf(
  spec: Spec,
  outside: Outside,
  at: At,
  mistakes: string[],
  notes: string[],
): Promise<readonly Waiver[]> {
  const today = outside.now.toISOString().slice(0, 10);
  const waivers: Waiver[] = [];
  for (const [index, { fault, target, reason, until }] of (spec.waivers ?? []).entries()) {
    const place = at('waivers', [index]);
    const day = said(until, parseDate);
    const host = target === undefined ? null : said(target, parseHost);
    if (!day.ok) mistakes.push(`${place}: until ${day.why}`);
    if (host?.ok === false) mistakes.push(`${place}: target ${host.why}`);
    if (!(await outside.knownFault(fault))) {
      const near = await outside.suggestFault(fault);
      const hint = near === null ? ': see net-preflight list faults' : `; did you mean ${near}?`;
      mistakes.push(`${place}: there is no fault ${quoted(fault)}${hint}`);
      continue;
    }
    if (!day.ok || host?.ok === false) continue;
    if (day.value <= today) {
      notes.push(`${place}: the waiver of ${fault} is void since ${day.value}: remove it, or renew it with a reason`);
    }
    waivers.push({ fault, ...(host === null ? {} : { target: host.value }), reason, until: day.value });
  }
  return waivers;
}
