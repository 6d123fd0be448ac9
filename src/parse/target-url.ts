// A target as one word on a command line: `https://host:443/path`, `dtls://host:443`, `tcp://192.0.2.1:8443`.

import type { Protocol } from '../model/target.ts';
import { closest } from './closest.ts';
import { parseHostPort } from './host-port.ts';
import { bad, good, type Parsed } from './parsed.ts';

export const PROTOCOLS: readonly Protocol[] = ['https', 'dtls', 'tcp', 'udp', 'dns'];

// Plain TCP and UDP have no port of their own.
const DEFAULT_PORT: Readonly<Record<Protocol, number | null>> = {
  https: 443,
  dtls: 443,
  tcp: null,
  udp: null,
  dns: 53,
};

export interface TargetUrl {
  readonly protocol: Protocol;
  readonly host: string;
  readonly port: number;
  readonly path?: string;
}

export function parseTargetUrl(text: string): Parsed<TargetUrl> {
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/is.exec(text.trim());
  if (!match) return bad('is not a target: write PROTOCOL://HOST:PORT, for example tcp://db.example.com:5432');
  const [, scheme = '', authority = '', rest = ''] = match;
  const protocol = PROTOCOLS.find((known) => known === scheme.toLowerCase());
  if (protocol === undefined) {
    const near = scheme.toLowerCase() === 'http' ? 'https' : closest(scheme, PROTOCOLS);
    return bad(`has an unknown protocol${near ? `; did you mean ${near}?` : ''} (known: ${PROTOCOLS.join(', ')})`);
  }
  const where = parseHostPort(authority, DEFAULT_PORT[protocol]);
  if (!where.ok) return where;
  if (rest === '' || (rest === '/' && protocol !== 'https')) return good({ protocol, ...where.value });
  if (protocol !== 'https') return bad(`has a path, which ${protocol} targets do not have`);
  const path = parsePath(rest);
  return path.ok ? good({ protocol, ...where.value, path: path.value }) : path;
}

/** The path of a request, sent as written: begins with a slash, printable ASCII, no fragment. */
export function parsePath(text: string): Parsed<string> {
  if (!text.startsWith('/')) return bad('is not a path: it begins with a slash');
  if (text.length > 1024) return bad('is too long for a path: at most 1024 characters');
  if (!/^[\x21-\x7e]+$/.test(text)) return bad('has a space or a character outside ASCII in it: percent-encode it');
  return text.includes('#') ? bad('has a fragment (#), which is never sent') : good(text);
}
