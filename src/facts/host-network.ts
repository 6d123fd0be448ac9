// Does this pod share the node's network? Told by the Publisher's own variable, by the downward API, or by what stands on the link.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Fact, Interface } from '../model/fact.ts';
import { nodeInterfaces } from '../parse/node-interfaces.ts';

type Env = Readonly<Record<string, string | undefined>>;

export function hostNetwork(root: string, env: Env, interfaces: Fact<readonly Interface[]>): Fact<boolean> {
  if (env.NPA_NETWORKING_MODE === 'host') return { known: true, value: true };
  const pod = env.POD_IP;
  const node = env.HOST_IP ?? env.NODE_IP;
  if (pod && node) return { known: true, value: pod === node };
  if (!interfaces.known) return interfaces;
  const own = interfaces.value.map((one) => one.name).filter((name) => name !== 'lo');
  if (nodeInterfaces(own).length > 0) return { known: true, value: true };
  // Cards hang on a bus; a pod's interface is one end of a pair, and hangs on nothing.
  return own.length > 0 && own.every((name) => !existsSync(join(root, '/sys/class/net', name, 'device')))
    ? { known: true, value: false }
    : { known: false, why: 'nothing here tells a pod on the node network from one with its own' };
}
