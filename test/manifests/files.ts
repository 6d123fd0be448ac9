// The files of manifests/, read once.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { type Tree, tree } from './pod-security.ts';

export const ROOT = resolve(import.meta.dirname, '../..');
export const MANIFESTS = join(ROOT, 'manifests');

export interface Manifest {
  /** Below manifests/. */
  readonly path: string;
  readonly directory: string;
  readonly errors: readonly string[];
  readonly objects: readonly Tree[];
}

export const manifests: readonly Manifest[] = readdirSync(MANIFESTS, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.yaml'))
  .toSorted()
  .map((path) => {
    const documents = [...parseAllDocuments(readFileSync(join(MANIFESTS, path), 'utf8'))];
    return {
      path,
      directory: dirname(path),
      errors: documents.flatMap((one) => [...one.errors, ...one.warnings].map(String)),
      objects: documents.map((one) => tree(one.toJS())),
    };
  });

export function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

export function packageVersion(): string {
  return String((JSON.parse(readText('package.json')) as { version: string }).version);
}
