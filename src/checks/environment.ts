// What kind of place is this pod: its network, nameservers, proxy and capabilities?

import type { Check, View } from '../model/check.ts';
import { count, pass } from './conclude.ts';
import { resolvers } from './scene.ts';

export const environment: Check = {
  id: 'environment',
  layer: 'environment',
  question: 'What does this pod say about its own network?',
  depth: 'quick',
  faults: [],
  plan: () => [],
  diagnose: (view) => [pass({ check: 'environment', layer: 'environment', target: null }, describe(view))],
};

function describe(view: View): string {
  const { facts, settings } = view;
  const parts: string[] = [];
  const own = facts.interfaces.known
    ? facts.interfaces.value.filter((one) => one.name !== 'lo' && one.addresses.length > 0)
    : [];
  const first = own[0];
  if (first) parts.push(`${first.name} ${first.addresses[0] ?? ''}${first.mtu ? ` mtu ${first.mtu}` : ''}`);
  const servers = resolvers(view).map((one) => (one.port === 53 ? one.address : `${one.address}:${one.port}`));
  parts.push(`${count(servers.length, 'nameserver')}${servers.length > 0 ? ` (${servers.join(', ')})` : ''}`);
  if (facts.resolvConf.known && !settings.resolvers) parts.push(`ndots ${facts.resolvConf.value.ndots}`);
  if (facts.proxy.known) {
    const proxy = facts.proxy.value.httpsProxy ?? facts.proxy.value.allProxy;
    parts.push(proxy ? `proxy ${proxy}` : 'no proxy');
  }
  if (facts.ipv6.known && facts.ipv6.value.defaultRoute && facts.ipv6.value.globalAddress) parts.push('IPv6');
  return parts.join(', ');
}
