// The message that Kubernetes shows for an ended container: written once, whole, as the last act of a run.

import { closeSync, constants, ftruncateSync, openSync, writeSync } from 'node:fs';
import { terminalText } from '../parse/terminal-text.ts';

/** What `terminationMessagePath` is unless a pod says otherwise. */
export const DEFAULT_TERMINATION_LOG = '/dev/termination-log';

export interface TerminationLog {
  /** What the user gave; null: the default path, if there is such a file. */
  readonly path: string | null;
  /** One line for stderr. */
  readonly say: (line: string) => void;
  /** For tests. */
  readonly defaultPath?: string;
}

/**
 * Truncates the file and writes the text in one go; never appends, because the kubelet reads the end of the file and a
 * second object would spoil the first. Synchronous, so that it is done before the process exits, in a signal handler too.
 * Returns whether it was written. A gate's verdict does not hang on this file: it never throws.
 */
export function writeTerminationLog(
  text: string,
  { path, say, defaultPath = DEFAULT_TERMINATION_LOG }: TerminationLog,
): boolean {
  // The default is the kubelet's file: it is there or it is not, we do not make one.
  const flags = constants.O_WRONLY | (path === null ? 0 : constants.O_CREAT);
  const target = path ?? defaultPath;
  try {
    const file = openSync(target, flags, 0o644);
    try {
      // Truncated only once it is open, and a device or pipe cannot be: it takes the text as it is.
      truncate(file);
      writeAll(file, Buffer.from(text));
    } finally {
      closeSync(file);
    }
    return true;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (path !== null || code !== 'ENOENT') {
      say(
        `the termination message could not be written to ${terminalText(target, 200)}: ${terminalText(code ?? message, 100)}`,
      );
    }
    return false;
  }
}

function truncate(file: number): void {
  try {
    ftruncateSync(file, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
  }
}

function writeAll(file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}
