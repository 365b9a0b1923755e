import type { Engine } from '../engine.ts';
import type { EventStreams } from '../gateway/management/event-streams.ts';
import type { ManagementDeps } from '../gateway/management.ts';
import { describeSettings } from '../settings/describe.ts';
import { hashKey, isForeignHash, isHashedKey } from '../settings/hashed-key.ts';
import type { SettingsStore } from '../settings/store.ts';
import type { EngineOptions } from './engine-options.ts';
import { collectMetrics } from './metrics.ts';

export interface ManagementParts {
  /** Asked for with each call: the routes are made before the engine is whole. */
  engine(): Engine;
  token: string;
  options: Pick<EngineOptions, 'version' | 'clock' | 'settings' | 'log' | 'platform' | 'openBrowser'>;
  events: EventStreams;
}

/** What the management routes call: the engine, as scripts and the command line use it. */
export function managementDeps({ engine, token, options, events }: ManagementParts): ManagementDeps {
  const { version, clock, settings, log } = options;
  return {
    token,
    version,
    clock,
    settings: {
      current: () => settings.current(),
      problem: () => settings.problem(),
      update: (patch) => settings.update(patch),
      // Only where there is a desktop can pages be opened; whether it has a tray makes no difference to scripts.
      describe: () =>
        describeSettings({ desktop: options.openBrowser !== undefined, tray: true, platform: options.platform }),
    },
    events,
    logs: log.tail,
    state: () => engine().state(),
    importAccounts: (path, passphrase) => engine().importAccounts(path, passphrase),
    exportAccounts: (path, passphrase) => engine().exportAccounts(path, passphrase),
    pauseAccount: (id, paused) => engine().pauseAccount(id, paused),
    removeAccount: (id) => engine().removeAccount(id),
    restoreAccount: (id) => engine().restoreAccount(id),
    testAccount: (id) => engine().testAccount(id),
    resetAccount: (id) => engine().resetAccount(id),
    readUsage: () => engine().readUsage(),
    updateAccount: (id, patch) => engine().updateAccount(id, patch),
    settleOriginals: (remove) => engine().settleOriginals(remove),
    explainRoute: (question) => engine().explainRoute(question),
    models: { view: () => engine().models.view(), save: (change) => engine().models.save(change) },
    signIns: {
      start: (provider, method, wish) => engine().signIns.start(provider, method, wish),
      list: () => engine().signIns.list(),
      get: (id) => engine().signIns.get(id),
      paste: (id, text) => engine().signIns.paste(id, text),
      submit: (id, fields) => engine().signIns.submit(id, fields),
      answer: (id, value) => engine().signIns.answer(id, value),
      cancel: (id) => engine().signIns.cancel(id),
    },
    journal: {
      page: (query) => engine().journal.page(query),
      find: (id) => engine().journal.find(id),
      choices: () => engine().journal.choices(),
      usage: (query) => engine().journal.usage(query),
      all: (filter) => engine().journal.all(filter),
    },
    tools: {
      look: () => engine().tools.look(),
      plan: (question) => engine().tools.plan(question),
      connect: (wish) => engine().tools.connect(wish),
      restore: (wish) => engine().tools.restore(wish),
      forget: (id) => engine().tools.forget(id),
    },
    dashboardLink: () => engine().dashboardLink?.(),
    metrics: () => collectMetrics(engine().state(), engine().journal, clock.now()),
  };
}

export interface KeyHashing {
  /** To be called at the start and after each change of the settings. */
  look(): void;
  /** Resolves when what was begun is written. */
  settled(): Promise<void>;
}

/** Puts the hash in the place of a management key that was written into the settings in plain text. */
export function createKeyHashing(
  settings: SettingsStore,
  log: { info(text: string): void; warn(text: string): void },
): KeyHashing {
  const stored = () => settings.current()['remote-management']['secret-key'];
  let hashing: Promise<void> = Promise.resolve();
  const replace = async (key: string) => {
    const hash = await hashKey(key);
    // Whoever edits the file meanwhile wins.
    if (stored() !== key) return;
    await settings.update({ 'remote-management': { 'secret-key': hash } });
    log.info('remote-management.secret-key was replaced by its hash');
  };
  return {
    look() {
      const key = stored();
      if (!key || isHashedKey(key) || isForeignHash(key)) return;
      hashing = hashing
        .then(() => (stored() === key ? replace(key) : undefined))
        .catch(() => log.warn('remote-management.secret-key stays in plain text: the settings could not be written'));
    },
    settled: () => hashing,
  };
}
