// Hosts, addresses and ports as people write them, made into one normal form: lower case, no trailing dot, punycode, no brackets.

import { domainToASCII } from 'node:url';
import type { Endpoint } from '../model/target.ts';
import { bad, good, type Parsed } from './parsed.ts';

/** RFC 1035 section 2.3.4: 255 octets on the wire are 253 characters as text. */
const LONGEST_NAME = 253;
const LONGEST_LABEL = 63;

// Strict: four decimal parts, no leading zero (inet_aton would read 010 as octal).
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
// Underscores are not legal in host names (RFC 952) but are resolved everywhere.
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/;

/** The address in canonical form (RFC 5952 for IPv6, without brackets), or null. No zone, no CIDR. */
export function canonicalAddress(text: string): string | null {
  if (IPV4.test(text)) return text;
  if (!text.includes(':') || !/^[0-9a-f:.]+$/i.test(text)) return null;
  const url = `http://[${text}]/`;
  return URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : null;
}

/** A name without trailing dot or an address literal. `why` follows the quoted text. */
export function parseHost(text: string): Parsed<string> {
  const trimmed = text.trim();
  if (trimmed === '') return bad('is empty: write a host name or an address');
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(trimmed);
  if (scheme) return bad(`is a URL: write the host only${hostOf(trimmed.slice(scheme[0].length))}`);
  if (/^[0-9a-f.:]+\/\d{1,3}$/i.test(trimmed)) return bad('is a network (CIDR): write one address of it');
  if (/[/?#\\]/.test(trimmed)) return bad(`has a path: write the host only${hostOf(trimmed)}`);
  if (trimmed.includes('@')) return bad('has a user name in it: write the host only');
  if (/[\s\x00-\x1f\x7f]/.test(trimmed)) return bad('has a space or a control character in it');
  const bare = trimmed.startsWith('[') && trimmed.endsWith(']') ? trimmed.slice(1, -1) : trimmed;
  const address = canonicalAddress(bare);
  if (address !== null) return good(address);
  if (bare.includes('*')) return bad('is a pattern (*), which cannot be resolved: write a real name');
  if (bare.includes(':')) {
    if (/^[^:]+:\d+$/.test(bare)) return bad('has a port, which does not belong here');
    return bad('is not an address: a colon appears in IPv6 addresses only');
  }
  return parseName(bare);
}

function parseName(text: string): Parsed<string> {
  const ascii = /[^\x20-\x7e]/.test(text) ? domainToASCII(text) : text.toLowerCase();
  if (ascii === '') return bad('is not a host name: it has characters that no name may have');
  const name = ascii.endsWith('.') ? ascii.slice(0, -1) : ascii;
  if (name.length > LONGEST_NAME)
    return bad(`is too long for a host name: ${name.length} characters, at most ${LONGEST_NAME}`);
  const labels = name.split('.');
  if (/^\d+$/.test(labels.at(-1) ?? '')) return bad('is not an IPv4 address: write four numbers from 0 to 255');
  for (const label of labels) {
    if (label === '') return bad('has an empty label: two dots in a row, or a dot in front');
    if (label.length > LONGEST_LABEL) return bad(`has a label of ${label.length} characters: at most ${LONGEST_LABEL}`);
    if (!LABEL.test(label)) {
      return bad('is not a host name: labels are letters, digits and hyphens, and do not begin or end with a hyphen');
    }
  }
  return good(name);
}

/** `: "acme.goskope.com"`, to end a hint; nothing when what is there is no host either. */
function hostOf(rest: string): string {
  const authority = /^[^/?#\\]*/.exec(rest)?.[0] ?? '';
  const host = authority.slice(authority.lastIndexOf('@') + 1).replace(/:\d*$/, '');
  return host !== '' && /^[\w.-]{1,253}$/.test(host) ? `: ${host.toLowerCase()}` : '';
}

export function parsePort(text: string): Parsed<number> {
  const port = /^\d{1,6}$/.test(text.trim()) ? Number(text) : Number.NaN;
  return port >= 1 && port <= 65535 ? good(port) : bad('is not a port: write a number from 1 to 65535');
}

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** `host`, `host:port`, `192.0.2.1:53`, `2001:db8::1` or `[2001:db8::1]:53`; null as default port: a port must be written. */
export function parseHostPort(text: string, defaultPort: number | null): Parsed<HostPort> {
  const { host: hostText, port: portText } = splitPort(text.trim());
  const host = parseHost(hostText);
  if (!host.ok) return host;
  if (portText === null) {
    return defaultPort === null ? bad('has no port: write HOST:PORT') : good({ host: host.value, port: defaultPort });
  }
  const port = parsePort(portText);
  return port.ok ? good({ host: host.value, port: port.value }) : bad('has a bad port: write a number from 1 to 65535');
}

function splitPort(text: string): { host: string; port: string | null } {
  const bracketed = /^(\[[^\]]*\])(?::(.*))?$/s.exec(text);
  if (bracketed) return { host: bracketed[1] ?? '', port: bracketed[2] ?? null };
  // More than one colon without brackets is a bare IPv6 address (or a URL, which parseHost explains).
  const plain = text.includes('@') ? null : /^([^:]*):([^:/]*)$/s.exec(text);
  return plain ? { host: plain[1] ?? '', port: plain[2] ?? null } : { host: text, port: null };
}

/** A literal address; link-local IPv6 may carry a zone, `fe80::1%eth0`. */
export function parseAddress(text: string): Parsed<string> {
  const trimmed = text.trim();
  const zone = /^(\[?)(fe80:[0-9a-f:]*)%([\w.-]{1,15})(\]?)$/i.exec(trimmed);
  const base = zone ? canonicalAddress(zone[2] ?? '') : null;
  if (zone && base !== null) return good(`${base}%${zone[3]}`);
  const host = parseHost(trimmed);
  if (!host.ok) return host;
  return canonicalAddress(host.value) === null
    ? bad('is a name: an address is wanted here, 192.0.2.1 or 2001:db8::1')
    : host;
}

/** `192.0.2.53`, `192.0.2.53:5353`, `[2001:db8::53]:5353`. */
export function parseEndpoint(text: string, defaultPort: number | null): Parsed<Endpoint> {
  const trimmed = text.trim();
  const zoned = /^\[?(fe80:[^\]]*%[^\]:]+)\]?(?::(\d+))?$/i.exec(trimmed);
  const { host, port } = zoned ? { host: zoned[1] ?? '', port: zoned[2] ?? null } : splitPort(trimmed);
  const address = parseAddress(host);
  if (!address.ok) return address;
  if (port === null) {
    return defaultPort === null
      ? bad('has no port: write ADDRESS:PORT')
      : good({ address: address.value, port: defaultPort });
  }
  const parsedPort = parsePort(port);
  if (!parsedPort.ok) return bad('has a bad port: write a number from 1 to 65535');
  return good({ address: address.value, port: parsedPort.value });
}
