// Does the Dockerfile keep what the image promises? Building and running it is the lab's part (test/lab/image.test.ts).

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageVersion, ROOT, readText } from './files.ts';

const lines = readText('Dockerfile').replaceAll('\\\n', ' ').split('\n');
const instructions = lines.filter((line) => line !== '' && !line.startsWith('#'));

it('needs no frontend from a registry', () => {
  expect(lines.filter((line) => /^#\s*(syntax|escape)\s*=/i.test(line))).toEqual([]);
});

it('says the version of package.json', () => {
  expect(instructions).toContain(`ARG VERSION=${packageVersion()}`);
});

it('runs as a number, by an entry point without a shell and without default arguments', () => {
  const base = instructions.slice(instructions.findIndex((line) => line.endsWith(' AS base')));
  expect(base.filter((line) => line.startsWith('USER'))).toEqual(['USER 65532:65532']);
  expect(base.filter((line) => line.startsWith('ENTRYPOINT'))).toEqual(['ENTRYPOINT ["/usr/local/bin/net-preflight"]']);
  // Nothing may need a shell in the base image.
  expect(base.filter((line) => /^(CMD|RUN|SHELL|HEALTHCHECK|VOLUME|EXPOSE)\b/.test(line))).toEqual([]);
});

it('copies only what .dockerignore lets through', () => {
  const open = readText('.dockerignore')
    .split('\n')
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(1));
  const copied = instructions
    .filter((line) => line.startsWith('COPY') && !line.includes('--from='))
    .flatMap((line) => line.split(/\s+/).slice(1, -1))
    .filter((word) => !word.startsWith('--'));
  expect([...new Set(copied)].toSorted()).toEqual(open.toSorted());
  for (const path of copied.filter((one) => one !== 'dist')) expect(existsSync(join(ROOT, path)), path).toBe(true);
});
