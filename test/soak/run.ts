// The long repeats: `npm run soak [-- --rounds N]`. Every healthy oddity and every fault of the lab, N times each (default 100).
// Prints a row for each; exits 1 when one run of them said something else. Root and the lab's programs are needed.

import { parseArgs } from 'node:util';
import { named } from '../lab/cli.ts';
import { labFaults } from '../lab/faults/index.ts';
import { missingForLab } from '../lab/requirements.ts';
import { traps } from '../lab/traps.ts';
import { type Lab, up } from '../lab/world.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '100' }, only: { type: 'string' } } });
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  process.stderr.write('soak: --rounds takes a whole number from 1\n');
  process.exit(2);
}
const missing = missingForLab();
if (missing.length > 0) {
  for (const one of missing) process.stderr.write(`soak: missing ${one.what}: ${one.why}\n`);
  process.exit(1);
}

/** One thing to repeat: how it is set up, and what the run must say. */
interface Case {
  readonly name: string;
  readonly prepare: (lab: Lab) => Promise<void>;
  readonly expected: (exitCode: number | null, causes: readonly string[]) => boolean;
}

const healthy: Case = {
  name: 'healthy',
  prepare: async () => {},
  expected: (exit, causes) => exit === 0 && causes.length === 0,
};
const cases: Case[] = [
  healthy,
  ...traps.flatMap((trap) =>
    trap.variants.map(
      (variant): Case => ({
        name: `oddity ${trap.number} ${variant}`,
        prepare: async (lab) => void (await lab.trap(trap.number, variant)),
        expected: (exit) => exit === 0,
      }),
    ),
  ),
  ...labFaults.map(
    (fault): Case => ({
      name: fault.id,
      prepare: async (lab) => void (await lab.inject(fault.id)),
      expected: (exit, causes) => exit === fault.exitCode && causes.length === 1 && causes[0] === fault.id,
    }),
  ),
].filter((one) => values.only === undefined || one.name.includes(values.only));

let bad = 0;
for (const one of cases) bad += await repeat(one);
process.stdout.write(`${cases.length * rounds - bad} as expected, ${bad} not\n`);
process.exitCode = bad > 0 ? 1 : 0;

async function repeat(one: Case): Promise<number> {
  const lab = await up();
  const times: number[] = [];
  const others = new Map<string, number>();
  try {
    for (let round = 0; round < rounds; round += 1) {
      await one.prepare(lab);
      const result = await lab.run(['check']).finally(() => lab.heal());
      times.push(result.ms);
      if (one.expected(result.exitCode, named(result))) continue;
      const said = `exit ${result.exitCode} ${named(result).join(', ')}`;
      others.set(said, (others.get(said) ?? 0) + 1);
    }
  } finally {
    await lab.down();
  }
  times.sort((a, b) => a - b);
  const median = Math.round(times[Math.floor(times.length / 2)] ?? 0);
  const wrong = [...others.values()].reduce((sum, count) => sum + count, 0);
  const row = [
    one.name.padEnd(40),
    `${rounds - wrong}/${rounds}`.padStart(8),
    `${median} ms`.padStart(9),
    `slowest ${Math.round(times.at(-1) ?? 0)} ms`,
  ];
  process.stdout.write(
    `${row.join('  ')}${wrong > 0 ? `  ${[...others].map(([said, count]) => `${count}x ${said}`).join('; ')}` : ''}\n`,
  );
  return wrong;
}
