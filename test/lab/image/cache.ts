// Finished images as archives, named by a hash of what they were made of, so that repeated runs are quick.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Storage } from './storage.ts';

export function imageCache(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'net-preflight', 'image');
}

/** Of texts as they are, and of files and directories by path and content. */
export function hashOf(texts: readonly string[], root: string, paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${text.length}:${text}`);
  for (const path of paths.flatMap((one) => filesBelow(root, one)).toSorted()) {
    const content = readFileSync(join(root, path));
    hash.update(`${path}:${content.length}:`).update(content);
  }
  return hash.digest('hex').slice(0, 16);
}

function filesBelow(root: string, path: string): string[] {
  try {
    return readdirSync(join(root, path), { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOTDIR') throw error;
    return [path];
  }
}

/** Loads `tag` from the cache, or makes it and puts it there. Returns whether it was made. */
export async function cached(
  storage: Storage,
  kind: string,
  hash: string,
  tag: string,
  make: () => Promise<void>,
): Promise<boolean> {
  const directory = imageCache();
  const archive = join(directory, `${kind}-${hash}.tar`);
  if (existsSync(archive)) {
    const loaded = await storage.podman(['load', '--quiet', '--input', archive]);
    if (loaded.code === 0) return false;
    rmSync(archive, { force: true });
  }
  await make();
  mkdirSync(directory, { recursive: true });
  // Another run may do the same at this moment: whole files only.
  const unfinished = `${archive}.${process.pid}`;
  await storage.buildah(['push', '--quiet', tag, `docker-archive:${unfinished}:${tag}`]);
  renameSync(unfinished, archive);
  for (const name of readdirSync(directory)) {
    if (name.startsWith(`${kind}-`) && name.endsWith('.tar') && join(directory, name) !== archive)
      rmSync(join(directory, name), { force: true });
  }
  return true;
}
