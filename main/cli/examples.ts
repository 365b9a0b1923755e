/** What stands below the options in `fusebox COMMAND --help`: examples with a word on each, and the exit codes. */
export const examples: Readonly<Record<string, readonly (readonly [command: string, about: string])[]>> = {
  serve: [
    ['fusebox serve', 'with config.yaml of the data folder'],
    ['fusebox serve --config fusebox.yaml --port 0', 'another file, any free port'],
  ],
  login: [
    ['fusebox login claude', 'opens the browser'],
    ['fusebox login chatgpt --method device', 'a code for a browser elsewhere'],
    ['fusebox login claude --no-browser', 'on a server: paste what the browser brings'],
  ],
  accounts: [
    ['fusebox accounts', 'a table of all accounts'],
    ['fusebox accounts pause you@example.com', 'no requests for this one'],
    ["fusebox accounts --json | jq '.[].status'", 'for scripts'],
  ],
  import: [
    ['fusebox import', 'what is in auth-dir'],
    ['fusebox import ~/.codex/auth.json', "Codex's own login"],
  ],
  export: [['FUSEBOX_PASSPHRASE=… fusebox export accounts.fusebox', 'without a question']],
  status: [
    ['fusebox status', 'address, accounts, Amp'],
    ["fusebox status --json | jq '.gateway.url'", 'for scripts'],
  ],
  dashboard: [
    ['fusebox dashboard', 'opens the browser'],
    ['fusebox dashboard --no-browser', 'on a server, with ssh -L 8317:127.0.0.1:8317 you@server'],
  ],
  usage: [
    ['fusebox usage', 'the last 30 days'],
    ['fusebox usage --per hour --by account', 'the last 24 hours, by account'],
    ['fusebox usage --per total --by model --days 7', 'a week by model'],
    ['fusebox usage --by account --days 365 --csv', 'a year, for a spreadsheet'],
  ],
  route: [
    ['fusebox route claude-opus-4-7', "on Amp's routes"],
    ['fusebox route gpt-5 --surface direct --format openai-chat', 'for another tool'],
  ],
  tools: [
    ['fusebox tools', 'what can be connected'],
    ['fusebox tools connect claude-code --dry-run', 'what would be written'],
    ['fusebox tools restore claude-code', 'as it was before'],
  ],
  logs: [
    ['fusebox logs -n 200 --level warn', 'what went wrong lately'],
    ['fusebox logs -f --requests', 'live, with a line for each request'],
    ['fusebox logs -f --json | jq .msg', 'for scripts'],
  ],
  doctor: [['fusebox doctor', 'what is wrong, and what to do']],
  completion: [
    ['source <(fusebox completion bash)', 'in ~/.bashrc'],
    ['fusebox completion zsh > ~/.zfunc/_fusebox', 'once, for zsh; its fpath must have that folder'],
    ['fusebox completion fish > ~/.config/fish/completions/fusebox.fish', 'once, for fish'],
  ],
};

const exitCodes: Readonly<Record<string, string>> = {
  serve: '0 stopped by a signal, 1 could not serve',
  accounts: '0 done, 1 failed, or the account that was tested did not answer',
  import: '0 accounts were imported, 1 failed or none was, 130 cancelled',
  export: '0 written, 1 failed, 130 cancelled',
  tools: '0 done, 1 refused',
  completion: '0 printed, 1 no such shell',
  login: '0 added, 1 failed, 130 cancelled',
  status: '0 running, 3 not running',
  dashboard: '0 printed, 1 no dashboard, 3 not running',
  usage: '0 done, 1 refused, 3 not running',
  route: '0 explained, 1 refused, 3 not running',
  logs: '0 done, 1 refused, 3 not running, 130 ended by Ctrl-C',
  doctor: '0 nothing is wrong, 1 something is',
};

/** The text below the options of a command; empty for commands without one. */
export function helpAfter(command: string): string {
  const rows = examples[command] ?? [];
  const width = Math.max(0, ...rows.map(([text]) => text.length));
  const shown = rows.map(([text, about]) => `  ${text.padEnd(width)}  ${about}`);
  const codes = exitCodes[command];
  return [
    ...(shown.length > 0 ? ['', 'Examples:', ...shown] : []),
    ...(codes === undefined ? [] : ['', `Exit codes: ${codes}`]),
  ].join('\n');
}
