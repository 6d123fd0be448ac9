// `completion bash|zsh|fish`: scripts made from the tables of commands and flags.

import { FAULTS } from '../catalogue/index.ts';
import { FLAGS } from '../config/flags.ts';
import { didYouMean } from '../config/mistake.ts';
import { EXIT } from '../model/verdict.ts';
import { terminalText } from '../parse/terminal-text.ts';
import { COMMANDS, type CommandRow, type OwnFlag, SHELLS, type Shell } from './command-table.ts';
import type { Out } from './out.ts';

export async function completion(shell: string, out: Out): Promise<number> {
  const known = SHELLS.find((each) => each === shell);
  if (known === undefined) {
    const word = terminalText(shell, 40);
    out.stderr(`net-preflight: no completion for ${word}${didYouMean(word, SHELLS)}\n`);
    return EXIT.badInput;
  }
  await out.stdout(SCRIPT[known]());
  return EXIT.ready;
}

const NAME = 'net-preflight';

function flagsOf(command: CommandRow): readonly OwnFlag[] {
  return [...FLAGS.filter(({ group }) => command.groups.includes(group)), ...(command.flags ?? [])];
}

function wordsOf(command: CommandRow): readonly string[] {
  return command.words === 'faults' ? FAULTS.map(({ id }) => id) : (command.words ?? []);
}

/** `config` → `view`, `validate`, `schema`; the empty name → all first words. */
function nextWords(prefix: string): readonly string[] {
  const rest = COMMANDS.filter(({ name }) => prefix === '' || name.startsWith(`${prefix} `)).map(({ name }) =>
    name.slice(prefix === '' ? 0 : prefix.length + 1),
  );
  return [...new Set(rest.map((name) => name.split(' ')[0] ?? ''))];
}

const PARENTS = [...new Set(COMMANDS.flatMap(({ name }) => (name.includes(' ') ? [name.split(' ')[0] ?? ''] : [])))];

function dashed({ name, short }: OwnFlag): readonly string[] {
  return short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`];
}

function bash(): string {
  // The same flag means the same everywhere, but for the words of --output.
  const argument = (flag: OwnFlag) =>
    flag.words
      ? `COMPREPLY=($(compgen -W '${flag.words.join(' ')}' -- "$cur"))`
      : flag.takesFile
        ? 'COMPREPLY=($(compgen -f -- "$cur"))'
        : ':';
  const ofCommand = (command: CommandRow) => {
    const flags = flagsOf(command);
    const cases = flags
      .filter((flag) => flag.argument !== null)
      .map((flag) => `        ${dashed(flag).join('|')}) ${argument(flag)}; return ;;`);
    const words = wordsOf(command);
    const free = command.takesFile
      ? 'COMPREPLY=($(compgen -f -- "$cur"))'
      : `COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$cur"))`;
    return `    '${command.name}')
      case $prev in
${[...cases, '        *) ;;'].join('\n')}
      esac
      if [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W '${flags.flatMap(dashed).join(' ')} --help' -- "$cur"))
      else
        ${free}
      fi ;;`;
  };
  const names = [...COMMANDS.map(({ name }) => name), ...PARENTS].map((name) => `'${name}'`).join('|');
  return `# bash completion for ${NAME}:  source <(${NAME} completion bash)
_net_preflight() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} command='' try i
  # --flag=word is split at the equals sign.
  if [[ $cur == = ]]; then
    cur=''
  elif [[ $prev == = && COMP_CWORD -ge 2 ]]; then
    prev=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    try="\${command:+$command }\${COMP_WORDS[i]}"
    case $try in ${names}) command=$try ;; esac
  done
  COMPREPLY=()
  case $command in
    '') COMPREPLY=($(compgen -W '${nextWords('').join(' ')} --help --version' -- "$cur")) ;;
${PARENTS.map((name) => `    '${name}') COMPREPLY=($(compgen -W '${nextWords(name).join(' ')}' -- "$cur")) ;;`).join('\n')}
${COMMANDS.map(ofCommand).join('\n')}
  esac
}
complete -F _net_preflight ${NAME}
`;
}

function zsh(): string {
  const text = (description: string) => description.replace(/[[\]:\\]/g, '\\$&').replace(/'/g, "'\\''");
  const spec = (flag: OwnFlag) => {
    const values = flag.words ? `(${flag.words.join(' ')})` : flag.takesFile ? '_files' : ' ';
    const argument = flag.argument === null ? '' : `:${text(flag.argument)}:${values}`;
    return dashed(flag).map(
      (name) =>
        `'*${name}${flag.argument !== null && name.startsWith('--') ? '=' : ''}[${text(flag.description)}]${argument}'`,
    );
  };
  const ofCommand = (command: CommandRow) => {
    const free = command.takesFile
      ? ["'*:file:_files'"]
      : command.words
        ? [`'1:what:(${wordsOf(command).join(' ')})'`]
        : [];
    return `    '${command.name}') _arguments ${[...flagsOf(command).flatMap(spec), ...free, "'--help[help]'"].join(' \\\n      ')} ;;`;
  };
  const choice = (prefix: string) => `compadd -- ${nextWords(prefix).join(' ')}`;
  return `#compdef ${NAME}
# zsh completion for ${NAME}:  ${NAME} completion zsh > "\${fpath[1]}/_${NAME}"
_net_preflight() {
  local command=\${words[2]}
  if (( CURRENT == 2 )); then ${choice('')} --help --version; return; fi
  case $command in
${PARENTS.map((name) => `    ${name}) if (( CURRENT == 3 )); then ${choice(name)}; return; fi; command="$command \${words[3]}"; shift words; (( CURRENT-- )) ;;`).join('\n')}
  esac
  shift words
  (( CURRENT-- ))
  case $command in
${COMMANDS.map(ofCommand).join('\n')}
  esac
}
if [ "$funcstack[1]" = "_${NAME}" ]; then _net_preflight "$@"; else compdef _net_preflight ${NAME}; fi
`;
}

function fish(): string {
  const text = (description: string) => `'${description.replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`;
  const lines = [
    `# fish completion for ${NAME}:  ${NAME} completion fish > ~/.config/fish/completions/${NAME}.fish`,
    `complete -c ${NAME} -f`,
  ];
  for (const word of nextWords('')) {
    const row = COMMANDS.find(({ name }) => name === word);
    lines.push(
      `complete -c ${NAME} -n __fish_use_subcommand -a ${word} -d ${text(row?.description ?? `${word} commands`)}`,
    );
  }
  for (const command of COMMANDS) {
    const [first = '', second] = command.name.split(' ');
    const seen = `__fish_seen_subcommand_from ${first}`;
    if (second !== undefined) {
      const siblings = nextWords(first).join(' ');
      lines.push(
        `complete -c ${NAME} -n '${seen}; and not __fish_seen_subcommand_from ${siblings}' -a ${second} -d ${text(command.description)}`,
      );
    }
    const here = `'${seen}${second === undefined ? '' : `; and __fish_seen_subcommand_from ${second}`}'`;
    const words = wordsOf(command);
    if (words.length > 0) lines.push(`complete -c ${NAME} -n ${here} -a '${words.join(' ')}'`);
    if (command.takesFile) lines.push(`complete -c ${NAME} -n ${here} -F`);
    for (const flag of flagsOf(command)) {
      const short = flag.short === undefined ? '' : ` -s ${flag.short}`;
      const argument =
        flag.argument === null
          ? ''
          : flag.words
            ? ` -x -a '${flag.words.join(' ')}'`
            : flag.takesFile
              ? ' -r -F'
              : ' -x';
      lines.push(`complete -c ${NAME} -n ${here} -l ${flag.name}${short}${argument} -d ${text(flag.description)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

const SCRIPT: Readonly<Record<Shell, () => string>> = { bash, zsh, fish };
