// What can be measured where there is no lab: the embedded demo world on the loopback, without delay and with two stitchers.
// Neither the shell nor a dropped UDP 443 is compared there.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startWorld, type World } from '../../src/demo/world.ts';
import { type Measured, NAMES } from './budgets.ts';
import { ready, startUp } from './contenders.ts';
import { startStopwatch } from './stopwatch.ts';
import { type Contender, takeTurns } from './turns.ts';

export interface DemoOptions {
  readonly program: readonly string[];
  readonly runs: number;
  readonly directory: string;
  readonly say: (text: string) => void;
}

export async function measureInDemoWorld({ program, runs, directory, say }: DemoOptions): Promise<Measured[]> {
  say('the demo world instead: RTT 0 only, two stitchers, servers in this process, nothing by hand');
  const world = await startWorld();
  const stopwatch = startStopwatch([], directory);
  try {
    const check = [...program, 'check', '--quick', '--config', writeConfig(world, directory)];
    const contenders: Contender[] = [
      { name: NAMES.node, argv: [program[0] ?? '', '-e', '0'], wrong: () => null },
      { name: NAMES.quick, argv: check, wrong: ready },
      ...startUp(program),
    ];
    return [{ nominalMs: 0, rttMs: 0, results: await takeTurns(stopwatch, contenders, runs, say) }];
  } finally {
    stopwatch.stop();
    await world.close();
  }
}

function writeConfig(world: World, directory: string): string {
  const { connectTo, controls, expectCa, targets } = world.settings;
  const ca = join(directory, 'ca.pem');
  writeFileSync(ca, expectCa.join('\n'));
  const places = Object.entries(connectTo).filter(([key]) => !key.startsWith('*'));
  const spec = {
    profile: 'none',
    resolvers: ['10.96.0.10'],
    systemLookup: false,
    targets: targets.map(({ host, port, protocol, role }) => ({ host, port, protocol, role })),
    controls,
    expectCa: [ca],
    connectTo: Object.fromEntries(places.map(([key, { address, port }]) => [key, `${address}:${port}`])),
  };
  const path = join(directory, 'demo.yaml');
  writeFileSync(path, JSON.stringify({ apiVersion: 'net-preflight.dev/v1alpha1', kind: 'PreflightConfig', spec }));
  return path;
}
