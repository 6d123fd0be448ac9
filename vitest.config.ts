import { defineConfig } from 'vitest/config';

// Three projects: `unit` is the fast inner loop, `loopback` opens real sockets on 127.0.0.1, `lab` makes network namespaces.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.loopback.test.ts', 'test/lab/**', 'test/soak/**', 'test/bench/**'],
          environment: 'node',
          // Nothing here waits; a property with thousands of cases on a busy machine takes seconds all the same.
          testTimeout: 30_000,
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
