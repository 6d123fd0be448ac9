import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeTerminationLog } from '../../src/deliver/termination-log.ts';

describe('writeTerminationLog', () => {
  let folder: string;
  let said: string[];
  const say = (line: string) => {
    said.push(line);
  };
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'termination-'));
    said = [];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('replaces what was there: one object, never two', () => {
    const path = join(folder, 'log');
    writeFileSync(path, 'the message of an earlier round, which was longer');
    expect(writeTerminationLog('{"a":1}\n', { path, say })).toBe(true);
    expect(writeTerminationLog('{"b":2}\n', { path, say })).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe('{"b":2}\n');
    expect(said).toEqual([]);
  });

  it('writes the default file when the kubelet made one', () => {
    const defaultPath = join(folder, 'log');
    writeFileSync(defaultPath, '');
    expect(writeTerminationLog('{}\n', { path: null, say, defaultPath })).toBe(true);
    expect(readFileSync(defaultPath, 'utf8')).toBe('{}\n');
  });

  it('outside a pod there is no such file: nothing is made and nothing is said', () => {
    const defaultPath = join(folder, 'log');
    expect(writeTerminationLog('{}\n', { path: null, say, defaultPath })).toBe(false);
    expect(existsSync(defaultPath)).toBe(false);
    expect(said).toEqual([]);
  });

  it('makes a file that was asked for', () => {
    const path = join(folder, 'new');
    expect(writeTerminationLog('{}\n', { path, say })).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe('{}\n');
  });

  it('says when a given path cannot be written, and does not throw', () => {
    const path = join(folder, 'none', 'log');
    expect(writeTerminationLog('{}\n', { path, say })).toBe(false);
    expect(said).toEqual([`the termination message could not be written to ${path}: ENOENT`]);
  });

  it('writes to a device', () => {
    expect(writeTerminationLog('{}\n', { path: '/dev/null', say })).toBe(true);
  });
});
