// Facts that files of /etc, /proc and /sys state.

import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { Capabilities, Fact, HostsEntry, Interface, Ipv6State, ResolvConf, Route } from '../model/fact.ts';
import { effectiveCapabilities } from '../parse/capabilities.ts';
import { parseHosts } from '../parse/hosts.ts';
import { addressClass } from '../parse/ip.ts';
import { ipv4Routes, ipv6Routes } from '../parse/proc-net.ts';
import { parseResolvConf } from '../parse/resolv-conf.ts';

/** No file read here is ever this large; what is, is cut. */
const MAX_FILE_CHARACTERS = 1_000_000;

function read(root: string, path: string): Fact<string> {
  try {
    return { known: true, value: readFileSync(join(root, path), 'utf8').slice(0, MAX_FILE_CHARACTERS) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    return { known: false, why: `${path}: ${code}` };
  }
}

function map<A, B>(fact: Fact<A>, change: (value: A) => B): Fact<B> {
  return fact.known ? { known: true, value: change(fact.value) } : fact;
}

export function resolvConf(root: string): Fact<ResolvConf> {
  return map(read(root, '/etc/resolv.conf'), (text) => parseResolvConf(text, '/etc/resolv.conf'));
}

export function hosts(root: string): Fact<readonly HostsEntry[]> {
  return map(read(root, '/etc/hosts'), parseHosts);
}

export function routes(root: string): Fact<readonly Route[]> {
  const four = read(root, '/proc/net/route');
  if (!four.known) return four;
  const six = read(root, '/proc/net/ipv6_route');
  return { known: true, value: [...ipv4Routes(four.value), ...(six.known ? ipv6Routes(six.value) : [])] };
}

/** Names and addresses as the system calls tell them, MTU from /sys. */
export function interfaces(root: string): Fact<readonly Interface[]> {
  try {
    const found = Object.entries(networkInterfaces()).map(([name, addresses]) => {
      const mtu = read(root, `/sys/class/net/${name}/mtu`);
      return {
        name,
        up: true,
        mtu: mtu.known ? Number.parseInt(mtu.value, 10) : null,
        addresses: (addresses ?? []).map((address) => address.cidr ?? address.address),
      };
    });
    return { known: true, value: found };
  } catch (error) {
    return { known: false, why: error instanceof Error ? error.message : String(error) };
  }
}

export function ipv6(root: string): Fact<Ipv6State> {
  const disabled = read(root, '/proc/sys/net/ipv6/conf/all/disable_ipv6');
  const table = read(root, '/proc/net/ipv6_route');
  const own = interfaces(root);
  const globalAddress =
    own.known &&
    own.value.some((one) => one.addresses.some((cidr) => cidr.includes(':') && usable(cidr.split('/')[0] ?? '')));
  return {
    known: true,
    value: {
      disabled: !disabled.known || disabled.value.trim() === '1',
      globalAddress,
      defaultRoute: table.known && ipv6Routes(table.value).some((route) => /^[0:]*\/0$/.test(route.destination)),
    },
  };
}

// A unique local address is enough to leave through NAT66 or NAT64; link-local is not.
function usable(address: string): boolean {
  const kind = addressClass(address);
  return kind === 'public' || kind === 'private';
}

export function capabilities(root: string): Fact<Capabilities> {
  const status = read(root, '/proc/self/status');
  if (!status.known) return status;
  const effective = effectiveCapabilities(status.value);
  return effective
    ? { known: true, value: { effective } }
    : { known: false, why: '/proc/self/status has no CapEff line' };
}
