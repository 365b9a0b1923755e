import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { AppState, ImportReport } from '../preload/contract.ts';
import type { RouteQuestion, RouteView } from '../preload/route-view.ts';
import type { SignInManager } from './accounts/sign-in/manager.ts';
import { createAmpModule } from './amp/index.ts';
import { exportAccounts, importAccounts } from './engine/account-exchange.ts';
import { openAccounts } from './engine/account-parts.ts';
import { createAccountTests, type TestAccount } from './engine/account-test.ts';
import { createActivities } from './engine/activities.ts';
import { createAmpCredit } from './engine/amp-credit.ts';
import { createBreakerFile } from './engine/breaker-file.ts';
import { createCredentialFolder } from './engine/credential-folder.ts';
import { linkInto, openDashboard } from './engine/dashboard-parts.ts';
import type { EngineOptions } from './engine/engine-options.ts';
import { buildState } from './engine/engine-state.ts';
import { GatewayControl } from './engine/gateway-control.ts';
import { createGatewayHandlers } from './engine/gateway-handlers.ts';
import { careForHeap } from './engine/heap-care.ts';
import { expandHome } from './engine/home-path.ts';
import { inferenceDeps } from './engine/inference-deps.ts';
import { publishInstance, removeInstance } from './engine/instance-file.ts';
import { createKeyHashing, managementDeps } from './engine/management-parts.ts';
import { createModelDesk, type ModelDesk } from './engine/model-desk.ts';
import { openModels } from './engine/model-parts.ts';
import { isOwnAddress } from './engine/own-address.ts';
import { type AccountChange, ownerFields } from './engine/owner-fields.ts';
import { createRemovals } from './engine/removals.ts';
import { createRequestIds } from './engine/request-id.ts';
import { createRequestRecords } from './engine/request-records.ts';
import { createRouteExplainer } from './engine/route-explainer.ts';
import { dependsOnLimits, listingOptions, modelSource, routingRules } from './engine/routing-parts.ts';
import { createSecretWatch } from './engine/secret-watch.ts';
import { createSettingsEffects, exchangeBytes } from './engine/settings-effects.ts';
import { createSignIns, providerViews } from './engine/sign-in-parts.ts';
import { createStateFeed } from './engine/state-feed.ts';
import { openThinkingFile } from './engine/thinking-file.ts';
import { careForTools, openTools } from './engine/tool-parts.ts';
import { createUsageReads } from './engine/usage-reads.ts';
import { createCodeAssistSurface } from './gateway/inference/code-assist-surface.ts';
import { createDirectSurface } from './gateway/inference/direct-surface.ts';
import { createEventStreams } from './gateway/management/event-streams.ts';
import { createExchangeFiles } from './journal/exchange-files.ts';
import type { RequestJournal } from './journal/request-journal.ts';
import type { Provider } from './providers/contract.ts';
import { listModels } from './routing/catalogue.ts';
import { Router } from './routing/router.ts';
import { derived } from './settings/derived.ts';
import type { ToolDesk } from './tools/desk.ts';

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
  /** Ends the cooldowns of an account. */
  resetAccount(id: string): Promise<void>;
  readonly testAccount: TestAccount;
  /** Where a request would go now and why. */
  explainRoute(question: RouteQuestion): RouteView;
  readonly models: ModelDesk;
  /** Other programs that can be pointed at the gateway. */
  readonly tools: Omit<ToolDesk, 'views' | 'suspend' | 'resume' | 'settled'>;
  /** Reads what is left of the accounts from their providers, where that is not known freshly. */
  readUsage(): void;
  /** Takes back a removal of the last half minute; resolves to whether that could be done. */
  restoreAccount(id: string): Promise<boolean>;
  /** What the owner decides about an account; what is left out stays, null takes it away. */
  updateAccount(id: string, patch: AccountChange): Promise<void>;
  readonly signIns: SignIns;
  /** What is declared of each provider. */
  readonly providers: readonly Provider[];
  /** From a folder or file; by default the folder in the settings. */
  importAccounts(path?: string, passphrase?: string): Promise<ImportReport>;
  /** Writes the accounts of the vault to a file that only the passphrase opens; resolves to how many. Rejects with VaultError. */
  exportAccounts(path: string, passphrase: string): Promise<number>;
  /** The owner's answer what to do with credential files whose tokens the vault has. */
  settleOriginals(remove: boolean): Promise<void>;
  /** What has been requested so far. */
  readonly journal: Omit<RequestJournal, 'add' | 'close'>;
  /** A link into the dashboard that lets one browser in, once; absent where there is no dashboard. */
  dashboardLink?(): { url: string; expiresAt: number } | undefined;
  /** After the machine slept: timers are late. */
  wake(): void;
  /** Stops everything; the engine cannot be used again. */
  close(): Promise<void>;
}

/** Signing in: see SignInManager. */
export type SignIns = Omit<SignInManager, 'close'>;

/** Requests in flight get this long when the gateway stops, in milliseconds. */
const drainLimitMs = 30_000;

/** Puts the parts together; the only place that knows them all. */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const { settings, clock, dataDir, log } = options;
  const current = () => settings.current();
  const secrets = createSecretWatch(options.redactor);
  const { store, providers, upstreams, refresher, ...accounts } = await openAccounts(options);
  const feed = createStateFeed(clock, () => state());
  const models = await openModels(options, { providers, providerOf: accounts.providerOf }, feed.changed);
  const { providerOf } = models;
  const effects = createSettingsEffects({ log, openLogFile: options.openLogFile, secrets, store });
  const removals = createRemovals(store, clock);
  const credit = createAmpCredit(join(dataDir, 'amp-credit.json'), clock, feed.changed, log.logger);
  const creditLeft = () => current().ampcode['credit-guard'] - credit.usedToday();
  const records = createRequestRecords({
    ...options,
    settings: current,
    store,
    scrub: options.redactor.scrub,
    log: log.logger,
    onChange: feed.changed,
  });
  const authDir = () => expandHome(current()['auth-dir'], options.homeDir);
  const credentials = createCredentialFolder({ dataDir, store, clock, log: log.logger, onChange: feed.changed });
  const activities = createActivities({ clock, providerOf, onChange: feed.changed });
  const breakers = createBreakerFile(join(dataDir, 'cooldowns.json'), clock, log.logger);
  const saved = await breakers.load();
  const thinking = await openThinkingFile({
    file: join(dataDir, 'thinking'),
    clock,
    key: () => store.namedSecret('thinking-key'),
    setKey: (key) => store.setNamedSecret('thinking-key', key),
    log: log.logger,
  });
  const router = new Router({
    now: () => clock.now(),
    random: Math.random,
    rules: derived(current, routingRules),
    accounts: () => store.list(),
    source: modelSource(providerOf, models.revision),
    windows: (id) => activities.all.get(id)?.windows ?? [],
    load: (id) => activities.all.get(id)?.serving ?? 0,
    ...(saved ? { breakers: saved } : {}),
    onChange(state) {
      breakers.save(state);
      feed.changed();
    },
    onLimited: (id) => usage.limited(id),
  });
  const usage = createUsageReads({
    now: () => clock.now(),
    store,
    providerOf,
    endpointsFor: upstreams.endpoints,
    fetchFor: upstreams.fetchFor,
    readAt: (id) => activities.all.get(id)?.windowsAt,
    begin: () => router.ticket(),
    onRead: (account, windows, ticket) =>
      router.reading(account.id, activities.told(account, windows, 'usage'), ticket),
    log: log.logger,
  });
  const signIns = createSignIns({
    clock,
    platform: options.platform,
    settings: current,
    providers,
    upstreams,
    store,
    secrets,
    openBrowser: options.openBrowser,
    onChange: feed.changed,
    log: log.logger,
  });
  const isOwn = (url: URL) => isOwnAddress(url, gateway.state());
  const amp = createAmpModule({
    settings: current,
    storedToken: () => store.namedSecret('amp-token'),
    env: options.env,
    homeDir: options.homeDir,
    clock,
    log: log.logger,
    isOwnAddress: isOwn,
    creditLeft,
    onPaidRequest: credit.spend,
    record: (record) => records.add(record),
    onToken: secrets.value,
    onClientSeen: feed.changed,
  });
  const managementToken = randomBytes(32).toString('base64url');
  const surfaces = [createDirectSurface(), createCodeAssistSurface(), amp.surface];
  const inference = inferenceDeps({
    clock,
    settings: current,
    store,
    upstreams,
    activities,
    router,
    thinking: thinking.memory,
    record: records.add,
    providerOf,
    refresh: refresher.refreshNow,
    isOwnAddress: isOwn,
    creditLeft,
    onGarbage: (bytes) => heapCare?.buffersLeft(bytes),
    scrub: options.redactor.scrub,
    log: log.logger,
  });
  const exchanges = createExchangeFiles({
    folder: join(dataDir, 'logs', 'requests'),
    maxBytes: () => exchangeBytes(current()),
    scrub: options.redactor.scrub,
    onProblem: (error) => log.logger.error({ err: error }, 'A request could not be written to logs/requests'),
  });
  const events = createEventStreams(
    { state: () => state(), onState: feed.onState, onRecord: records.latest.onRecord, onLine: log.tail.onLine },
    clock,
  );
  const dashboard = openDashboard({ engine: () => engine, options, events });
  const handlers = createGatewayHandlers({
    clock,
    newId: createRequestIds(clock),
    exchanges,
    settings: current,
    listModels: () => listModels(store.list(), providerOf, listingOptions(current(), providerOf, router)),
    surfaces,
    amp,
    inference,
    management: managementDeps({ engine: () => engine, token: managementToken, options, events }),
    dashboard,
    closing: events.end,
    log: log.logger,
  });
  const heapCare =
    options.heap &&
    careForHeap(clock, options.heap, { isBusy: () => gateway.isBusy(), count: () => gateway.requests() });
  const gateway = new GatewayControl({
    clock,
    platform: options.platform,
    address: current,
    handlers,
    onChange: feed.changed,
    onTurn: () => heapCare?.turn(),
    drainLimitMs,
  });
  const state = () =>
    buildState({
      version: options.version,
      gateway,
      store,
      providers: providerViews(providers),
      signIns: () => signIns.list(),
      activity: activities.all,
      providerOf,
      amp,
      credit,
      settings,
      router,
      credentialFolder: credentials.state,
      vault: options.vault,
      records,
      tools,
    });

  const tools = openTools({
    ...options,
    url: () => gateway.state().url,
    models: () =>
      listModels(store.list(), providerOf, listingOptions(current(), providerOf, router)).map(({ id }) => id),
    isOwn,
    secrets: { get: (name) => store.namedSecret(name), set: (name, text) => store.setNamedSecret(name, text) },
    scrub: options.redactor.scrub,
    onChange: feed.changed,
  });
  const toolCare = careForTools(tools, settings, log.logger);

  const publish = () =>
    publishInstance(dataDir, { pid: options.pid, token: managementToken }, gateway).catch(({ message }: Error) =>
      log.logger.warn(`The command line cannot find this gateway: instance.json cannot be written (${message})`),
    );
  let following: Promise<unknown> = Promise.resolve();
  const learnAccounts = () => secrets.accounts(store.list(), (id) => store.secretOf(id));
  secrets.value(managementToken);
  secrets.value(options.env.AMP_API_KEY);
  effects.apply(current());
  const keyHashing = createKeyHashing(settings, log.logger);
  keyHashing.look();
  learnAccounts();
  const endings = [
    store.onChange(learnAccounts),
    store.onChange(feed.changed),
    store.onChange(usage.accountsChanged),
    records.latest.onRecord(feed.changed),
    settings.onChange((now) => {
      effects.apply(now);
      keyHashing.look();
      upstreams.settingsChanged();
      credentials.follow(authDir());
      void models.settingsChanged();
      feed.changed();
      // A failed move is in the state too, with what to do.
      following = following
        .then(() => gateway.moveIfNeeded())
        .then(publish, (error: Error) => log.logger.warn(error.message))
        .then(toolCare.look);
    }),
  ];
  refresher.start();
  // Where quota decides who is asked, it is not waited for until everybody has answered once.
  if (dependsOnLimits(current(), store.list())) usage.wanted();
  credentials.follow(authDir());

  toolCare.begin();
  const engine: Engine = {
    state,
    onState: feed.onState,
    async start() {
      await gateway.start();
      await publish();
      toolCare.started();
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
    resetAccount: async (id) => router.reset(id),
    testAccount: createAccountTests({ clock, store, providerOf, router, inference }),
    explainRoute: createRouteExplainer({
      now: () => clock.now(),
      router,
      surfaces,
      ampFallback: inference.ampFallback,
      maxWaitMs: inference.maxWaitMs,
    }),
    readUsage: () => usage.wanted(),
    tools,
    models: createModelDesk({ settings, accounts: () => store.list(), providerOf, router, file: models.file }),
    removeAccount: removals.remove,
    restoreAccount: removals.restore,
    updateAccount: (id, patch) => store.update(id, ownerFields(patch)),
    signIns,
    providers,
    importAccounts(path, passphrase) {
      secrets.value(passphrase);
      return importAccounts(path === undefined ? authDir() : expandHome(path, options.homeDir), passphrase, store);
    },
    exportAccounts(path, passphrase) {
      secrets.value(passphrase);
      return exportAccounts(path, passphrase, store);
    },
    settleOriginals: credentials.settleOriginals,
    journal: records.journal,
    ...(dashboard && { dashboardLink: () => linkInto(dashboard, gateway.localUrl()) }),
    wake: refresher.wake,
    async close() {
      await toolCare.end();
      // What is written for a gateway that runs is not to come after it has ended.
      await following;
      await engine.stop();
      heapCare?.close();
      await signIns.close();
      await credentials.close();
      removals.close();
      await refresher.stop();
      for (const end of endings) end();
      feed.close();
      amp.close();
      await usage.close();
      models.close();
      await keyHashing.settled();
      settings.close();
      await upstreams.close();
      await exchanges.settled();
      await records.close();
      await credit.settled();
      await breakers.close();
      await thinking.close();
      effects.close();
    },
  };
  return engine;
}
