// A terminal that remembers.

import type { Terminal } from '../../src/commands/terminal.ts';

export interface Captured {
  readonly out: Terminal;
  readonly stdout: () => string;
  readonly stderr: () => string;
}

export function capture(): Captured {
  const stdout: string[] = [];
  const stderr: string[] = [];
  return {
    out: {
      stdout: (text) => void stdout.push(text),
      stderr: (text) => void stderr.push(text),
      options: { color: false, width: 120, ascii: false },
      progress: false,
    },
    stdout: () => stdout.join(''),
    stderr: () => stderr.join(''),
  };
}
