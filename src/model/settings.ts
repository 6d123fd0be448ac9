// One run's settings after flags, environment, file, profile and defaults have been laid over one another.

import type { ControlHost, Endpoint, Target } from './target.ts';
import type { Depth } from './verdict.ts';

export interface Waiver {
  readonly fault: string;
  /** A host; absent: wherever the fault is found. */
  readonly target?: string;
  readonly reason: string;
  /** ISO date; from that day on the waiver is void. */
  readonly until: string;
}

export interface Controls {
  /** TLS servers independent of the service, by literal address. */
  readonly https: readonly ControlHost[];
  readonly stun: readonly ControlHost[];
  /** QUIC servers: the control on 443/UDP. */
  readonly quic: readonly ControlHost[];
  /** Addresses where nobody can be: who answers a DNS question to them stands on the path. Absent: none. */
  readonly nobody?: readonly Endpoint[];
}

export interface Psk {
  readonly identity: string;
  /** Hex. Never printed, never in a report. */
  readonly keyHex: string;
}

/** A zone that only the organisation's own DNS servers hold. */
export interface PrivateZone {
  /** Without trailing dot: `private.example.com`. */
  readonly zone: string;
  /** The servers that hold it: what the cluster's DNS has to forward to. */
  readonly forwarders: readonly Endpoint[];
  /** A name in the zone that has an address. Without trailing dot. */
  readonly probe: string;
}

/** A file as it was given: what the cluster would say, where nobody can ask it. */
export interface GivenFile {
  /** As it is shown: its path. */
  readonly name: string;
  /** Secrets in it are blotted out. */
  readonly text: string;
}

export interface Settings {
  readonly depth: Depth;
  readonly profile: string;
  readonly targets: readonly Target[];
  /** null: the nameservers of resolv.conf. */
  readonly resolvers: readonly Endpoint[] | null;
  /** Ask the C library too. Off when the resolvers are given, because it would ask others. */
  readonly systemLookup: boolean;
  /** null: derived from the search list, else `cluster.local`. */
  readonly clusterDomain: string | null;
  /** A DNS server is expected at 127.0.0.1:53 later (the chart's local-dns sidecar). */
  readonly dnsSidecar: boolean;
  /** The ClusterIP of the cluster's DNS Service, where somebody has said so. */
  readonly clusterDns?: string;
  /** Ranges of Service addresses, CIDR form. */
  readonly serviceCidrs?: readonly string[];
  /** Ranges of pod addresses, CIDR form. */
  readonly podCidrs?: readonly string[];
  /** The C library of the image that will run here: its search differs. Absent: not known. */
  readonly targetLibc?: 'glibc' | 'musl';
  /** Before the pod's own containers (an init container), or beside them. Absent: beside. */
  readonly phase?: 'init' | 'running';
  readonly controls: Controls;
  /** Absent: none. */
  readonly privateZones?: readonly PrivateZone[];
  /** The pods behind the cluster's DNS Service, each to be asked by itself. Absent: not known. */
  readonly dnsEndpoints?: readonly Endpoint[];
  /** The configuration of the cluster's DNS, where it was given as a file. Absent or null: not known. */
  readonly corefile?: GivenFile | null;
  /** What a round trip to a stitcher may take at most. Absent: any is right. */
  readonly stitcherRttLimitMs?: number;
  /** PEM certificates that are trusted beside the built-in roots. */
  readonly expectCa: readonly string[];
  readonly psk: Psk | null;
  readonly waivers: readonly Waiver[];
  /** The whole run. */
  readonly timeoutMs: number;
  readonly failOn: 'fail' | 'warn';
  readonly onInconclusive: 'block' | 'allow';
  /**
   * Demo and tests only: `203.0.113.10:443` → where it really is. A key with a transport, `203.0.113.10:443/udp`, wins;
   * a star instead of the endpoint (star/udp) catches what no other key names.
   * Applied at the doors; reports keep the left side.
   */
  readonly connectTo: Readonly<Record<string, Endpoint>>;
}
