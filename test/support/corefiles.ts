// The Corefiles of test/support/corefiles: of every distribution, and broken in every way that has a name.

import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('./corefiles/', import.meta.url);

export const COREFILES: readonly string[] = readdirSync(FOLDER).sort();

export function corefileText(name: string): string {
  return readFileSync(new URL(name, FOLDER), 'utf8');
}

export function corefilePath(name: string): string {
  return new URL(name, FOLDER).pathname;
}
