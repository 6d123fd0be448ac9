// nsswitch.conf(5): where glibc looks for host names, in which order. musl does not read it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fact, NameServiceSwitch } from '../model/fact.ts';
import { parseNameServices } from '../parse/name-services.ts';

const PATH = '/etc/nsswitch.conf';
const MAX_CHARACTERS = 64_000;

export function nameServiceSwitch(root: string): Fact<NameServiceSwitch> {
  try {
    const hosts = parseNameServices(readFileSync(join(root, PATH), 'utf8').slice(0, MAX_CHARACTERS));
    return hosts ? { known: true, value: { hosts } } : { known: false, why: `${PATH} has no line for hosts` };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    return { known: false, why: `${PATH}: ${code}` };
  }
}
