// The registry of checks, in causal order. Adding a check is one file here and one line.

import type { Check } from '../model/check.ts';
import { corednsUpstreams } from './coredns-upstreams.ts';
import { dnsAaaa } from './dns-aaaa.ts';
import { dnsClient } from './dns-client.ts';
import { dnsContent } from './dns-content.ts';
import { dnsGeo } from './dns-geo.ts';
import { dnsHorizon } from './dns-horizon.ts';
import { dnsLoss } from './dns-loss.ts';
import { dnsPath } from './dns-path.ts';
import { dnsRebind } from './dns-rebind.ts';
import { dnsRecursion } from './dns-recursion.ts';
import { dnsSearch } from './dns-search.ts';
import { dnsServer } from './dns-server.ts';
import { dnsStale } from './dns-stale.ts';
import { dnsTransport } from './dns-transport.ts';
import { dtls } from './dtls.ts';
import { dtlsPsk } from './dtls-psk.ts';
import { egress } from './egress.ts';
import { environment } from './environment.ts';
import { http } from './http.ts';
import { localDns } from './local-dns.ts';
import { nameservers } from './nameservers.ts';
import { privateZone } from './private-zone.ts';
import { proxy } from './proxy.ts';
import { tcp } from './tcp.ts';
import { tls } from './tls.ts';

export const CHECKS: readonly Check[] = [
  environment,
  dnsClient,
  nameservers,
  dnsSearch,
  dnsPath,
  dnsTransport,
  dnsLoss,
  localDns,
  dnsServer,
  corednsUpstreams,
  privateZone,
  dnsContent,
  dnsAaaa,
  dnsRecursion,
  dnsHorizon,
  dnsStale,
  dnsRebind,
  dnsGeo,
  proxy,
  tcp,
  tls,
  http,
  dtls,
  dtlsPsk,
  egress,
];

/** The faults that can be named so far. */
export const DIAGNOSED: ReadonlySet<string> = new Set(CHECKS.flatMap((check) => check.faults));
