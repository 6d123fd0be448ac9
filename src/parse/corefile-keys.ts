// The keys of a server block: zone, port and transport, as CoreDNS normalises them (plugin/normalize.go, dnsserver/register.go).

import { placeOf } from './corefile-imports.ts';
import type { Token } from './corefile-lexer.ts';
import type { CorefileError, CorefileKey, Transport } from './corefile-types.ts';
import { goCidr, goInt } from './go-values.ts';
import { canonicalAddress } from './host-port.ts';

const TRANSPORTS: readonly Transport[] = ['tls', 'dns', 'quic', 'grpc', 'https3', 'https', 'unix'];

const DEFAULT_PORT: Readonly<Record<Exclude<Transport, 'dns'>, number>> = {
  tls: 853,
  quic: 853,
  grpc: 443,
  https: 443,
  https3: 443,
  unix: 0,
};

/** One key may stand for several zones: a network that ends inside an octet. */
export function readKey(token: Token, defaultPort: number): readonly CorefileKey[] | CorefileError {
  const place = placeOf(token);
  const { transport, rest } = splitTransport(token.text);
  if (token.unknown) return [{ ...place, text: token.text, zone: token.text, port: null, transport, unknown: true }];
  const split = splitZonePort(rest);
  if ('why' in split) return { ...place, kind: 'key', subject: token.text, message: `"${token.text}" ${split.why}` };
  const port = split.port ?? (transport === 'dns' ? defaultPort : DEFAULT_PORT[transport]);
  if (port < 0 || port > 65_535) {
    return { ...place, kind: 'key', subject: token.text, message: `"${token.text}" has no port between 0 and 65535` };
  }
  return split.zones.map((zone) => ({ ...place, text: token.text, zone, port, transport, unknown: false }));
}

/** `tls://9.9.9.9` → `tls` and `9.9.9.9`; without a known scheme it is dns. */
export function splitTransport(text: string): { readonly transport: Transport; readonly rest: string } {
  for (const transport of TRANSPORTS) {
    if (text.startsWith(`${transport}://`)) return { transport, rest: text.slice(transport.length + 3) };
  }
  return { transport: 'dns', rest: text };
}

/** `why` follows the quoted text. */
export function splitZonePort(
  text: string,
): { readonly zones: readonly string[]; readonly port: number | null } | { readonly why: string } {
  const colon = text.lastIndexOf(':');
  if (colon === text.length - 1)
    return { why: colon < 0 ? 'names no zone' : 'ends in a colon: a port belongs after it' };
  const port = colon < 0 ? null : goInt(text.slice(colon + 1));
  const zone = port === null ? text : text.slice(0, colon);
  const why = notAZone(zone);
  if (why !== null) return { why };
  const network = goCidr(zone);
  if (network === null) return { zones: [absolute(zone)], port };
  if (/^:|^0.*:/.test(zone)) return { why: 'is no network that CoreDNS takes' };
  return { zones: reverseZones(network), port };
}

/** null for a name that CoreDNS takes as a zone (miekg/dns IsDomainName). What it says follows the quoted text. */
export function notAZone(name: string): string | null {
  if (name === '') return 'names no zone: the root is written as a dot';
  if (Buffer.byteLength(absolute(name)) > 255) return 'is too long for a zone: at most 255 bytes';
  if (name.startsWith('.') && name !== '.') return 'begins with a dot, which no zone does';
  if (/(?<!\\)\.\./.test(name)) return 'has two dots in a row';
  if (/(?:^|[^\\])(?:\\\\)*\\$/.test(name)) return 'ends in a backslash';
  if (name.split('.').some((label) => Buffer.byteLength(label) > 63)) return 'has a label of more than 63 bytes';
  return null;
}

/** Lower case, with a trailing dot. */
export function absolute(name: string): string {
  return name.endsWith('.') ? name.toLowerCase() : `${name.toLowerCase()}.`;
}

/** Whether `name` is `zone` or below it; both absolute. */
export function within(name: string, zone: string): boolean {
  return zone === '.' || name === zone || name.endsWith(`.${zone}`);
}

// The network is split at the next octet (IPv4) or digit (IPv6); what is left of the mask is cut off the reverse name.
function reverseZones(network: { readonly address: string; readonly family: 4 | 6; readonly bits: number }): string[] {
  const size = network.family === 4 ? 8 : 4;
  const digits = Math.ceil(network.bits / size);
  const free = digits * size - network.bits;
  const parts = network.family === 4 ? network.address.split('.').map(Number) : hexDigits(network.address);
  const wanted = parts.slice(0, digits);
  const last = wanted.at(-1) ?? 0;
  const base = last - (last % 2 ** free);
  const suffix = network.family === 4 ? 'in-addr.arpa.' : 'ip6.arpa.';
  return Array.from({ length: digits === 0 ? 1 : 2 ** free }, (_, i) => {
    const labels = digits === 0 ? [] : [...wanted.slice(0, -1), base + i];
    const text = labels.map((part) => part.toString(network.family === 4 ? 10 : 16)).reverse();
    return [...text, suffix].join('.');
  });
}

// The 32 digits of an IPv6 address.
function hexDigits(address: string): number[] {
  const [head = '', tail = ''] = (canonicalAddress(address) ?? '').split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':').map((group) => group.padStart(4, '0')));
  const [before, after] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0000');
  return [...[...before, ...zeros, ...after].join('')].map((digit) => Number.parseInt(digit, 16));
}
