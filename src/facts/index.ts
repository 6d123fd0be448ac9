// What the pod says about itself, read once at the start. Every fact is known, or says why not.

import type { Facts } from '../model/fact.ts';
import { apiServer, identity, networkingMode } from './environment.ts';
import { capabilities, hosts, interfaces, ipv6, resolvConf, routes } from './files.ts';
import { hostNetwork } from './host-network.ts';
import { nameServiceSwitch } from './name-service-switch.ts';
import { proxy } from './proxy.ts';

/** Where to read. `root` lets a test, or a look into another container, use `/proc/1/root`. */
export interface FactSources {
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export function readFacts(sources: FactSources): Facts {
  const { root, env } = sources;
  const resolver = resolvConf(root);
  const own = interfaces(root);
  return {
    resolvConf: resolver,
    hosts: hosts(root),
    proxy: proxy(env),
    interfaces: own,
    routes: routes(root),
    ipv6: ipv6(root),
    capabilities: capabilities(root),
    identity: identity(root, env, resolver),
    apiServer: apiServer(env),
    networkingMode: networkingMode(env),
    hostNetwork: hostNetwork(root, env, own),
    nameServiceSwitch: nameServiceSwitch(root),
  };
}
