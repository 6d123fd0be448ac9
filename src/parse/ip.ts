// Addresses: which class one is in, and how to write it beside a port.

import ipaddr from 'ipaddr.js';

export type AddressClass =
  | 'public'
  | 'this-host'
  | 'loopback'
  | 'private'
  | 'shared'
  | 'link-local'
  | 'benchmark'
  | 'multicast'
  | 'reserved';

// The documentation ranges (RFC 5737, RFC 3849) count as public: demos, labs and tests live there.
const CLASSES_4: readonly (readonly [string, AddressClass])[] = [
  ['0.0.0.0/8', 'this-host'],
  ['127.0.0.0/8', 'loopback'],
  ['10.0.0.0/8', 'private'],
  ['172.16.0.0/12', 'private'],
  ['192.168.0.0/16', 'private'],
  ['100.64.0.0/10', 'shared'],
  ['169.254.0.0/16', 'link-local'],
  ['198.18.0.0/15', 'benchmark'],
  ['224.0.0.0/4', 'multicast'],
  ['240.0.0.0/4', 'reserved'],
];

const CLASSES_6: readonly (readonly [string, AddressClass])[] = [
  ['::/128', 'this-host'],
  ['::1/128', 'loopback'],
  ['fc00::/7', 'private'],
  ['fe80::/10', 'link-local'],
  ['ff00::/8', 'multicast'],
];

/** null for text that is no address. A zone (`%eth0`) is ignored. */
export function addressClass(text: string): AddressClass | null {
  const bare = text.replace(/%.*$/, '');
  if (!ipaddr.isValid(bare)) return null;
  const address = ipaddr.process(bare);
  const table = address.kind() === 'ipv4' ? CLASSES_4 : CLASSES_6;
  for (const [range, name] of table) {
    if (address.match(ipaddr.parseCIDR(range))) return name;
  }
  return 'public';
}

/** An IP literal by its looks: enough to tell it from a name, and much cheaper than net.isIP's first call. */
export function isAddress(host: string): boolean {
  return /^[0-9.]+$/.test(host) || host.includes(':');
}

export function isLoopback(text: string): boolean {
  return addressClass(text) === 'loopback';
}

/** `198.51.100.10:443`, `[2001:db8::1]:443`. */
export function hostPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** `198.51.100.21-24` for neighbours in one /24, else a list; at most `limit` items, the rest counted. */
export function addressList(addresses: readonly string[], limit = 8): string {
  const unique = [...new Set(addresses)];
  const shown = unique.slice(0, limit).join(', ');
  return unique.length > limit ? `${shown} and ${unique.length - limit} more` : shown;
}
