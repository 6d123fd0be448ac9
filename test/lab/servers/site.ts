// What every server of the lab is given when its configuration is written.

import type { Certificates } from '../certificates.ts';
import type { Namespaces } from '../hosts.ts';

export interface Site {
  /** The run's own directory: configurations, logs, sockets, keys. */
  readonly directory: string;
  readonly namespaces: Namespaces;
  readonly certificates: Certificates;
}
