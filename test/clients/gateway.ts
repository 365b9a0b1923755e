import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import type { FakeAmp } from '../upstreams/amp/server.ts';
import type { FakeAnthropic } from '../upstreams/anthropic/server.ts';
import { runProgram } from './program.ts';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export interface GatewayOptions {
  amp: FakeAmp;
  /** Its first account is imported. Absent: the gateway has no account. */
  anthropic?: FakeAnthropic;
  /** The gateway holds no Amp token, as on a machine where nobody has signed in. */
  signedOut?: boolean;
  /** More settings, in the spelling of the file. */
  settings?: Record<string, unknown>;
}

export interface Gateway {
  /** `http://127.0.0.1:PORT`. */
  url: string;
  /** Where one of the secrets stands in what it has printed or written: `output` and file names. */
  leaks(secrets: readonly string[]): Promise<string[]>;
  /** Asks it to end and resolves with its exit code. */
  stop(): Promise<number | null>;
}

/** Starts the built command in a folder of its own, with accounts imported the way a user would. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const folder = await mkdtemp(join(tmpdir(), 'fusebox-gateway-'));
  try {
    return await startIn(folder, options);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function startIn(folder: string, options: GatewayOptions): Promise<Gateway> {
  const config = join(folder, 'config.yaml');
  const place = ['--config', config, '--data-dir', join(folder, 'data'), '--vault', 'file'];
  const env = { HOME: folder, PATH: process.env.PATH ?? '', FUSEBOX_VAULT_KEY: 'a key for tests' };
  await writeFile(config, stringify(settingsFor(options)));
  if (options.anthropic) await importAccount(join(folder, 'accounts'), options.anthropic, { place, env });
  const args = [cli, 'serve', ...place, '--port', '0'];
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = collect(child);
  return {
    url: await listening(child, printed),
    leaks: async (secrets) => {
      const texts = [['output', printed()], ...(await filesIn(join(folder, 'data')))] as const;
      return texts.filter(([, text]) => secrets.some((secret) => text.includes(secret))).map(([name]) => name);
    },
    stop: async () => {
      const closed = child.exitCode === null && child.signalCode === null ? once(child, 'close') : undefined;
      child.kill('SIGTERM');
      await closed;
      await rm(folder, { recursive: true, force: true });
      return child.exitCode;
    },
  };
}

function settingsFor({ amp, anthropic, signedOut, settings }: GatewayOptions): Record<string, unknown> {
  return {
    debug: true,
    'logging-to-file': true,
    'amp-upstream-url': amp.origin,
    ...(signedOut ? {} : { 'amp-upstream-api-key': amp.token }),
    ...(anthropic ? { endpoints: { claude: { api: anthropic.origin, token: anthropic.tokenUrl } } } : {}),
    ...settings,
  };
}

/** Writes the account as CLIProxyAPI keeps it, and imports the folder. */
async function importAccount(
  folder: string,
  { account }: FakeAnthropic,
  { place, env }: { place: string[]; env: Record<string, string> },
): Promise<void> {
  const file = {
    type: 'claude',
    email: account.email,
    access_token: account.accessToken,
    refresh_token: account.refreshToken,
    expired: new Date(Date.now() + 8 * 3_600_000).toISOString(),
    account_uuid: account.accountUuid,
    organization_uuid: account.organizationUuid,
    organization_name: account.organizationName,
  };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `claude-${account.email}.json`), JSON.stringify(file));
  const imported = await runProgram(process.execPath, [cli, 'import', folder, ...place], { env, cwd: folder });
  if (imported.exit !== 0) throw new Error(`import ended with ${imported.exit}: ${imported.stdout}${imported.stderr}`);
}

function collect(child: ChildProcess): () => string {
  let text = '';
  const add = (piece: string) => {
    text += piece;
  };
  child.stdout?.setEncoding('utf8').on('data', add);
  child.stderr?.setEncoding('utf8').on('data', add);
  return () => text;
}

/** Names and contents of all files, byte for character. */
async function filesIn(folder: string): Promise<[name: string, text: string][]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(files.map(async (file): Promise<[string, string]> => [file, await readFile(file, 'latin1')]));
}

/** Resolves with the address that the gateway prints; rejects with its output when it ends before. */
function listening(child: ChildProcess, printed: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('close', (code) => reject(new Error(`serve ended with ${code}: ${printed()}`)));
    if (!child.stdout) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const address = /^Fusebox is listening on (http:\/\/\S+)$/.exec(line)?.[1];
      if (address) resolve(address);
    });
  });
}
