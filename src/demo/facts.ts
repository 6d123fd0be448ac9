// What the imaginary pod says about itself.

import type { Fact, Facts } from '../model/fact.ts';
import { API_SERVER, POD, POD_GATEWAY } from './addresses.ts';

const known = <T>(value: T): Fact<T> => ({ known: true, value });

/** A pod without DNS configuration has an empty resolv.conf: no search list, and libc's own defaults. */
export function demoFacts(nameservers: readonly string[]): Facts {
  const configured = nameservers.length > 0;
  return {
    resolvConf: known({
      path: '/etc/resolv.conf',
      nameservers,
      search: configured ? ['npa-publisher.svc.cluster.local', 'svc.cluster.local', 'cluster.local'] : [],
      ndots: configured ? 5 : 1,
      timeoutSeconds: 5,
      attempts: 2,
      options: [],
    }),
    hosts: known([
      { address: '127.0.0.1', names: ['localhost'] },
      { address: POD, names: ['npa-0'] },
    ]),
    proxy: known({ httpProxy: null, httpsProxy: null, noProxy: null, allProxy: null, conflicts: [] }),
    interfaces: known([
      { name: 'lo', up: true, mtu: 65_536, addresses: ['127.0.0.1/8'] },
      { name: 'eth0', up: true, mtu: 1450, addresses: [`${POD}/24`] },
    ]),
    routes: known([
      { destination: '0.0.0.0/0', gateway: POD_GATEWAY, interface: 'eth0', family: 4 },
      { destination: '10.244.1.0/24', gateway: null, interface: 'eth0', family: 4 },
    ]),
    ipv6: known({ disabled: true, globalAddress: false, defaultRoute: false }),
    capabilities: known({ effective: [] }),
    identity: known({ pod: 'npa-0', namespace: 'npa-publisher', node: 'node-3', inPod: true }),
    apiServer: known({ address: API_SERVER, port: 443 }),
    networkingMode: { known: false, why: 'NPA_NETWORKING_MODE is not set' },
  };
}
