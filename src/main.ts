#!/usr/bin/env node
// bin: runs the command line and sets the exit code. Nothing else.

import { run } from './cli.ts';

// A reader that has gone (`| head`) ends the output, not the program.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await run(process.argv.slice(2), process.env);
