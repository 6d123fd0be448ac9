// npm run bench: how fast is it, beside what a user would do by hand? Prints numbers and says which budgets hold.
// Exits 0 whatever the numbers are; 1 only when it could not measure.
//
//   npm run bench -- [--runs N] [--rtt 0,20,100] [--json FILE]

import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { mustRun } from '../lab/processes.ts';
import { findProgram, missingForLab } from '../lab/requirements.ts';
import { judge, type Measured } from './budgets.ts';
import { printReport } from './print.ts';
import { measureInLab } from './with-lab.ts';
import { measureInDemoWorld } from './without-lab.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** A median of fewer says little on a shared machine. */
const RUNS = 9;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: String(RUNS) },
    rtt: { type: 'string', default: '0,20,100' },
    json: { type: 'string' },
  },
});

const say = (text: string): void => {
  process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${text}` : `${text}\n`);
};

async function main(): Promise<number> {
  const runs = Number(values.runs);
  const rtts = values.rtt.split(',').map(Number);
  if (!Number.isInteger(runs) || runs < 1 || rtts.some((rtt) => !(rtt >= 0 && rtt <= 1000))) {
    process.stderr.write('usage: npm run bench -- [--runs N] [--rtt 0,20,100] [--json FILE]\n');
    return 1;
  }
  if (findProgram('python3') === null) {
    process.stderr.write(
      'bench: python3 is missing: nothing can be measured without it (test/bench/stopwatch.py says why)\n',
    );
    return 1;
  }
  const directory = mkdtempSync(join(tmpdir(), 'net-preflight-bench-'));
  try {
    const program = [process.execPath, await build(directory)];
    const missing = missingForLab();
    for (const one of missing) say(`no lab: ${one.what}: ${one.why}`);
    const [loadBefore = 0] = loadavg();
    const options = { program, runs, directory, say };
    const measured: Measured[] =
      missing.length === 0 ? await measureInLab({ ...options, rtts }) : await measureInDemoWorld(options);
    const judged = judge(measured);
    say('');
    process.stdout.write(printReport({ measured, judged, runs, missing, cpus: cpus().length, loadBefore }));
    if (values.json !== undefined) {
      const plain = measured.map((one) => ({ ...one, results: [...one.results.values()] }));
      writeFileSync(values.json, `${JSON.stringify({ measured: plain, judged }, null, 2)}\n`);
    }
    const lost = measured.flatMap(({ results }) => [...results.values()]).filter((one) => one.runs === 0);
    for (const one of lost) process.stderr.write(`bench: ${one.name} never worked: ${one.wrong[0] ?? ''}\n`);
    return lost.length > 0 ? 1 : 0;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A copy of the bundle, so that a build meanwhile does not change what is measured. */
async function build(directory: string): Promise<string> {
  const dist = join(ROOT, 'dist');
  if (process.env.NET_PREFLIGHT_TEST_BUILT !== '1' || !existsSync(dist))
    await mustRun(process.execPath, ['build.ts', '--quiet'], { cwd: ROOT });
  cpSync(dist, join(directory, 'dist'), { recursive: true });
  writeFileSync(join(directory, 'package.json'), '{"type":"module"}\n');
  return join(directory, 'dist', 'net-preflight.js');
}

process.exitCode = await main();
