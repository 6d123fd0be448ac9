// What the pod says about itself. Known with a value, or unknown with a reason; never a guess.

import type { Endpoint } from './target.ts';

export type Fact<T> = { readonly known: true; readonly value: T } | { readonly known: false; readonly why: string };

export interface ResolvConf {
  readonly path: string;
  /** As written, in order, all of them (libc reads the first three). IPv6 may carry a `%zone`. */
  readonly nameservers: readonly string[];
  readonly search: readonly string[];
  readonly ndots: number;
  readonly timeoutSeconds: number;
  readonly attempts: number;
  /** Other options as written: `rotate`, `single-request-reopen`, `use-vc`, `edns0`, … */
  readonly options: readonly string[];
}

export interface HostsEntry {
  readonly address: string;
  readonly names: readonly string[];
}

export interface ProxyVariables {
  /** Values have credentials removed: `http://user:***@proxy:3128`. */
  readonly httpProxy: string | null;
  readonly httpsProxy: string | null;
  readonly noProxy: string | null;
  readonly allProxy: string | null;
  /** Both cases are set and differ: the names in lower case. */
  readonly conflicts: readonly string[];
}

export interface Interface {
  readonly name: string;
  readonly up: boolean;
  readonly mtu: number | null;
  /** CIDR form, `10.244.1.10/24`. */
  readonly addresses: readonly string[];
}

export interface Route {
  readonly destination: string;
  readonly gateway: string | null;
  readonly interface: string;
  readonly family: 4 | 6;
}

export interface Ipv6State {
  /** `/proc/sys/net/ipv6/conf/all/disable_ipv6` is 1, or there is no IPv6 in this kernel. */
  readonly disabled: boolean;
  readonly globalAddress: boolean;
  readonly defaultRoute: boolean;
}

export interface Capabilities {
  /** CapEff of /proc/self/status, as names: `CAP_NET_ADMIN`, … */
  readonly effective: readonly string[];
}

export interface PodIdentity {
  readonly pod: string | null;
  readonly namespace: string | null;
  readonly node: string | null;
  /** True when there is a service account, KUBERNETES_SERVICE_HOST or a kubelet-made resolv.conf. */
  readonly inPod: boolean;
}

/** nsswitch.conf(5), the `hosts` line only. */
export interface NameServiceSwitch {
  /** In order: `files`, `dns`, `myhostname`, `resolve`, … */
  readonly hosts: readonly string[];
}

export interface Facts {
  readonly resolvConf: Fact<ResolvConf>;
  readonly hosts: Fact<readonly HostsEntry[]>;
  readonly proxy: Fact<ProxyVariables>;
  readonly interfaces: Fact<readonly Interface[]>;
  readonly routes: Fact<readonly Route[]>;
  readonly ipv6: Fact<Ipv6State>;
  readonly capabilities: Fact<Capabilities>;
  readonly identity: Fact<PodIdentity>;
  /** The API server's address from KUBERNETES_SERVICE_HOST and _PORT. */
  readonly apiServer: Fact<Endpoint>;
  /** NPA_NETWORKING_MODE of the Publisher's environment, when this pod has it. */
  readonly networkingMode: Fact<string>;
  /** Does this pod share the node's network? Absent in older reports. */
  readonly hostNetwork?: Fact<boolean>;
  /** Absent in older reports. */
  readonly nameServiceSwitch?: Fact<NameServiceSwitch>;
}
