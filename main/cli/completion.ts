import type { Command, Option } from 'commander';

export type Shell = 'bash' | 'zsh' | 'fish';

/** A script that teaches a shell the commands, options and values of a program; made of the program itself. */
export function completionScript(shell: Shell, program: Command): string {
  const commands = program.commands.map(wordsOf);
  const make = { bash: bashScript, zsh: zshScript, fish: fishScript }[shell];
  return make(program.name(), commands);
}

interface OptionWords {
  /** `--json`, and `-f` where there is one. */
  flags: string[];
  about: string;
  takesValue: boolean;
  /** A file or folder is its value. */
  takesPath: boolean;
  choices: string[];
}

interface CommandWords {
  name: string;
  about: string;
  options: OptionWords[];
  /** Of the first argument. */
  choices: string[];
  takesPath: boolean;
}

function wordsOf(command: Command): CommandWords {
  const [first] = command.registeredArguments;
  return {
    name: command.name(),
    about: command.description(),
    options: [...command.options.map(optionWords), helpWords],
    choices: [...(first?.argChoices ?? [])],
    takesPath: /^(path|file)$/.test(first?.name() ?? ''),
  };
}

const helpWords: OptionWords = {
  ...{ flags: ['--help', '-h'], about: 'display help for command' },
  ...{ takesValue: false, takesPath: false, choices: [] },
};

function optionWords({ long, short, description, required, optional, flags, argChoices }: Option): OptionWords {
  return {
    flags: [long, short].filter((flag) => flag !== undefined && flag !== null),
    about: description,
    takesValue: required || optional,
    takesPath: /<(file|dir)>/.test(flags),
    choices: [...(argChoices ?? [])],
  };
}

function bashScript(name: string, commands: readonly CommandWords[]): string {
  const flagsOf = ({ options }: CommandWords) => options.flatMap(({ flags }) => flags).join(' ');
  const values = commands.flatMap((command) =>
    command.options
      .filter(({ takesValue }) => takesValue)
      .map(({ flags, choices, takesPath }) => {
        const patterns = flags.map((flag) => `${command.name}:${flag}`).join('|');
        return `    ${patterns}) ${replyOf(choices, takesPath)}; return ;;`;
      }),
  );
  const words = commands.map(
    (command) =>
      `    ${command.name}) [[ $cur == -* ]] && ${replyOf(flagsOf(command).split(' '), false)} || ${replyOf(command.choices, command.takesPath)} ;;`,
  );
  return `# Completion of ${name} for bash: source <(${name} completion bash)
_${name}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command=\${COMP_WORDS[1]}
  COMPREPLY=()
  if (( COMP_CWORD == 1 )); then
    COMPREPLY=($(compgen -W "${commands.map((one) => one.name).join(' ')} --help --version" -- "$cur"))
    return
  fi
  case "$command:$prev" in
${values.join('\n')}
  esac
  case "$command" in
${words.join('\n')}
  esac
}
complete -F _${name} ${name}
`;
}

function replyOf(words: readonly string[], takesPath: boolean): string {
  if (takesPath) return 'COMPREPLY=($(compgen -f -- "$cur"))';
  return words.length === 0 ? ':' : `COMPREPLY=($(compgen -W "${words.join(' ')}" -- "$cur"))`;
}

function zshScript(name: string, commands: readonly CommandWords[]): string {
  const cases = commands.map((command) => {
    const options = command.options.map((option) => `      ${zshOption(option)} \\`);
    const argument = zshValue(command.choices, command.takesPath);
    const rest = argument === '' ? "'*: :'" : `'1:${zshWord(argument, command.name)}' '*: :'`;
    return [`    ${command.name})`, '      _arguments \\', ...options, `      ${rest}`, '      ;;'].join('\n');
  });
  const list = commands.map((one) => `    '${one.name}:${inZsh(one.about)}'`);
  return `#compdef ${name}
# Completion of ${name} for zsh: ${name} completion zsh > "\${fpath[1]}/_${name}"
_${name}() {
  local -a commands
  commands=(
${list.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  words=("\${words[@]:1}")
  (( CURRENT-- ))
  case $command in
${cases.join('\n')}
  esac
}
if [[ $funcstack[1] == _${name} ]]; then _${name} "$@"; else compdef _${name} ${name}; fi
`;
}

function zshOption({ flags, about, takesValue, takesPath, choices }: OptionWords): string {
  const [long = '', short] = flags;
  const names = short === undefined ? `'${long}` : `'(${long} ${short})'{${long},${short}}'`;
  const value = takesValue ? `:${zshWord(zshValue(choices, takesPath), 'value')}` : '';
  return `${names}[${inZsh(about).replaceAll(/[[\]]/g, '\\$&')}]${value}'`;
}

function zshWord(action: string, label: string): string {
  return `${label}:${action === '' ? ' ' : action}`;
}

function zshValue(choices: readonly string[], takesPath: boolean): string {
  if (takesPath) return '_files';
  return choices.length === 0 ? '' : `(${choices.join(' ')})`;
}

function fishScript(name: string, commands: readonly CommandWords[]): string {
  const top = commands.map(
    (one) => `complete -c ${name} -f -n __fish_use_subcommand -a ${one.name} -d '${inFish(one.about)}'`,
  );
  const within = commands.flatMap((command) => {
    const start = `complete -c ${name} -n '__fish_seen_subcommand_from ${command.name}'`;
    const choices = command.choices.length > 0 ? [`${start} -f -a '${command.choices.join(' ')}'`] : [];
    const files = command.takesPath ? [] : [`${start} -f`];
    return [...files, ...choices, ...command.options.map((option) => `${start} ${fishOption(option)}`)];
  });
  const head = `# Completion of ${name} for fish: ${name} completion fish > ~/.config/fish/completions/${name}.fish`;
  return `${[head, ...top, ...within].join('\n')}\n`;
}

function fishOption({ flags, about, takesValue, takesPath, choices }: OptionWords): string {
  const named = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const value = takesPath
    ? ['-r -F']
    : choices.length > 0
      ? [`-x -a '${choices.join(' ')}'`]
      : takesValue
        ? ['-x']
        : [];
  return [...named, ...value, `-d '${inFish(about)}'`].join(' ');
}

/** For text within single quotes of zsh, where a colon ends a word. */
function inZsh(text: string): string {
  return text.replaceAll('\n', ' ').replaceAll("'", "'\\''").replaceAll(':', '\\:');
}

/** For text within single quotes of fish. */
function inFish(text: string): string {
  return text.replaceAll('\n', ' ').replaceAll(/[\\']/g, '\\$&');
}
