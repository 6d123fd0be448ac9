import { defineConfig } from 'vitest/config';

// Four projects: `unit` is the fast inner loop, `fuzz` generates its cases, `loopback` opens real sockets on 127.0.0.1 or runs
// other programs, `lab` makes network namespaces.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.{loopback,fuzz}.test.ts', 'test/lab/**', 'test/soak/**', 'test/bench/**'],
          environment: 'node',
          // No file changes what another sees, so the modules are loaded once for each worker.
          isolate: false,
          pool: 'forks',
          // Nothing here waits; a property with thousands of cases on a busy machine takes seconds all the same.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'fuzz',
          include: ['test/**/*.fuzz.test.ts'],
          environment: 'node',
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'loopback',
          include: ['test/**/*.loopback.test.ts'],
          environment: 'node',
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'lab',
          include: ['test/lab/**/*.test.ts'],
          environment: 'node',
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          maxWorkers: 1,
        },
      },
    ],
  },
});
