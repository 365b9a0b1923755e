import { homedir } from 'node:os';
import { Argument, Command, Option } from 'commander';
import { helpAfter } from './cli/examples.ts';

declare const __FUSEBOX_VERSION__: string;

/** The `fusebox` command. Each subcommand loads only what it needs. */
const program = new Command('fusebox')
  .description('Serves Amp and other coding tools from your own AI subscriptions.')
  .version(__FUSEBOX_VERSION__)
  .showHelpAfterError();

const place = (command: Command) =>
  command
    .addHelpText('after', () => helpAfter(command.name()))
    .option('--config <file>', 'settings file (YAML); default: config.yaml in the data folder')
    .option('--data-dir <dir>', 'folder for accounts, logs and state')
    .addOption(new Option('--vault <kind>', 'where secrets are kept').choices(['keychain', 'file', 'memory']));

place(program.command('serve'))
  .description('run the gateway in this terminal until it is stopped')
  .option('--host <address>', 'listen on this address instead of the one in the settings')
  .option('--port <number>', 'listen on this port instead of the one in the settings; 0 takes a free one', portNumber)
  .action(async (options) =>
    exit(await (await import('./cli/serve.ts')).serve(options, __FUSEBOX_VERSION__, import.meta.dirname)),
  );

place(program.command('login'))
  .description('add an account by signing in to its provider, or by an API key')
  .argument('<provider>', 'claude, chatgpt, gemini-cli …; a wrong name lists them')
  .option('--no-browser', 'only print the address of the page, as on a server')
  .addOption(
    new Option('--method <how>', 'how to sign in; default: the best way of the provider').choices([
      'browser',
      'device',
      'api-key',
      'file',
    ]),
  )
  .option('--label <name>', 'what the account is called')
  .option('--proxy-url <url>', 'outbound proxy of this account: http, https or socks5 URL, or direct')
  .action(async (provider, options) =>
    exit(await (await import('./cli/login.ts')).login(provider, options, __FUSEBOX_VERSION__)),
  );

place(program.command('accounts'))
  .description('list accounts, or test, pause, resume, reset or remove one')
  .addArgument(
    new Argument('[action]', 'test sends one tiny request through it; reset ends its cooldowns')
      .choices(['list', 'test', 'pause', 'resume', 'reset', 'remove'])
      .default('list'),
  )
  .argument('[account]', 'id or label')
  .option('--json', 'print the accounts as JSON')
  .action(async (action, which, options) =>
    exit(await (await import('./cli/accounts.ts')).accounts(action, which, options, __FUSEBOX_VERSION__)),
  );

place(program.command('import'))
  .description(
    'bring in accounts: credential files of CLIProxyAPI, logins of Claude Code, Codex and Gemini CLI, exports',
  )
  .argument('[path]', 'folder or file; default: auth-dir of the settings')
  .option('--json', 'print what was imported as JSON')
  .action(async (path, options) =>
    exit(await (await import('./cli/import.ts')).importFrom(path, options, __FUSEBOX_VERSION__, homedir())),
  );

place(program.command('export'))
  .description('write all accounts to a file that only a passphrase opens (asked for, or FUSEBOX_PASSPHRASE)')
  .argument('<file>', 'where to write it')
  .option('--json', 'print how many were written as JSON')
  .action(async (file, options) =>
    exit(await (await import('./cli/export.ts')).exportTo(file, options, __FUSEBOX_VERSION__)),
  );

place(program.command('status'))
  .description('show the running gateway: address, accounts, Amp')
  .option('--json', 'print the state as JSON')
  .action(async (options) => exit(await (await import('./cli/status.ts')).status(options)));

place(program.command('dashboard'))
  .description('open the window of a running `fusebox serve` in a browser, by a link that works once')
  .option('--no-browser', 'only print the link, as on a server')
  .option('--json', 'print the link as JSON')
  .action(async (options) => exit(await (await import('./cli/dashboard.ts')).dashboard(options)));

place(program.command('usage'))
  .description(
    'show requests, tokens and Amp credits by hour or day, account, model or tool, and what is left of quotas',
  )
  .addOption(new Option('--per <time>', 'a line for each').choices(['hour', 'day', 'total']).default('day'))
  .addOption(
    new Option('--by <what>', 'and for each value of it').choices(['tool', 'account', 'model', 'format', 'outcome']),
  )
  .option('--days <number>', 'how far to look back; default: 30 days, or 24 hours with --per hour', daysNumber)
  .option('--tool <name>', 'only requests of this tool')
  .option('--account <name>', 'only requests that this account served, by id or label')
  .option('--model <name>', 'only requests for this model')
  .option('--json', 'print the sums as JSON')
  .addOption(new Option('--csv', 'print the sums as CSV').conflicts('json'))
  .action(async (options) => exit(await (await import('./cli/usage.ts')).usage(options, Date.now())));

place(program.command('route'))
  .description('explain where a request for a model would go now, and why')
  .argument('<model>', 'as a client would ask for it')
  .addOption(
    new Option('--format <format>', 'wire format of the request')
      .choices(['anthropic', 'openai-chat', 'openai-responses', 'gemini'])
      .default('anthropic'),
  )
  .addOption(
    new Option('--surface <routes>', "the routes it comes in on: Amp's own, or the plain API")
      .choices(['amp', 'direct'])
      .default('amp'),
  )
  .option('--json', 'print the answer as JSON')
  .action(async (model, { format, surface, ...options }) =>
    exit(await (await import('./cli/route.ts')).showRoute({ model, format, surface }, options)),
  );

place(program.command('tools'))
  .description('list other programs and whether they are connected, or connect one, or put its settings back')
  .addArgument(new Argument('[action]').choices(['list', 'connect', 'restore', 'forget']).default('list'))
  .argument('[tool]', 'amp, vscode, claude-code, codex …; the list has them all')
  .option('--dry-run', 'only show what would be written')
  .option('--over', 'write although somebody else has changed the values')
  .option('--with-key', 'sign Amp in as well, where the gateway asks for no key')
  .option('--json', 'print the result as JSON')
  .action(async (action, which, options) =>
    exit(await (await import('./cli/tools.ts')).tools(action, which, options, __FUSEBOX_VERSION__)),
  );

place(program.command('logs'))
  .description('show the log of the running gateway, or its file when none runs')
  .option('-f, --follow', 'go on with what happens until Ctrl-C')
  .option('-n, --lines <number>', 'lines of the past', linesNumber, 50)
  .addOption(new Option('--level <level>', 'the least important entries').choices(['error', 'warn', 'info', 'debug']))
  .option('--requests', 'with --follow also a line for each request that ends')
  .option('--json', 'print the entries as JSON, one a line')
  .action(async (options) => {
    const { logs, logsTerminal } = await import('./cli/logs.ts');
    const terminal = logsTerminal(process);
    exit(await logs(options, terminal));
    terminal.close();
  });

place(program.command('doctor'))
  .description('check settings, vault, port and Amp set-up, and say what to do')
  .option('--json', 'print the findings as JSON')
  .action(async (options) => exit(await (await import('./cli/doctor.ts')).doctor(options)));

program
  .command('completion')
  .description('print a script that completes commands and options in a shell')
  .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
  .addHelpText('after', () => helpAfter('completion'))
  .action(async (shell) => {
    process.stdout.write((await import('./cli/completion.ts')).completionScript(shell, program));
  });

// A reader that has gone, such as `head`, is no failure: without a listener it would end the process with a trace.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

await program.parseAsync().catch((error: unknown) => {
  // What it did not expect `serve` tells by its log, which keeps secrets out.
  if (program.args[0] === 'serve') throw error;
  console.error(error instanceof Error ? error.message : 'That did not work.');
  exit(1);
});

/** Lets pending output drain: process.exit would cut it. */
function exit(code: number): void {
  process.exitCode = code;
}

function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65535) return port;
  return program.error(`error: --port takes a number from 0 to 65535, not '${text}'`);
}

function daysNumber(text: string): number {
  const days = Number(text);
  if (days > 0 && days <= 3650) return days;
  return program.error(`error: --days takes a number up to 3650, not '${text}'`);
}

function linesNumber(text: string): number {
  const lines = Number(text);
  if (/^\d+$/.test(text) && lines <= 2_000) return lines;
  return program.error(`error: --lines takes a number from 0 to 2000, not '${text}'`);
}
