// Who this pod is, and where its API server is.

import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Fact, PodIdentity, ResolvConf } from '../model/fact.ts';
import type { Endpoint } from '../model/target.ts';

type Env = Readonly<Record<string, string | undefined>>;

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';

export function identity(root: string, env: Env, resolver: Fact<ResolvConf>): Fact<PodIdentity> {
  const account = namespaceFile(root);
  const clusterSearch = resolver.known && resolver.value.search.some((suffix) => /^svc\./.test(suffix));
  const inPod = account !== null || Boolean(env.KUBERNETES_SERVICE_HOST) || clusterSearch;
  return {
    known: true,
    value: {
      // The kubelet makes the pod's name its host name, unless it shares the node's.
      pod: env.POD_NAME ?? (inPod ? hostname() : null),
      namespace: env.POD_NAMESPACE ?? account ?? (resolver.known ? namespaceOf(resolver.value.search) : null),
      node: env.NODE_NAME ?? null,
      inPod,
    },
  };
}

function namespaceFile(root: string): string | null {
  try {
    return readFileSync(join(root, SERVICE_ACCOUNT), 'utf8').trim().slice(0, 63) || null;
  } catch {
    return null;
  }
}

// The kubelet's first search suffix is `<namespace>.svc.<cluster domain>`.
function namespaceOf(search: readonly string[]): string | null {
  return /^([a-z0-9-]{1,63})\.svc\./.exec(search[0] ?? '')?.[1] ?? null;
}

export function apiServer(env: Env): Fact<Endpoint> {
  const address = env.KUBERNETES_SERVICE_HOST;
  if (!address) return { known: false, why: 'KUBERNETES_SERVICE_HOST is not set' };
  const port = Number(env.KUBERNETES_SERVICE_PORT_HTTPS ?? env.KUBERNETES_SERVICE_PORT ?? 443);
  return { known: true, value: { address, port: Number.isInteger(port) && port > 0 && port < 65536 ? port : 443 } };
}

export function networkingMode(env: Env): Fact<string> {
  const mode = env.NPA_NETWORKING_MODE;
  return mode ? { known: true, value: mode } : { known: false, why: 'NPA_NETWORKING_MODE is not set here' };
}
