// What is measured in the lab: the healthy run at each round trip, beside the shell; then UDP 443 dropped; then start-up.

import { mustRun } from '../lab/processes.ts';
import { findProgram } from '../lab/requirements.ts';
import { type Measured, NAMES } from './budgets.ts';
import { ALL_WELL, byHand } from './by-hand.ts';
import { ready, startUp, words } from './contenders.ts';
import { type BenchWorld, benchWorld } from './lab-world.ts';
import { median, type Stopwatch, startStopwatch } from './stopwatch.ts';
import { type Contender, type Result, takeTurns } from './turns.ts';

export interface LabOptions {
  /** Node and the bundle. */
  readonly program: readonly string[];
  readonly runs: number;
  readonly rtts: readonly number[];
  readonly directory: string;
  readonly say: (text: string) => void;
}

const CONNECTS = 9;

export async function measureInLab(options: LabOptions): Promise<Measured[]> {
  options.say('the lab comes up');
  const world = await benchWorld();
  const stopwatch = startStopwatch(world.enter, options.directory);
  try {
    const measured: Measured[] = [];
    for (const nominalMs of options.rtts) measured.push(await atRoundTrip(world, stopwatch, nominalMs, options));
    return measured;
  } finally {
    stopwatch.stop();
    await world.down();
  }
}

async function atRoundTrip(
  world: BenchWorld,
  stopwatch: Stopwatch,
  nominalMs: number,
  { program, runs, say }: LabOptions,
): Promise<Measured> {
  if (nominalMs > 0) await world.lab.wire({ oneWayMs: nominalMs / 2 });
  const connects: number[] = [];
  // The first one also waits for ARP.
  await stopwatch.connectMs(world.tenant);
  for (let i = 0; i < CONNECTS; i += 1) connects.push(await stopwatch.connectMs(world.tenant));
  const tell = (text: string) => say(`RTT ${nominalMs}: ${text}`);
  const results = new Map<string, Result>(
    await takeTurns(stopwatch, contenders(world, program, nominalMs), runs, tell),
  );
  if (nominalMs === 20) {
    await mustRun('ip', [
      'netns',
      'exec',
      world.lab.site.namespaces.gw,
      'nft',
      'add',
      'rule',
      'ip',
      'lab',
      'faults_forward',
      'udp',
      'dport',
      '443',
      'drop',
    ]);
    await world.lab.exec('gw', 'conntrack', ['-F']);
    for (const [name, result] of await takeTurns(stopwatch, [blocked(world, program)], runs, (text) =>
      tell(`UDP 443 dropped, ${text}`),
    ))
      results.set(name, result);
    await mustRun('ip', [
      'netns',
      'exec',
      world.lab.site.namespaces.gw,
      'nft',
      'flush',
      'chain',
      'ip',
      'lab',
      'faults_forward',
    ]);
  }
  await world.lab.heal();
  return { nominalMs, rttMs: nominalMs === 0 ? 0 : median(connects), results };
}

function contenders(world: BenchWorld, program: readonly string[], nominalMs: number): Contender[] {
  const check = [...program, 'check', ...world.flags];
  const hand = byHand(world.caPath);
  const shell = findProgram('sh') ?? '/bin/sh';
  const well = (stdout: string) => (words(stdout) === ALL_WELL ? null : `it did not all work: ${words(stdout)}`);
  return [
    { name: NAMES.node, argv: [program[0] ?? '', '-e', '0'], wrong: () => null },
    { name: NAMES.quick, argv: [...check, '--quick'], wrong: ready },
    { name: NAMES.fromFile, argv: [...program, 'check', '--quick', '--config', world.configPath], wrong: ready },
    ...(nominalMs === 20 ? [{ name: NAMES.standard, argv: check, wrong: ready }] : []),
    {
      name: NAMES.parallel,
      argv: [shell, '-c', hand.parallel],
      sleepsMs: hand.parallelSleepMs,
      wrong: (one) => well(one.stdout),
    },
    {
      name: NAMES.serial,
      argv: [shell, '-c', hand.serial],
      sleepsMs: hand.serialSleepMs,
      wrong: (one) => well(one.stdout),
    },
    ...(nominalMs === 0 ? startUp(program) : []),
  ];
}

function blocked(world: BenchWorld, program: readonly string[]): Contender {
  return {
    name: NAMES.blocked,
    argv: [...program, 'check', '--quick', '--config', world.configPath, '-o', 'json'],
    wrong: ({ stdout, exitCode }) => {
      const report = JSON.parse(stdout || '{}') as { rootCauses?: { fault?: string }[] };
      const causes = (report.rootCauses ?? []).map(({ fault }) => fault).join(', ');
      return exitCode === 3 && causes === 'udp443-drop' ? null : `exit ${exitCode}, root causes: ${causes || 'none'}`;
    },
  };
}
