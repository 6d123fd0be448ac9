// One target of `forward` or `grpc`: an address, a file, or a name (plugin/pkg/parse/host.go, plugin/forward/resolve.go).

import { notAZone, splitTransport } from './corefile-keys.ts';
import type { Transport } from './corefile-types.ts';
import { goHostPort, goIp } from './go-values.ts';

export type Upstream =
  | {
      readonly kind: 'address';
      readonly transport: Transport;
      /** Without brackets and zone. */
      readonly address: string;
      readonly port: number | null;
      /** `1.1.1.1%one.one.one.one`: the name of the certificate, or an interface. */
      readonly zone: string | null;
    }
  /** Read as a resolv.conf when CoreDNS starts. Whether it exists is not known here. */
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'name'; readonly transport: Transport; readonly host: string; readonly port: number | null }
  | { readonly kind: 'wrong'; readonly why: string };

const DEFAULT_PORT: Readonly<Record<Transport, number>> = {
  dns: 53,
  tls: 853,
  quic: 853,
  grpc: 443,
  https: 443,
  https3: 443,
  unix: 0,
};

/** `why` follows the quoted text. */
export function readUpstream(text: string): Upstream {
  const { transport, rest } = splitTransport(text);
  if (rest === '') return { kind: 'wrong', why: 'names no server' };
  if (transport === 'unix') return { kind: 'socket', path: rest };
  const split = goHostPort(rest);
  const host = split ? split.host : rest.replace(/^[[\]]+|[[\]]+$/g, '');
  const percent = host.lastIndexOf('%');
  const bare = percent < 0 ? host : host.slice(0, percent);
  if (goIp(bare) !== null) {
    const zone = percent < 0 ? null : host.slice(percent + 1);
    return { kind: 'address', transport, address: bare, port: portOf(split?.port, transport), zone };
  }
  // A path is looked up as a file. A word without a slash could be one too, in the server's own directory: nobody has that.
  if (rest.includes('/')) return { kind: 'file', path: rest };
  return nameOf(text);
}

function portOf(port: string | undefined, transport: Transport): number | null {
  if (port === undefined) return DEFAULT_PORT[transport];
  return /^\d{1,5}$/.test(port) && Number(port) <= 65_535 ? Number(port) : null;
}

function nameOf(text: string): Upstream {
  const percent = text.lastIndexOf('%');
  const tail = percent < 0 ? '' : text.slice(percent + 1);
  const colon = tail.lastIndexOf(':');
  const clean = percent < 0 ? text : text.slice(0, percent) + (colon < 0 ? '' : tail.slice(colon));
  const { transport, rest } = splitTransport(clean);
  const split = goHostPort(rest);
  const host = (split?.host ?? rest).replace(/^[[\]]+|[[\]]+$/g, '');
  if (!['dns', 'tls', 'https'].includes(transport)) return { kind: 'wrong', why: `cannot be reached by ${transport}` };
  const why = notAZone(host);
  if (why !== null || goIp(host) !== null) return { kind: 'wrong', why: 'is neither an address, a file nor a name' };
  return { kind: 'name', transport, host, port: portOf(split?.port, transport) };
}
