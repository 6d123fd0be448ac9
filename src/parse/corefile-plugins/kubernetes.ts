// What `kubernetes` and `k8s_external` refuse to start on (plugin/kubernetes/setup.go, plugin/k8s_external/setup.go).

import { absolute, splitTransport, splitZonePort } from '../corefile-keys.ts';
import type { Token } from '../corefile-lexer.ts';
import { goCidr, goDurationMs, goFloat, goInt } from '../go-values.ts';
import { anything, int, ONCE, one, oneOf, type Property, readProperties, several, shaped, word } from './properties.ts';
import type { PluginCheck } from './words.ts';

const ANY = Number.POSITIVE_INFINITY;

/** Zones from arguments, or those of the server block; what is no zone is passed over, as CoreDNS does. */
function zonesOf(args: readonly Token[], fallback: readonly string[]): readonly string[] {
  if (args.length === 0) return fallback;
  return args.flatMap(({ text }) => {
    const split = splitZonePort(splitTransport(text).rest);
    return 'why' in split ? [] : split.zones.map(absolute);
  });
}

const first =
  (check: (text: string) => string | null): Property =>
  (words) => {
    const name = words.value();
    const [value] = words.rest();
    if (!value) return words.wrong(`${name} needs a value`);
    const why = check(value.text);
    return why === null ? null : words.wrong(`${name} "${value.text}" ${why}`, value);
  };

export const kubernetes: PluginCheck = (words, block) => {
  let uses = 0;
  while (words.next()) {
    if (uses++ > 0) return words.wrong(ONCE);
    const zones = zonesOf(words.rest(), block.zones);
    if (!zones.some((zone) => !/\.(?:in-addr|ip6)\.arpa\.$/.test(zone)))
      return words.wrong('needs a zone that is no reverse zone, such as cluster.local');
    const seen = new Set<string>();
    const multicluster: string[] = [];
    const noted = (name: string, property: Property): Property => {
      return (inner) => {
        seen.add(name);
        return property(inner);
      };
    };
    const problem = readProperties(words, {
      endpoint_pod_names: several(0, 0),
      pods: several(1, 1, oneOf('disabled', 'insecure', 'verified')),
      namespaces: noted('namespaces', several(1, ANY)),
      endpoint: several(1, ANY),
      tls: several(3, 3),
      labels: several(1, ANY),
      namespace_labels: noted('namespace_labels', several(1, ANY)),
      fallthrough: anything,
      ttl: first(int(0, 3600)),
      noendpoints: noted('noendpoints', several(0, 0)),
      zonal: noted('zonal', several(0, 0)),
      ignore: (inner) => {
        const [what] = inner.rest();
        return !what || what.text === 'empty_service' ? null : inner.wrong(`cannot ignore "${what.text}"`, what);
      },
      kubeconfig: several(1, 2),
      multicluster: (inner) => {
        multicluster.push(...zonesOf(inner.rest(), []));
        return null;
      },
      startup_timeout: first((text) => (goDurationMs(text) === null ? 'is no duration with a unit, like 5s' : null)),
      apiserver_qps: several(1, 1, (text) => {
        const value = goFloat(text);
        return value === null || value < 0 ? 'is no number from 0 on' : null;
      }),
      apiserver_burst: several(1, 1, int(0)),
      apiserver_max_inflight: several(1, 1, int(0)),
    });
    if (problem) return problem;
    if (seen.has('namespaces') && seen.has('namespace_labels'))
      return words.wrong('namespaces and namespace_labels cannot stand together');
    const strange = multicluster.find((zone) => !zones.includes(zone));
    if (strange !== undefined) return words.wrong(`multicluster names ${strange}, which is none of its zones`);
    if (seen.has('zonal') && seen.has('noendpoints')) return words.wrong('zonal and noendpoints cannot stand together');
  }
  return null;
};

const external = shaped({
  args: [0, ANY],
  properties: {
    ttl: first((text) => {
      const value = goInt(text);
      return value === null || value < 0 || value > 3600 ? 'is no number of seconds from 0 to 3600' : null;
    }),
    apex: first(() => null),
    headless: word,
    fallthrough: anything,
  },
});

export const k8sExternal: PluginCheck = (words, block) => {
  const problem = external(words, block);
  if (problem || block.plugins.has('kubernetes')) return problem;
  return words.wrong('needs the plugin kubernetes in the same block');
};

/** `@kubernetes` and `@erratic` can be asked for a search path; other plugins that stand in the block cannot. */
export const autopath: PluginCheck = (words, block) => {
  let plugin: string | null = null;
  while (words.next()) {
    const last = words.rest().at(-1);
    if (!last) return words.wrong('names no resolv.conf and no plugin');
    if (last.text.startsWith('@')) plugin = last.text.slice(1);
  }
  if (plugin === null || plugin === 'kubernetes' || plugin === 'erratic' || !block.plugins.has(plugin)) return null;
  return words.wrong(`cannot ask "${plugin}" for a search path`);
};

export const dns64 = shaped({
  args: [0, 1],
  check: ([prefix], words) => {
    const why = prefix ? prefixProblem(prefix.text) : null;
    return why === null || !prefix ? null : words.wrong(`"${prefix.text}" ${why}`, prefix);
  },
  properties: { prefix: one(prefixProblem), translate_all: word, allow_ipv4: word },
});

function prefixProblem(text: string): string | null {
  const network = goCidr(text);
  const fits = network?.family === 6 && network.bits >= 32 && network.bits <= 96 && network.bits % 8 === 0;
  return fits ? null : 'is no IPv6 prefix of 32 to 96 bits in whole bytes, like 64:ff9b::/96';
}
