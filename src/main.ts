#!/usr/bin/env node
// bin: runs the command line and sets the exit code. Nothing else.

import { VERSION } from './version.ts';

/** Certificate dates and the trust store need it; npm's `engines` only warns. */
const OLDEST_NODE = 24;

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  process.stderr.write(`net-preflight needs Node ${OLDEST_NODE} or newer; this is ${process.version}\n`);
  process.exitCode = 1;
} else {
  // A reader that has gone (`| head`) ends the output, not the program.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  const words = process.argv.slice(2);
  // The one answer that needs no command line: it is given without loading one.
  if (words.length === 1 && (words[0] === '--version' || words[0] === '-V')) {
    process.stdout.write(`${VERSION}\n`);
  } else {
    const { run } = await import('./cli.ts');
    process.exitCode = await run(words, process.env);
  }
}
