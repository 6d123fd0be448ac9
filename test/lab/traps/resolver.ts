// Healthy oddities of the pod's own resolver: unusual addresses, other domains, suffixes that nobody asks.

import { nameservers } from '../faults/dns-client-nameservers.ts';
import { SUFFIX, WILDCARD_ADDRESS, wildcardSuffix, withSuffix } from '../faults/dns-client-search.ts';
import { CLUSTER } from '../layout.ts';
import type { Trap } from './trap.ts';

/** NodeLocal DNSCache, Azure's virtual resolver, AKS LocalDNS. */
const RESOLVERS = ['169.254.20.10', '168.63.129.16', '169.254.10.11'] as const;

export const RESOLVER_TRAPS: readonly Trap[] = [
  {
    number: 7,
    what: 'a nameserver with a link-local or a platform address',
    variants: RESOLVERS,
    apply: async (world, address) => {
      nameservers(world, [address]);
      await world.filter(
        'gw',
        'faults_prerouting',
        ['udp', 'tcp'].map((protocol) => `ip daddr ${address} ${protocol} dport 53 dnat to ${CLUSTER.dnsPod}`),
      );
    },
    proof: {
      host: 'pod',
      shell: 'dig kubernetes.default.svc.cluster.local. | grep SERVER; cat /etc/resolv.conf',
      prints: /SERVER: 16[89]\./,
    },
  },
  {
    number: 8,
    what: 'another cluster domain, explicit dnsConfig, ndots of 1, 2 and 5',
    variants: ['cluster domain', 'no search list', 'ndots:1', 'ndots:2'],
    apply: async (world, variant) => {
      const search = ['npa.svc.k8s.corp.example', 'svc.k8s.corp.example', 'k8s.corp.example'];
      if (variant === 'cluster domain') nameservers(world, [CLUSTER.dnsService], search);
      else if (variant === 'no search list') world.resolvConf(`nameserver ${CLUSTER.dnsService}\n`);
      else withSuffix(world, Number(variant.slice(-1)));
    },
    proof: {
      host: 'pod',
      shell: 'cat /etc/resolv.conf',
      prints: /k8s\.corp\.example|ndots:[12]|^nameserver [\d.]+\n$/,
    },
  },
  {
    number: 41,
    what: 'a wildcard below a search suffix that is never asked, with ndots:1',
    variants: ['ndots:1'],
    apply: async (world) => {
      withSuffix(world, 1);
      await wildcardSuffix(world);
    },
    proof: {
      host: 'pod',
      shell: `dig @${CLUSTER.dnsService} +short acme.goskope.com.${SUFFIX}.`,
      prints: new RegExp(WILDCARD_ADDRESS.replaceAll('.', '\\.')),
    },
  },
];
