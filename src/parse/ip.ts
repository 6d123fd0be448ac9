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

type Range = readonly [network: string, prefixBits: number, name: AddressClass];

// The documentation ranges (RFC 5737, RFC 3849) count as public: demos, labs and tests live there.
const RANGES_4: readonly Range[] = [
  ['0.0.0.0', 8, 'this-host'],
  ['127.0.0.0', 8, 'loopback'],
  ['10.0.0.0', 8, 'private'],
  ['172.16.0.0', 12, 'private'],
  ['192.168.0.0', 16, 'private'],
  ['100.64.0.0', 10, 'shared'],
  ['169.254.0.0', 16, 'link-local'],
  ['198.18.0.0', 15, 'benchmark'],
  ['224.0.0.0', 4, 'multicast'],
  ['240.0.0.0', 4, 'reserved'],
];

const RANGES_6: readonly Range[] = [
  ['::', 128, 'this-host'],
  ['::1', 128, 'loopback'],
  ['fc00::', 7, 'private'],
  ['fe80::', 10, 'link-local'],
  ['ff00::', 8, 'multicast'],
];

// Parsed when first needed: an IPv4 network never pays for the IPv6 ranges, whose parsing costs milliseconds.
const networks4 = once(() => RANGES_4.map(([text, bits, name]) => ({ network: ipaddr.IPv4.parse(text), bits, name })));
const networks6 = once(() => RANGES_6.map(([text, bits, name]) => ({ network: ipaddr.IPv6.parse(text), bits, name })));

// Plans ask for the same few addresses after every observation. Bounded: answers of a hostile server must not fill the memory.
const known = new Map<string, AddressClass | null>();
const MAX_KNOWN = 1000;

/** null for text that is no address. A zone (`%eth0`) is ignored. */
export function addressClass(text: string): AddressClass | null {
  let found = known.get(text);
  if (found === undefined) {
    found = classOf(text.replace(/%.*$/, ''));
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(text, found);
  }
  return found;
}

function classOf(bare: string): AddressClass | null {
  // ipaddr.js tries IPv6 first, which is the dearer one.
  if (bare.includes(':') ? !ipaddr.IPv6.isValid(bare) : !ipaddr.IPv4.isValid(bare)) return null;
  const address = ipaddr.process(bare);
  if (address instanceof ipaddr.IPv4)
    return networks4().find(({ network, bits }) => address.match(network, bits))?.name ?? 'public';
  return networks6().find(({ network, bits }) => address.match(network, bits))?.name ?? 'public';
}

/** Is the address in one of these ranges (`10.96.0.0/12`)? False for what is no address, and for ranges of the other family. */
export function inRanges(text: string, ranges: readonly string[]): boolean {
  const bare = text.replace(/%.*$/, '');
  if (addressClass(bare) === null) return false;
  const address = ipaddr.process(bare);
  return ranges.some((range) => {
    if (!ipaddr.isValidCIDR(range)) return false;
    const [base, bits] = ipaddr.parseCIDR(range);
    return base.kind() === address.kind() && address.match([base, bits]);
  });
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
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
