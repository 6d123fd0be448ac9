// The registry of checks, in causal order. Adding a check is one file here and one line.

import type { Check } from '../model/check.ts';
import { dnsClient } from './dns-client.ts';
import { dnsContent } from './dns-content.ts';
import { dnsPath } from './dns-path.ts';
import { dnsServer } from './dns-server.ts';
import { dtls } from './dtls.ts';
import { dtlsPsk } from './dtls-psk.ts';
import { egress } from './egress.ts';
import { environment } from './environment.ts';
import { http } from './http.ts';
import { proxy } from './proxy.ts';
import { tcp } from './tcp.ts';
import { tls } from './tls.ts';

export const CHECKS: readonly Check[] = [
  environment,
  dnsClient,
  dnsPath,
  dnsServer,
  dnsContent,
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
