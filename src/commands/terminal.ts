// This process's own stdout and stderr, and what they can show.

import type { RenderOptions } from '../render/ink.ts';
import type { Out } from './out.ts';

export interface Terminal extends Out {
  /** Resolves when the text is written: a pipe may be slow. */
  readonly stdout: (text: string) => Promise<void> | void;
  readonly options: RenderOptions;
  /** stderr is a terminal: progress may be drawn. */
  readonly progress: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Colour only on a terminal that wants it (no-color.org); ASCII where the locale is not UTF-8. */
export function processTerminal(env: Environment): Terminal {
  const terminal = process.stdout.isTTY === true;
  const color = terminal && !env.NO_COLOR && env.TERM !== 'dumb';
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return {
    stdout: (text) =>
      new Promise((done, failed) => {
        process.stdout.write(text, (error) =>
          error && 'code' in error && error.code !== 'EPIPE' ? failed(error) : done(),
        );
      }),
    stderr: (text) => void process.stderr.write(text),
    options: {
      color,
      width: terminal ? process.stdout.columns || 80 : 120,
      // A pod often has no locale at all; logs are UTF-8 all the same. Only a locale that says otherwise counts.
      ascii: locale !== '' && !/utf-?8/i.test(locale),
    },
    progress: process.stderr.isTTY === true && env.TERM !== 'dumb',
  };
}
