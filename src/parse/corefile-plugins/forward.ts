// What `forward` and `grpc` refuse to start on (plugin/forward/setup.go, plugin/grpc/setup.go).

import { notAZone, splitTransport, splitZonePort } from '../corefile-keys.ts';
import type { Token } from '../corefile-lexer.ts';
import { readUpstream } from '../corefile-upstream.ts';
import { goDurationMs, goHostPort, goIp } from '../go-values.ts';
import { RCODES } from './dns-words.ts';
import {
  alone,
  anything,
  checkAll,
  countProblem,
  duration,
  int,
  one,
  oneOf,
  type Property,
  readProperties,
  several,
  uint32,
  type ValueCheck,
} from './properties.ts';
import type { BlockFacts, PluginCheck, Refused, Words } from './words.ts';

/** CoreDNS' own limit for the targets of one forward. */
const MAX_TARGETS = 15;
/** What `expire` is when it is not written. */
const DEFAULT_EXPIRE_MS = 10_000;
const POLICY = oneOf('random', 'round_robin', 'sequential');
const ANY = Number.POSITIVE_INFINITY;

const rcode: ValueCheck = (text) => (RCODES.has(text.toUpperCase()) ? null : 'is no response code');
const address: ValueCheck = (text) =>
  goIp(goHostPort(text)?.host ?? text) === null ? 'is no address, with or without a port' : null;

const healthCheck: Property = (words) => {
  const problem = one(duration(0))(words);
  if (problem) return problem;
  while (words.nextArg()) {
    if (words.value() === 'no_rec') continue;
    if (words.value() !== 'domain') return words.wrong(`health_check does not know "${words.value()}"`);
    if (!words.nextArg()) return words.wrong('health_check domain needs a name');
    const why = notAZone(words.value());
    if (why !== null) return words.wrong(`health_check domain "${words.value()}" ${why}`);
  }
  return null;
};

const failover: Property = (words) => {
  const args = words.rest();
  return (
    countProblem(args, [1, ANY], words) ??
    checkAll(args, (text) => (text.toUpperCase() === 'NOERROR' ? 'is no failure' : rcode(text)), words)
  );
};

// biome-ignore format: a table is read by its columns
const PROPERTIES: Readonly<Record<string, Property>> = {
  except: several(1, ANY),
  max_fails: one(uint32),
  max_connect_attempts: one(uint32),
  health_check: healthCheck,
  force_tcp: alone,
  prefer_udp: alone,
  tls: several(0, 3),
  tls_servername: one(),
  expire: one(duration(0)),
  max_age: one(duration(0)),
  max_idle_conns: one(int(0)),
  read_timeout: one(duration(Number.MIN_VALUE)),
  doh_method: one(oneOf('POST', 'GET')),
  policy: one(POLICY),
  max_concurrent: one(int(0)),
  next: several(1, ANY, rcode),
  next_on_nodata: alone,
  failfast_all_unhealthy_upstreams: several(0, 0),
  failover,
  resolver: several(1, ANY, address),
  source_address: one((text) => (goIp(text) === null ? 'is no address' : null)),
};

export const forward: PluginCheck = (words, block) => {
  while (words.next()) {
    const head = readHead(words);
    if ('message' in head) return head;
    const seen: { age: number; expire: number; servername: boolean } = {
      age: 0,
      expire: DEFAULT_EXPIRE_MS,
      servername: false,
    };
    const remember =
      (name: string, set: (text: string) => void): Property =>
      (inner) => {
        const problem = PROPERTIES[name]?.(inner) ?? null;
        if (problem === null) set(inner.value());
        return problem;
      };
    const problem =
      readProperties(words, {
        ...PROPERTIES,
        max_age: remember('max_age', (text) => {
          seen.age = goDurationMs(text) ?? 0;
        }),
        expire: remember('expire', (text) => {
          seen.expire = goDurationMs(text) ?? 0;
        }),
        tls_servername: remember('tls_servername', () => {
          seen.servername = true;
        }),
      }) ?? targetProblem(head.targets, seen.servername, words, block);
    if (problem) return problem;
    if (seen.age > 0 && seen.age < seen.expire)
      return words.wrong('max_age is shorter than expire (10s if not written)');
  }
  return null;
};

export const grpc: PluginCheck = (words) => {
  while (words.next()) {
    const head = readHead(words);
    if ('message' in head) return head;
    for (const target of head.targets) {
      const upstream = readUpstream(target.text);
      if (upstream.kind === 'wrong' || upstream.kind === 'name')
        return words.wrong(`"${target.text}" is no address`, target);
    }
    const problem = readProperties(words, {
      except: several(1, ANY),
      tls: several(0, 3),
      tls_servername: one(),
      policy: one(POLICY),
      fallthrough: anything,
    });
    if (problem) return problem;
  }
  return null;
};

function readHead(words: Words): Refused | { readonly targets: readonly Token[] } {
  if (!words.nextArg()) return words.wrong('needs the zone to forward (a dot for everything) and where to');
  const from = words.value();
  const split = splitZonePort(splitTransport(from).rest);
  if ('why' in split) return words.wrong(`"${from}" ${split.why}`);
  const targets = words.rest();
  return targets.length === 0 ? words.wrong(`says nowhere to forward "${from}" to`) : { targets };
}

function targetProblem(
  targets: readonly Token[],
  servername: boolean,
  words: Words,
  block: BlockFacts,
): Refused | null {
  let named: Refused | null = null;
  for (const target of targets) {
    const { transport, rest } = splitTransport(target.text);
    if (transport === 'https' && rest.includes('/'))
      return words.wrong(`"${target.text}" has a path, which CoreDNS does not take`, target);
    const upstream = readUpstream(target.text);
    if (upstream.kind === 'wrong') return words.wrong(`"${target.text}" ${upstream.why}`, target);
    if (upstream.kind === 'socket')
      return words.wrong(`"${target.text}" is a socket, which forward cannot ask`, target);
    if (upstream.kind === 'file' && block.exists(upstream.path) === false)
      return words.wrong(`the file "${target.text}" does not exist`, target);
    if (upstream.kind === 'name' && block.exists(target.text) !== true) {
      named ??= {
        at: target,
        name: target.text,
        message: `"${target.text}" is a name, and an address is wanted here`,
      };
    }
    if (upstream.kind !== 'address') continue;
    if (!['dns', 'tls', 'https'].includes(upstream.transport))
      return words.wrong(`"${target.text}" cannot be forwarded to by ${upstream.transport}`, target);
    if (upstream.transport === 'tls' && upstream.zone && servername)
      return words.wrong(`"${target.text}" names its certificate, and tls_servername names another`, target);
  }
  if (targets.length > MAX_TARGETS)
    return words.wrong(`has ${targets.length} targets, at most ${MAX_TARGETS}`, targets[MAX_TARGETS]);
  return named;
}
