import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { AppState, ImportReport } from '../preload/contract.ts';
import type { Account } from './accounts/account.ts';
import { AccountStore } from './accounts/account-store.ts';
import { createFileLock } from './accounts/file-lock.ts';
import { importFolder } from './accounts/import.ts';
import { createRefresher } from './accounts/refresher.ts';
import type { Vault } from './accounts/vault.ts';
import { createAmpModule } from './amp/index.ts';
import type { Clock } from './clock.ts';
import { createActivities } from './engine/activities.ts';
import { createAmpCredit } from './engine/amp-credit.ts';
import { buildState } from './engine/engine-state.ts';
import { GatewayControl } from './engine/gateway-control.ts';
import { createGatewayHandlers } from './engine/gateway-handlers.ts';
import { expandHome } from './engine/home-path.ts';
import { inferenceDeps } from './engine/inference-deps.ts';
import { removeInstance, writeInstance } from './engine/instance-file.ts';
import { createSecretWatch } from './engine/secret-watch.ts';
import { settingsAccounts } from './engine/settings-accounts.ts';
import { createStateFeed } from './engine/state-feed.ts';
import { createUpstreams } from './engine/upstreams.ts';
import type { Log } from './journal/log.ts';
import type { LogFile } from './journal/log-file.ts';
import { createJournal } from './journal/recent.ts';
import type { Redactor } from './journal/redaction.ts';
import type { Provider } from './providers/contract.ts';
import { createProviders } from './providers/index.ts';
import type { SettingsStore } from './settings/store.ts';

export interface EngineOptions {
  settings: SettingsStore;
  vault: Vault;
  dataDir: string;
  log: Log;
  /** Also used by `log`; learns every secret. */
  redactor: Redactor;
  clock: Clock;
  env: NodeJS.ProcessEnv;
  homeDir: string;
  platform: NodeJS.Platform;
  pid: number;
  version: string;
  /** Opens the log file when the settings ask for one. */
  openLogFile(): LogFile;
}

/** A gateway with its accounts: the same in Electron and in plain Node. */
export interface Engine {
  state(): AppState;
  /** Calls back with each new state; the returned function ends it. */
  onState(listener: (state: AppState) => void): () => void;
  /** Rejects with StartError, which is also in the state. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Keeps the port in the settings and serves there. */
  usePort(port: number): Promise<void>;
  pauseAccount(id: string, paused: boolean): Promise<void>;
  removeAccount(id: string): Promise<void>;
  /** From a folder or file; by default the folder in the settings. */
  importAccounts(path?: string): Promise<ImportReport>;
  /** After the machine slept: timers are late. */
  wake(): void;
  /** Stops everything; the engine cannot be used again. */
  close(): Promise<void>;
}

/** Requests in flight get this long when the gateway stops, in milliseconds. */
const drainLimitMs = 30_000;

/** Puts the parts together; the only place that knows them all. */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const { settings, clock, env, dataDir, vault } = options;
  const { logger } = options.log;
  const current = () => settings.current();
  const lock = createFileLock({ folder: join(dataDir, 'locks'), clock });
  const store = await AccountStore.open({ vault, lock, report: (message) => logger.warn(message) });
  const providers = createProviders({ userAgent: `Fusebox/${options.version}` });
  const providerOf = (account: Account): Provider => providers[account.provider as keyof typeof providers];
  const upstreams = createUpstreams({ settings: current, providerOf, env });
  const refresher = createRefresher({
    store,
    providerOf,
    endpointsFor: upstreams.endpoints,
    fetchFor: upstreams.fetchFor,
    clock,
    random: Math.random,
    log: logger,
    lock,
  });
  const journal = createJournal({ capacity: 500 });
  const credit = createAmpCredit(join(dataDir, 'amp-credit.json'), clock);
  const feed = createStateFeed(clock, () => state());
  const activities = createActivities({ clock, providerOf, onChange: feed.changed });
  const amp = createAmpModule({
    settings: () => current().ampcode,
    localKeys: () => current()['api-keys'],
    storedToken: () => store.namedSecret('amp-token'),
    connectMs: () => current().timeouts.connect * 1000,
    env,
    homeDir: options.homeDir,
    clock,
    log: logger,
    onPaidRequest: credit.spend,
    onClientSeen: feed.changed,
  });
  const token = randomBytes(32).toString('base64url');
  const handlers = createGatewayHandlers({
    clock,
    newId: randomUUID,
    settings: current,
    providerOf,
    accounts: () => store.list(),
    amp,
    inference: inferenceDeps({
      clock,
      settings: current,
      store,
      upstreams,
      activities,
      journal,
      providerOf,
      refresh: refresher.refreshNow,
      creditLeft: () => current().ampcode['credit-guard'] - credit.usedToday(),
      log: logger,
    }),
    management: { token, state: () => state(), importAccounts: (path) => engine.importAccounts(path) },
    log: logger,
  });
  const gateway = new GatewayControl({
    clock,
    platform: options.platform,
    address: () => ({ host: current().host, port: current().port }),
    handlers,
    onChange: feed.changed,
    drainLimitMs,
  });
  const state = () =>
    buildState({
      version: options.version,
      gateway,
      accounts: () => store.list(),
      activity: activities.all,
      providerOf,
      secretSource: amp.secretSource,
      lastAmpClient: amp.lastClient,
      credit,
      settings,
      vault,
      journal,
    });

  const secrets = createSecretWatch(options.redactor);
  let logFile: LogFile | undefined;
  const applySettings = () => {
    const now = current();
    secrets.settings(now);
    options.log.setDebug(now.debug);
    if (now['logging-to-file'] && !logFile) logFile = options.openLogFile();
    if (!now['logging-to-file'] && logFile) {
      logFile.close();
      logFile = undefined;
    }
    options.log.setFile(logFile);
    store.setSettingsAccounts(settingsAccounts(now));
    upstreams.settingsChanged();
    amp.settingsChanged();
    feed.changed();
  };
  secrets.value(token);
  secrets.value(env.AMP_API_KEY);
  const endings = [
    store.onChange(() => {
      secrets.accounts(store.list(), (id) => store.secretOf(id));
      feed.changed();
    }),
    journal.onRecord(feed.changed),
    settings.onChange(() => {
      applySettings();
      gateway
        .moveIfNeeded()
        .catch((error: unknown) => logger.error({ err: error }, 'The gateway could not move to its new address'));
    }),
  ];
  secrets.accounts(store.list(), (id) => store.secretOf(id));
  applySettings();
  refresher.start();

  const engine: Engine = {
    state,
    onState: feed.onState,
    async start() {
      await gateway.start();
      await writeInstance(dataDir, { pid: options.pid, url: gateway.state().url, token });
    },
    async stop() {
      await removeInstance(dataDir, options.pid);
      await gateway.stop();
    },
    async usePort(port) {
      await settings.update({ port });
      await engine.start();
    },
    pauseAccount: (id, paused) => store.update(id, { paused }),
    removeAccount: (id) => store.remove(id),
    importAccounts: (path) => importFolder(expandHome(path ?? current()['auth-dir'], options.homeDir), store),
    wake: refresher.wake,
    async close() {
      await engine.stop();
      await refresher.stop();
      for (const end of endings) end();
      feed.close();
      amp.close();
      settings.close();
      await upstreams.close();
      await credit.settled();
      logFile?.close();
    },
  };
  return engine;
}
