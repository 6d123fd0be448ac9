// The proxy variables, both cases. curl reads lower case first (and never HTTP_PROXY in upper case, which only matters for http://).

import type { Fact, ProxyVariables } from '../model/fact.ts';
import { parseProxyUrl } from '../parse/proxy-url.ts';

type Env = Readonly<Record<string, string | undefined>>;

export function proxy(env: Env): Fact<ProxyVariables> {
  return {
    known: true,
    value: {
      httpProxy: shown(either(env, 'http_proxy')),
      httpsProxy: shown(either(env, 'https_proxy')),
      allProxy: shown(either(env, 'all_proxy')),
      noProxy: either(env, 'no_proxy'),
      conflicts: ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'].filter((name) => {
        const lower = env[name];
        const upper = env[name.toUpperCase()];
        return lower !== undefined && upper !== undefined && lower !== upper;
      }),
    },
  };
}

function either(env: Env, name: string): string | null {
  return env[name] || env[name.toUpperCase()] || null;
}

function shown(value: string | null): string | null {
  if (value === null) return null;
  return parseProxyUrl(value)?.shown ?? '(not a proxy URL)';
}
