// Loading in one line, for the tests of this folder.

import { type Loaded, type LoadInput, load } from '../../src/config/load.ts';
import { ConfigError } from '../../src/model/errors.ts';
import { bad, good } from '../../src/parse/parsed.ts';

export const NOW = new Date('2026-11-21T12:00:00Z');

/** A file by its spec, one key a line, indented as written. */
export function file(name: string, spec: string) {
  const body = spec.replace(/^\n/, '').replace(/^/gm, '  ').trimEnd();
  return { name, text: `apiVersion: net-preflight.dev/v1alpha1\nkind: PreflightConfig\nspec:\n${body}\n` };
}

/** Files that keys and certificates are read from. */
export const DISK: Readonly<Record<string, string>> = {
  '/keys/psk.hex': '00112233445566778899aabbccddeeff\n',
  '/keys/broken': 'correct horse battery staple',
  '/ca/one.pem': '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
  '/ca/key.pem': '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n',
};

export function loadWith(input: Partial<LoadInput>): Promise<Loaded> {
  return load({
    flags: {},
    env: {},
    files: [],
    now: NOW,
    knownFault: (id) => id.startsWith('udp443'),
    suggestFault: (id) => (id.startsWith('udp') ? 'udp443-drop' : null),
    readText: async (path) => {
      const text = DISK[path];
      return text === undefined ? bad('does not exist') : good(text);
    },
    ...input,
  });
}

export async function mistakesOf(input: Partial<LoadInput>): Promise<readonly string[]> {
  try {
    await loadWith(input);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
}
