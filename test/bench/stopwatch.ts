// The bench's side of stopwatch.py: wall time, CPU time and peak memory of one program, children of its own included.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Endpoint } from '../../src/model/target.ts';

export interface Sample {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakMiB: number;
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Stopwatch {
  run(argv: readonly string[], env: Readonly<Record<string, string>>): Promise<Sample>;
  /** Time of one TCP connect: a round trip as a program sees it. */
  connectMs(endpoint: Endpoint): Promise<number>;
  stop(): void;
}

/** `prefix` enters the namespace, once: `ip netns exec NAME`. */
export function startStopwatch(prefix: readonly string[], directory: string): Stopwatch {
  const [command = 'python3', ...args] = [...prefix, 'python3', '-S', '-E', join(import.meta.dirname, 'stopwatch.py')];
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const paths = { stdout: join(directory, 'bench.stdout'), stderr: join(directory, 'bench.stderr') };
  const ask = async (order: object): Promise<Record<string, number>> => {
    child.stdin.write(`${JSON.stringify(order)}\n`);
    const line = await lines.next();
    if (line.done) throw new Error('python3 ended: without it neither CPU time nor memory can be measured');
    const answer = JSON.parse(line.value) as Record<string, number> & { readonly error?: string };
    if (answer.error !== undefined)
      throw new Error(`the stopwatch could not do ${JSON.stringify(order)}: ${answer.error}`);
    return answer;
  };
  return {
    run: async (argv, env) => {
      const answer = await ask({ argv, env, ...paths });
      const texts = { stdout: readFileSync(paths.stdout, 'utf8'), stderr: readFileSync(paths.stderr, 'utf8') };
      return { ...(answer as unknown as Omit<Sample, 'stdout' | 'stderr'>), ...texts };
    },
    connectMs: async (endpoint) => (await ask({ connect: endpoint })).connectMs ?? Number.NaN,
    stop: () => void child.stdin.end(),
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = Number.NaN, high = Number.NaN] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? high : (low + high) / 2;
}
