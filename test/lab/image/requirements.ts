// What building and running the image needs beside what the lab needs, and does not find here.

import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { findProgram, type Missing } from '../requirements.ts';

/** Program → Debian package. */
export const IMAGE_PROGRAMS: Readonly<Record<string, string>> = {
  buildah: 'buildah',
  podman: 'podman',
  runc: 'runc',
  mmdebstrap: 'mmdebstrap',
};

/** Node as npm delivers it: the binary that the build image gets. */
export const NODE_BINARY = resolve(import.meta.dirname, '../../../node_modules/node/bin/node');

/** The directory of the npm that runs here: npm-cli.js lies in its bin/. */
export function npmDirectory(): string | null {
  const npm = findProgram('npm');
  if (npm === null) return null;
  const directory = dirname(dirname(realpathSync(npm)));
  return existsSync(join(directory, 'bin/npm-cli.js')) ? directory : null;
}

/** Empty when the image can be built and run, wherever the lab can. */
export function missingForImage(): Missing[] {
  const missing: Missing[] = [];
  for (const [program, debianPackage] of Object.entries(IMAGE_PROGRAMS)) {
    if (findProgram(program) === null) {
      missing.push({
        what: program,
        why: `not found: npm run lab:setup installs ${debianPackage}`,
        unobtainable: false,
      });
    }
  }
  if (npmDirectory() === null)
    missing.push({ what: 'npm', why: 'the build image gets the npm of this machine', unobtainable: true });
  if (!existsSync(NODE_BINARY)) missing.push({ what: NODE_BINARY, why: 'npm ci puts it there', unobtainable: false });
  return missing;
}
