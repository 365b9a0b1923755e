import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import type { StoredAccount } from '../../main/accounts/account.ts';
import { MemoryVault, type Vault } from '../../main/accounts/vault.ts';
import { type Clock, systemClock } from '../../main/clock.ts';
import type { EngineOptions } from '../../main/engine/engine-options.ts';
import { createEngine, type Engine } from '../../main/engine.ts';
import { createLogger } from '../../main/journal/log.ts';
import { openLogFile } from '../../main/journal/log-file.ts';
import { createRedactor } from '../../main/journal/redaction.ts';
import type { SettingsStore } from '../../main/settings/store.ts';
import { openYamlStore } from '../../main/settings/yaml-store.ts';
import { openLocalPort } from '../journal/local-port.ts';
import { type FakeAmp, type FakeAmpOptions, startFakeAmp } from '../upstreams/amp/server.ts';
import { type FakeAnthropic, type FakeAnthropicOptions, startFakeAnthropic } from '../upstreams/anthropic/server.ts';

export interface Setup {
  settings?: Record<string, unknown>;
  ampcode?: Record<string, unknown>;
  anthropic?: FakeAnthropicOptions;
  amp?: FakeAmpOptions;
  /** Whether the fake's first account is signed in. Default: yes. */
  signedIn?: boolean;
  /** Whether Amp's token is known. Default: yes, by AMP_API_KEY. */
  ampToken?: boolean;
  clock?: Clock;
  vault?: Vault;
  env?: NodeJS.ProcessEnv;
  /** Offers the window at /ui. */
  dashboard?: NonNullable<EngineOptions['dashboard']>;
  /** Default: none, it is left to V8. */
  heap?: NonNullable<EngineOptions['heap']>;
  /** Whose tools are meant. Default: a folder of the test's own. */
  homeDir?: string;
}

export interface Running {
  engine: Engine;
  url: string;
  anthropic: FakeAnthropic;
  amp: FakeAmp;
  settings: SettingsStore;
  dataDir: string;
  /** Every log line so far. */
  logLines: string[];
  /** POSTs a Messages request; the text of `model` and `stream` may be set. */
  messages(
    body?: object,
    init?: { path?: string; headers?: Record<string, string>; signal?: AbortSignal },
  ): Promise<Response>;
}

/** A whole engine on real sockets, between fakes of Anthropic and ampcode.com. Everything is closed when the test ends. */
export async function startEngine(setup: Setup = {}): Promise<Running> {
  const anthropic = await startFakeAnthropic(setup.anthropic);
  const amp = await startFakeAmp(setup.amp);
  const dataDir = await mkdtemp(join(tmpdir(), 'fusebox-engine-'));
  const file = join(dataDir, 'config.yaml');
  await writeFile(file, stringify(settingsFor(setup, anthropic, amp)));
  const logLines: string[] = [];
  const redactor = createRedactor();
  const log = createLogger({ debug: true, redactor, output: { write: (line) => void logLines.push(line) } });
  const opened = await openYamlStore({ file, clock: systemClock, log: log.logger });
  if (!opened.ok) throw new Error(opened.problems.map(({ text }) => text).join('\n'));
  const vault = setup.vault ?? new MemoryVault();
  if (setup.signedIn ?? true) await vault.set('account:seed', entryOf(anthropic));
  const engine = await createEngine({
    settings: opened.store,
    vault,
    dataDir,
    log,
    redactor,
    clock: setup.clock ?? systemClock,
    env: { ...((setup.ampToken ?? true) ? { AMP_API_KEY: amp.token } : {}), ...setup.env },
    homeDir: setup.homeDir ?? dataDir,
    platform: process.platform,
    pid: process.pid,
    version: '0.0.0-test',
    openLogFile: (maxBytes, onProblem) => openLogFile({ folder: join(dataDir, 'logs'), maxBytes, onProblem }),
    openJournal: openLocalPort,
    ...(setup.dashboard ? { dashboard: setup.dashboard } : {}),
    ...(setup.heap ? { heap: setup.heap } : {}),
  });
  await engine.start();
  onTestFinished(async () => {
    await engine.close();
    await Promise.all([anthropic.close(), amp.close()]);
    await rm(dataDir, { recursive: true, force: true });
  });
  const { url } = engine.state().gateway;
  return {
    engine,
    url,
    anthropic,
    amp,
    settings: opened.store,
    dataDir,
    logLines,
    messages: (body = {}, init = {}) =>
      fetch(`${url}${init.path ?? '/api/provider/anthropic/v1/messages'}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...init.headers },
        body: JSON.stringify({ ...hello, ...body }),
        ...(init.signal ? { signal: init.signal } : {}),
      }),
  };
}

export const hello = { model: 'claude-opus-4-7', max_tokens: 100, messages: [{ role: 'user', content: 'say hi' }] };

function settingsFor(setup: Setup, anthropic: FakeAnthropic, amp: FakeAmp): object {
  return {
    port: 0,
    debug: true,
    endpoints: { claude: { api: anthropic.url, authorize: anthropic.authorizeUrl, token: anthropic.tokenUrl } },
    ampcode: { 'upstream-url': amp.url, ...setup.ampcode },
    ...setup.settings,
  };
}

/** The signed-in account as the vault keeps it. */
function entryOf({ account }: FakeAnthropic): string {
  const stored: StoredAccount = {
    account: {
      id: 'seed',
      provider: 'claude',
      kind: 'oauth',
      source: 'vault',
      label: account.email,
      email: account.email,
      accountId: account.accountUuid,
      organizationId: account.organizationUuid,
      paused: false,
      priority: 0,
      expiresAt: Date.now() + 8 * 3_600_000,
    },
    secret: { accessToken: account.accessToken, refreshToken: account.refreshToken },
  };
  return JSON.stringify({ version: 1, ...stored });
}
