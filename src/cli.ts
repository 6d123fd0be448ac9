// The command line. Every command imports only what it needs, when it is chosen: start-up time is a feature.

import { Command, CommanderError, Option } from 'commander';
import type { CommandInput } from './commands/load.ts';
import { processTerminal, type Terminal } from './commands/terminal.ts';
import { attributeOf, declarationOf, FLAGS, type FlagGroup } from './config/flags.ts';
import { ConfigError } from './model/errors.ts';
import { EXIT } from './model/verdict.ts';
import { closest } from './parse/closest.ts';
import { VERSION } from './version.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Runs one command line; resolves with the exit code. Never rejects. */
export async function run(
  argv: readonly string[],
  env: Environment,
  out: Terminal = processTerminal(env),
): Promise<number> {
  try {
    const state = { exitCode: 0 };
    await program(state, env, out).parseAsync(argv.length === 0 ? defaultCommand(env, out) : [...argv], {
      from: 'user',
    });
    return state.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.badInput;
    if (error instanceof ConfigError) {
      const many = error.mistakes.length > 1 ? `${error.mistakes.length} mistakes:\n` : '';
      out.stderr(`net-preflight: ${many}${error.mistakes.map((one) => (many ? `  - ${one}\n` : `${one}\n`)).join('')}`);
      return EXIT.badInput;
    }
    out.stderr(
      `net-preflight: internal error, please report it: ${error instanceof Error ? error.stack : String(error)}\n`,
    );
    return EXIT.internalError;
  }
}

// Without words: the real check where something is configured, else the demo, said so.
function defaultCommand(env: Environment, out: Terminal): string[] {
  if (env.NET_PREFLIGHT_TENANT || env.NET_PREFLIGHT_CONFIG || env.NET_PREFLIGHT_STITCHERS || env.NPA_API_BASE_URL)
    return ['check'];
  out.stderr(
    'No tenant is configured: this is the embedded demo world on 127.0.0.1. Yours: net-preflight check --tenant NAME --stitcher HOST,...\n',
  );
  return ['demo'];
}

interface State {
  exitCode: number;
}

function program(state: State, env: Environment, out: Terminal): Command {
  const top = new Command('net-preflight')
    .description(
      "Says, from inside a pod's own network, whether DNS, HTTPS and DTLS will carry the change, and names the root cause and the fix when they will not.",
    )
    .version(VERSION, '-V, --version', 'print the version')
    .helpCommand('help [command]', 'help for a command')
    .showHelpAfterError('(net-preflight --help shows all commands)')
    .configureOutput({ writeOut: (text) => void out.stdout(text), writeErr: (text) => out.stderr(text) })
    .exitOverride()
    .addHelpText('after', EPILOGUE);

  // A command with flags of ours: unknown ones become mistakes like any other, told together.
  const add = (name: string, description: string, groups: readonly FlagGroup[]): Command => {
    const command = top.command(name).description(description);
    for (const flag of FLAGS.filter((one) => groups.includes(one.group))) {
      const option = new Option(declarationOf(flag), flag.description);
      if (flag.repeatable)
        option.argParser((value: string, previous: string[] | undefined) => [...(previous ?? []), value]);
      // A `--no-x` flag is absent until given, not true by default.
      if (flag.name.startsWith('no-')) option.default(undefined);
      command.addOption(option);
    }
    return command.allowUnknownOption().allowExcessArguments();
  };
  const does = (command: Command, action: (input: CommandInput, options: Record<string, unknown>) => Promise<number>) =>
    command.action(async () => {
      const options = command.opts<Record<string, unknown>>();
      const flags = Object.fromEntries(
        FLAGS.flatMap((flag) => {
          const value = options[attributeOf(flag)];
          return value === undefined ? [] : [[attributeOf(flag), value]];
        }),
      );
      state.exitCode = await action({ flags, env, mistakes: strangers(command) }, options);
    });

  does(add('check', 'one run, for a person: verdict, root cause, what to do', ['config', 'output']), async (input) =>
    (await import('./commands/check.ts')).check(input, out),
  );
  does(
    add('gate', 'wait until the network is good, then exit 0; for init containers and hooks', [
      'config',
      'gate',
      'output',
    ]),
    async (input) => (await import('./commands/gate.ts')).gate(input, out),
  );
  does(
    add('report', 'one scheduled run: JSON and metrics, compared with the last one', ['config', 'output']).option(
      '--directory <DIR>',
      'keep last.json and metrics.prom here, and say what has changed',
    ),
    async (input, options) =>
      (await import('./commands/report.ts')).report(
        typeof options.directory === 'string' ? { directory: options.directory } : {},
        input,
        out,
      ),
  );
  does(
    add('demo', 'the whole pipeline on an embedded world, healthy or with one fault', ['output'])
      .addOption(new Option('--depth <DEPTH>', 'how much is measured').choices(['quick', 'standard', 'deep']))
      .option('--fault <ID>', 'inject this fault')
      .option('--list', 'the faults that the demo world can have'),
    async (input, options) =>
      (await import('./commands/demo.ts')).demo(
        { ...(typeof options.fault === 'string' ? { fault: options.fault } : {}), list: options.list === true },
        input,
        out,
      ),
  );
  does(
    add('replay', 'judge a stored report again; no network', ['output']).argument(
      '<report.json>',
      'made with -o json=FILE',
    ),
    async (input, _options) =>
      (await import('./commands/replay.ts')).replay(String(argumentsOf(top, 'replay')[0] ?? ''), input, out),
  );
  return top;
}

function argumentsOf(top: Command, name: string): string[] {
  return top.commands.find((one) => one.name() === name)?.args.filter((arg) => !arg.startsWith('-')) ?? [];
}

// What no flag and no argument has taken.
function strangers(command: Command): string[] {
  const known = command.options.map((option) => option.long ?? '').filter((long) => long !== '');
  const flags = command.args.filter((arg) => arg.startsWith('-') && arg !== '-');
  const words = command.args.filter((arg) => !arg.startsWith('-')).slice(command.registeredArguments.length);
  const mistakes = flags.map((flag) => {
    const name = flag.split('=')[0] ?? flag;
    const near = closest(name, known);
    return `unknown flag ${name.slice(0, 60)}${near ? `; did you mean ${near}?` : ''}`;
  });
  // After an unknown flag a word is most likely its value.
  if (flags.length === 0) mistakes.push(...words.map((word) => `unexpected argument "${word.slice(0, 60)}"`));
  return mistakes;
}

const EPILOGUE = `
Exit codes: 0 ready (warnings included unless --fail-on warn), 2 bad input, 3 not ready,
4 warnings with --fail-on warn, 5 inconclusive, 130/143 interrupted, 1 internal error.

Examples:
  net-preflight demo --fault udp443-drop
  net-preflight check --tenant acme --stitcher gateway-lon1.gw.npa.goskope.com
  net-preflight explain udp443-drop
`;
