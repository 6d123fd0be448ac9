// The command line, made from the tables of commands and flags. Every command is loaded when it is chosen: start-up time is a feature.

import { Argument, Command, CommanderError, Option } from 'commander';
import { COMMANDS, type CommandRow, type OwnFlag, PARENTS } from './commands/command-table.ts';
import type { DataFormat } from './commands/data-text.ts';
import type { CommandInput } from './commands/load.ts';
import { processTerminal, type Terminal } from './commands/terminal.ts';
import { attributeOf, declarationOf, FLAGS, type Flag } from './config/flags.ts';
import { ConfigError } from './model/errors.ts';
import { EXIT } from './model/verdict.ts';
import { closest } from './parse/closest.ts';
import { terminalText } from './parse/terminal-text.ts';
import { VERSION } from './version.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a command is given: its words, its own flags, and what the configuration is made from. */
interface Call {
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly input: CommandInput;
  readonly out: Terminal;
}

// biome-ignore format: a table is read by its columns
const ACTIONS: Readonly<Record<string, (call: Call) => Promise<number>>> = {
  check: async ({ input, out }) => (await import('./commands/check.ts')).check(input, out),
  gate: async ({ input, out }) => (await import('./commands/gate.ts')).gate(input, out),
  report: async ({ input, out, options }) => (await import('./commands/report.ts')).report(text(options, 'directory'), input, out),
  demo: async ({ input, out, options }) => (await import('./commands/demo.ts')).demo({ ...text(options, 'fault'), list: options.list === true }, input, out),
  replay: async ({ input, out, words }) => (await import('./commands/replay.ts')).replay(words[0] ?? '', input, out),
  list: async ({ out, options, words }) => {
    const [{ list }, { CHECKS, DIAGNOSED }] = await Promise.all([import('./commands/list.ts'), import('./checks/index.ts')]);
    return list({ what: words[0] ?? '', ...format(options, 'table'), checks: CHECKS, diagnosed: DIAGNOSED }, out);
  },
  explain: async ({ out, options, words }) => {
    const { explain } = await import('./commands/explain.ts');
    return explain({ id: words[0] ?? '', ...format(options, 'text'), diagnosed: await diagnosedIds() }, out);
  },
  endpoints: async ({ input, out, options }) => (await import('./commands/endpoints.ts')).endpoints(format(options, 'table'), input, out),
  'config view': async ({ input, out, options }) => (await import('./commands/config-view.ts')).configView(format(options), input, out),
  'config validate': async ({ input, out, words }) => (await import('./commands/config-validate.ts')).configValidate(words, input, out),
  'config schema': async ({ out }) => (await import('./commands/config-schema.ts')).configSchema(out),
  'coredns lint': async ({ out, options, words, input: { mistakes } }) => (await import('./commands/coredns-lint.ts')).corednsLint({ file: words[0] ?? '', ...text(options, 'zone'), ...text(options, 'forward'), ...text(options, 'clusterDns'), ...format(options, 'table'), mistakes }, out),
  'coredns patch': async ({ out, options, input: { mistakes } }) => (await import('./commands/coredns-patch.ts')).corednsPatch({ ...text(options, 'zone'), ...text(options, 'forward'), ...text(options, 'corefile'), ...text(options, 'distribution'), mistakes }, out),
  completion: async ({ out, words }) => (await import('./commands/completion.ts')).completion(words[0] ?? '', out),
};

declare const __DIAGNOSED__: readonly string[] | undefined;

// The bundler writes the list in, so that one text is told without loading every check.
async function diagnosedIds(): Promise<ReadonlySet<string>> {
  if (typeof __DIAGNOSED__ !== 'undefined') return new Set(__DIAGNOSED__);
  return (await import('./checks/index.ts')).DIAGNOSED;
}

/** Runs one command line; resolves with the exit code. Never rejects. */
export async function run(
  argv: readonly string[],
  env: Environment,
  out: Terminal = processTerminal(env),
): Promise<number> {
  const state = { exitCode: 0 };
  try {
    const words = argv.length === 0 ? defaultCommand(env, out) : [...argv];
    await program(words, state, env, out).parseAsync(words, { from: 'user' });
    return state.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.badInput;
    if (error instanceof ConfigError) {
      out.stderr(mistakesText(error.mistakes));
      return EXIT.badInput;
    }
    const trace = error instanceof Error ? error.stack : String(error);
    out.stderr(`net-preflight: internal error, please report it: ${trace}\n`);
    return EXIT.internalError;
  }
}

/** Mistakes quote what was typed or read; one that lists every fault of the demo is the longest of ours. */
const MAX_MISTAKE = 2_000;

function mistakesText(mistakes: readonly string[]): string {
  const [first = '', ...others] = mistakes.map((one) => terminalText(one, MAX_MISTAKE));
  if (others.length === 0) return `net-preflight: ${first}\n`;
  return `net-preflight: ${mistakes.length} mistakes\n${[first, ...others].map((one) => `  - ${one}\n`).join('')}`;
}

// Without words: the real check where something is configured, else the demo, said so.
function defaultCommand(env: Environment, out: Terminal): string[] {
  const configured = ['NET_PREFLIGHT_TENANT', 'NET_PREFLIGHT_CONFIG', 'NET_PREFLIGHT_STITCHERS', 'NPA_API_BASE_URL'];
  if (configured.some((name) => env[name])) return ['check'];
  out.stderr(
    'No tenant is configured: this is the embedded demo world, on 127.0.0.1 alone. For yours: net-preflight check --tenant NAME --stitcher HOST,...\n',
  );
  return ['demo'];
}

// Only the commands that the words name get their flags: making all of them takes longer than some commands do.
function program(words: readonly string[], state: { exitCode: number }, env: Environment, out: Terminal): Command {
  const writing = {
    writeOut: (words: string) => void out.stdout(words),
    writeErr: (words: string) => out.stderr(words),
  };
  const settings = (command: Command) =>
    command
      .configureOutput({ ...writing, getOutHelpWidth: () => out.options.width })
      .exitOverride()
      .helpOption('-h, --help', 'print this help');
  const top = settings(new Command('net-preflight'))
    .description(
      "Says, from inside a pod's own network, whether DNS, HTTPS and DTLS will carry the change, and names the root cause and the fix when they will not.",
    )
    .version(VERSION, '-V, --version', 'print the version')
    .helpCommand('help [command]', 'help for a command')
    .configureHelp({ subcommandTerm: termOf })
    .addHelpText('after', EPILOGUE);
  const parents = new Map<string, Command>();
  for (const row of COMMANDS) {
    const [first = '', second] = row.name.split(' ');
    let parent = top;
    if (second !== undefined) {
      parent = parents.get(first) ?? settings(top.command(first)).description(PARENTS[first] ?? '');
      parents.set(first, parent);
    }
    const command = settings(parent.command(second ?? first)).description(row.description);
    if (row.argument) command.addArgument(new Argument(row.argument));
    if (words.includes(first)) declare(command, row);
    command.action(async () => {
      const mistakes = strangers(command, row);
      const options = command.opts<Record<string, unknown>>();
      const input = { flags: flagsOf(row, options), env, mistakes };
      const action = ACTIONS[row.name];
      if (!action) throw new Error(`no action for ${row.name}`);
      // A command without configuration has nobody else to tell its mistakes.
      if (row.groups.length === 0 && mistakes.length > 0) throw new ConfigError(mistakes);
      const words = command.args.filter((word) => !isFlag(word));
      state.exitCode = await action({ words, options, input, out });
    });
  }
  return top;
}

// As commander writes it, from the table: a command that is not named has no flags yet.
function termOf(command: Command): string {
  const parent = command.parent?.parent ? `${command.parent.name()} ` : '';
  const row = COMMANDS.find(({ name }) => name === `${parent}${command.name()}`);
  const flags = row && tableFlags(row).length + (row.flags?.length ?? 0) > 0 ? ['[options]'] : [];
  const argument = row?.argument ?? command.registeredArguments.map((one) => `[${one.name()}]`).join(' ');
  return [command.name(), ...flags, ...(argument ? [argument] : [])].join(' ');
}

function tableFlags(row: CommandRow): readonly Flag[] {
  return FLAGS.filter((flag) => row.groups.includes(flag.group));
}

function declare(command: Command, row: CommandRow): void {
  for (const flag of tableFlags(row)) {
    const option = new Option(declarationOf(flag), flag.description);
    if (flag.repeatable) option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
    // Absent until given, a `--no-x` flag too.
    option.default(undefined);
    command.addOption(option);
  }
  for (const flag of row.flags ?? []) command.addOption(ownOption(flag));
  // Mistakes are told together with those of the configuration, not one at a time.
  command.allowUnknownOption().allowExcessArguments();
}

function ownOption(flag: OwnFlag): Option {
  const argument = flag.argument === null ? '' : ` <${flag.argument}>`;
  const option = new Option(`${flag.short ? `-${flag.short}, ` : ''}--${flag.name}${argument}`, flag.description);
  return flag.words ? option.choices([...flag.words]) : option;
}

function flagsOf(row: CommandRow, options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const own = new Set((row.flags ?? []).map((flag) => flag.name));
  const given: Record<string, unknown> = {};
  for (const flag of FLAGS) {
    const name = attributeOf(flag);
    if (
      options[name] !== undefined &&
      (row.groups.includes(flag.group) || flag.name === 'depth') &&
      !(own.has(flag.name) && flag.name === 'output')
    )
      given[name] = options[name];
  }
  return given;
}

function isFlag(word: string): boolean {
  return word.startsWith('-') && word !== '-';
}

// What no flag and no argument has taken.
function strangers(command: Command, row: CommandRow): string[] {
  const known = command.options.flatMap((option) => [option.long ?? [], option.short ?? []].flat());
  const flags = command.args.filter(isFlag);
  const most = row.argument === undefined ? 0 : row.argument.includes('...') ? Number.POSITIVE_INFINITY : 1;
  const mistakes = flags.map((flag) => {
    const name = terminalText(flag.split('=')[0] ?? flag, 60);
    const near = closest(name, known);
    return `unknown flag ${name}${near ? `; did you mean ${near}?` : `: see net-preflight ${row.name} --help`}`;
  });
  // After an unknown flag a word is most likely its value.
  const words = command.args.filter((word) => !isFlag(word)).slice(most);
  if (flags.length === 0) mistakes.push(...words.map((word) => `unexpected argument "${terminalText(word, 60)}"`));
  return mistakes;
}

function text<K extends string>(options: Readonly<Record<string, unknown>>, name: K): { readonly [P in K]?: string } {
  const value = options[name];
  return (typeof value === 'string' ? { [name]: value } : {}) as { readonly [P in K]?: string };
}

function format<Plain extends string = never>(
  options: Readonly<Record<string, unknown>>,
  _plain?: Plain,
): { readonly format?: DataFormat | Plain } {
  const value = options.output;
  return typeof value === 'string' ? { format: value as DataFormat | Plain } : {};
}

const EPILOGUE = `
Exit codes:
  0  ready; with warnings too, unless --fail-on warn     3  not ready: a root cause is named
  2  bad input                                           4  warnings, with --fail-on warn
  1  internal error, please report it                    5  inconclusive; 0 with --on-inconclusive allow
  130, 143  ended by SIGINT, SIGTERM: what was known is printed

Examples:
  net-preflight demo --fault udp443-drop
  net-preflight check --tenant acme --stitcher gateway-lon1.gw.npa.goskope.com
  net-preflight explain udp443-drop
`;
