// The values of the configuration, one reader each: the same for flags, environment and file, and light enough for start-up.
// Each gives the normal form, or ends the sentence that says what to write instead.

import { canonicalAddress, type HostPort, parseEndpoint, parseHost, parseHostPort } from '../parse/host-port.ts';
import { bad, good, type Parsed } from '../parse/parsed.ts';
import { didYouMean } from './mistake.ts';

/** HTTPS and the stitchers' DTLS. */
const SERVICE_PORT = 443;

export function oneOf<T extends string>(words: readonly T[]): (text: string) => Parsed<T> {
  return (text) => {
    const word = words.find((known) => known === text.trim());
    return word === undefined ? bad(`is not one of ${words.join(', ')}${hint(text, words)}`) : good(word);
  };
}

function hint(text: string, words: readonly string[]): string {
  const near = didYouMean(text, words);
  return near.startsWith('; did') ? near : '';
}

export interface Tenant {
  /** The first label: `acme`. */
  readonly label: string;
  /** What follows it, when the whole host was given. */
  readonly suffix: string | null;
  readonly port: number;
}

/** `acme`, `acme.goskope.com`, `acme.goskope.com:8443`. */
export function readTenant(text: string): Parsed<Tenant> {
  const trimmed = text.trim();
  if (trimmed === '') return bad('is empty: write the tenant, for example acme');
  const url = /^([a-z][a-z0-9+.-]*:)?\/\/|[/?#]/i.exec(trimmed);
  if (url) {
    const authority = trimmed.replace(/^([a-z][a-z0-9+.-]*:)?\/\//i, '').replace(/[/?#].*$/s, '');
    const label = /^([a-z0-9-]{1,63})(\.|:|$)/i.exec(authority.slice(authority.lastIndexOf('@') + 1))?.[1];
    return bad(`has a scheme or a path; write ${label?.toLowerCase() ?? 'the name'}, the tenant's name alone`);
  }
  const where = parseHostPort(trimmed, SERVICE_PORT);
  if (!where.ok) return where;
  const { host, port } = where.value;
  if (canonicalAddress(host) !== null)
    return bad('is an address: write the tenant by name, its certificate carries the name');
  const dot = host.indexOf('.');
  if (dot < 0) return good({ label: host, suffix: null, port });
  const suffix = host.slice(dot + 1);
  if (!suffix.includes('.')) {
    return bad(
      `is neither a tenant nor its whole host: write ${host.slice(0, dot)}, and the region in suffix (eu.goskope.com)`,
    );
  }
  return good({ label: host.slice(0, dot), suffix, port });
}

export function readSuffix(text: string): Parsed<string> {
  const host = parseHost(text.trim().replace(/^\./, ''));
  if (!host.ok) return host;
  if (canonicalAddress(host.value) !== null || !host.value.includes('.')) {
    return bad('is not a domain: write what follows the tenant in its host, for example goskope.com');
  }
  return host;
}

/** `gateway-lon1.gw.npa.goskope.com`, with a port when it is not 443. */
export function readStitcher(text: string): Parsed<HostPort> {
  if (text.includes('*')) {
    return bad(
      'is a pattern and cannot be resolved: write a real stitcher. An enrolled Publisher keeps its name in /home/resources/stitcher (kubectl exec POD -- cat /home/resources/stitcher)',
    );
  }
  return parseHostPort(text, SERVICE_PORT);
}

/** DNS: RFC 1035 section 4.2. */
export const readResolver = (text: string) => parseEndpoint(text, 53);

/** Kubernetes' cluster domain: `cluster.local`. */
export const readDomain = (text: string): Parsed<string> => {
  const host = parseHost(text);
  return host.ok && canonicalAddress(host.value) !== null ? bad('is an address: write a domain, cluster.local') : host;
};

/** The left side of connectTo: `203.0.113.10:443`, `acme.goskope.com:443/tcp`. */
export function readRerouteKey(text: string): Parsed<string> {
  const match = /^(.*?)(\/(?:udp|tcp))?$/s.exec(text.trim());
  const where = parseHostPort(match?.[1] ?? '', null);
  if (!where.ok) return where;
  const { host, port } = where.value;
  // The doors compose the key from an endpoint's address and port: no brackets around IPv6.
  return good(`${host}:${port}${match?.[2] ?? ''}`);
}

const HEX = /^(?:[0-9a-f]{2}){1,64}$/i;

/** The text of a key file or variable: hexadecimal, 1 to 64 bytes (RFC 4279 section 5.3 asks for at least 64). Never echoed. */
export function readKeyHex(text: string): Parsed<string> {
  const trimmed = text.trim();
  return HEX.test(trimmed) ? good(trimmed.toLowerCase()) : bad('holds no key: 1 to 64 bytes in hexadecimal are wanted');
}

/** PEM certificates in a text; a private key is refused, and never echoed. */
export function readCertificates(text: string): Parsed<string> {
  if (/PRIVATE KEY-----/.test(text)) return bad('holds a private key: only certificates belong here');
  const found = text.match(
    /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END (?:TRUSTED )?CERTIFICATE-----/g,
  );
  return found ? good(found.join('\n')) : bad('holds no PEM certificate (-----BEGIN CERTIFICATE-----)');
}

/** Is it the certificate itself, or the path of a file? */
export function isInlinePem(text: string): boolean {
  return text.includes('-----BEGIN ');
}

/** POSIX: a portable name of an environment variable. */
export function readVariableName(text: string): Parsed<string> {
  return /^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(text) ? good(text) : bad('is not the name of an environment variable');
}
