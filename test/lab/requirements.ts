// What the lab needs and does not find here, and whether that can be helped.

import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

export interface Missing {
  readonly what: string;
  readonly why: string;
  /** True where this machine cannot have it at all: not root, no namespaces, no Go toolchain. Then a skip is honest even in CI. */
  readonly unobtainable: boolean;
}

/** Program → Debian package. */
export const PROGRAMS: Readonly<Record<string, string>> = {
  ip: 'iproute2',
  ss: 'iproute2',
  nft: 'nftables',
  iptables: 'iptables',
  conntrack: 'conntrack',
  named: 'bind9',
  dig: 'bind9-dnsutils',
  nsupdate: 'bind9-dnsutils',
  unbound: 'unbound',
  'unbound-control': 'unbound',
  dnsmasq: 'dnsmasq-base',
  nginx: 'nginx-light',
  squid: 'squid-openssl',
  turnserver: 'coturn',
  'gnutls-serv': 'gnutls-bin',
  openssl: 'openssl',
  curl: 'curl',
  nc: 'netcat-openbsd',
  setpriv: 'util-linux',
  socat: 'socat',
};

export function findProgram(name: string): string | null {
  const path = `${process.env.PATH ?? ''}${delimiter}/usr/local/sbin${delimiter}/usr/sbin${delimiter}/sbin`;
  for (const directory of path.split(delimiter)) {
    const candidate = join(directory, name);
    try {
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch {
      // Not in this directory.
    }
  }
  return null;
}

const toolsDirectory = resolve(import.meta.dirname, '../tools');

export function toolCache(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'net-preflight', 'tools');
}

/** The version of a tool's module, from its own go.mod: `github.com/coredns/coredns v1.14.7`. */
export function toolVersion(tool: string, module: string): string {
  const text = readFileSync(join(toolsDirectory, tool, 'go.mod'), 'utf8');
  const line = text
    .split('\n')
    .find((one) => one.trim().startsWith(`${module} v`) || one.trim().startsWith(`require ${module} v`));
  const version = line
    ?.trim()
    .split(/\s+/)
    .find((word) => /^v\d/.test(word));
  if (version === undefined) throw new Error(`test/tools/${tool}/go.mod names no version of ${module}`);
  return version.slice(1);
}

export interface GoTool {
  /** Its folder under test/tools. */
  readonly name: string;
  readonly module: string;
}

const COREDNS: GoTool = { name: 'coredns', module: 'github.com/coredns/coredns' };
/** Renders manifests/ in test/manifests. */
const KUSTOMIZE: GoTool = { name: 'kustomize', module: 'sigs.k8s.io/kustomize/kustomize/v5' };
export const TOOLS: readonly GoTool[] = [COREDNS, KUSTOMIZE];

export function toolBinary(tool: GoTool): string {
  return join(toolCache(), `${tool.name}-${toolVersion(tool.name, tool.module)}`);
}

export function corednsBinary(): string {
  return toolBinary(COREDNS);
}

export function goToolchain(): string | null {
  return findProgram('go') ?? (existsSync('/usr/local/go/bin/go') ? '/usr/local/go/bin/go' : null);
}

/** Empty when the lab can run. The first entries are what cannot be helped. */
export function missingForLab(): Missing[] {
  const missing: Missing[] = [];
  if (process.platform !== 'linux')
    missing.push({ what: 'Linux', why: 'network namespaces are Linux only', unobtainable: true });
  if (process.getuid?.() !== 0)
    missing.push({ what: 'root', why: 'namespaces and packet filters need root', unobtainable: true });
  else if (!canMakeNamespaces()) {
    missing.push({
      what: 'CAP_SYS_ADMIN and CAP_NET_ADMIN',
      why: 'root here may not make network namespaces',
      unobtainable: true,
    });
  }
  if (!existsSync(corednsBinary())) {
    const go = goToolchain();
    missing.push(
      go === null
        ? { what: 'CoreDNS', why: 'no Go toolchain to build it with, and none built before', unobtainable: true }
        : { what: 'CoreDNS', why: 'not built yet: npm run lab:setup builds it', unobtainable: false },
    );
  }
  for (const [program, debianPackage] of Object.entries(PROGRAMS)) {
    if (findProgram(program) === null) {
      missing.push({
        what: program,
        why: `not found: npm run lab:setup installs ${debianPackage}`,
        unobtainable: false,
      });
    }
  }
  return missing;
}

/** Bits 12 and 21 of CapEff. */
function canMakeNamespaces(): boolean {
  try {
    const line = readFileSync('/proc/self/status', 'utf8')
      .split('\n')
      .find((one) => one.startsWith('CapEff:'));
    const bits = BigInt(`0x${line?.split(/\s+/)[1] ?? '0'}`);
    return ((bits >> 12n) & 1n) === 1n && ((bits >> 21n) & 1n) === 1n;
  } catch {
    return false;
  }
}
