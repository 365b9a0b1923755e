import { app, clipboard, dialog, ipcMain } from 'electron';
import type { AppState, SignInView } from '../../preload/contract.ts';
import { withHiddenEmails } from '../../preload/hidden-emails.ts';
import type { Clock } from '../clock.ts';
import { carryOut } from '../engine/calls/answer-call.ts';
import type { Engine } from '../engine.ts';
import type { SettingsStore } from '../settings/store.ts';
import { callHandlers } from './call-handlers.ts';
import { closeWindow } from './closing.ts';
import { pageRecovery } from './crash.ts';
import { chooseExport } from './export-dialog.ts';
import { chooseImport, tellImport } from './import-dialog.ts';
import { type CallServer, serveCalls } from './ipc.ts';
import { pickKeyFile } from './key-file-dialog.ts';
import { createKeyFiles, type KeyFiles } from './key-files.ts';
import { desktopMemory } from './memory.ts';
import { desktopNotices } from './notices.ts';
import { createNotifier, type DesktopNotice } from './notification.ts';
import { confirmRedirects } from './redirect-dialog.ts';
import { thinned } from './state-feed.ts';
import type { TrayHost } from './status-notifier.ts';
import { createTray } from './tray.ts';
import type { TrayAction } from './tray-menu.ts';
import type { UpdateParts } from './update-handlers.ts';
import { createPanelWindow, type PanelWindow } from './window.ts';

export interface ShellParts {
  engine: Engine;
  /** As it was before anything happened: what has happened since is news. */
  first: AppState;
  clock: Clock;
  platform: NodeJS.Platform;
  development: boolean;
  trayHost: TrayHost;
  /** Absolute paths. */
  files: { assets: string; icon: string; preload: string; memory: string };
  settings: SettingsStore;
  /** Where the settings are kept. */
  settingsFile: string;
  update: UpdateParts;
  onError(what: string, error: unknown): void;
}

/** Tray, window and their calls, around one engine. */
export interface Shell {
  showWindow(): void;
  close(): void;
}

/** Shortest time between two changes of the picture, in milliseconds: the window is watched, the tray glanced at. */
const windowRestMs = 200;
const trayRestMs = 400;

/** Puts the tray icon up and makes the window ready to be shown. */
export function openShell(parts: ShellParts): Shell {
  const { engine, clock, platform, files } = parts;
  const notify = createNotifier();
  const window = openWindow(parts, notify);
  const keyFiles = createKeyFiles(pickKeyFile);
  const calls = callServer(parts, window, keyFiles);
  serveCalls(ipcMain, calls);
  const onAction = (action: TrayAction) => void act(action, calls, engine, window);
  const tray = createTray(
    { assetsDir: files.assets, platform, clock, onAction, onClick: window.toggle },
    shownState(engine.state()),
  );
  const tellNews = desktopNotices({
    first: parts.first,
    models: () => engine.models.view().models,
    now: () => clock.now(),
    wants: (kind) => parts.settings.current().desktop.notifications[kind],
    notify,
    reveal: window.reveal,
  });
  tellNews(engine.state());
  const endFeeds = [
    engine.onState(tellNews),
    engine.onState(({ signIns }) => keyFiles.keepOnly(runningOf(signIns))),
    engine.onState(thinned(clock, windowRestMs, window.send)),
    engine.onState(thinned(clock, trayRestMs, (state) => tray.show(shownState(state)))),
  ];
  return {
    showWindow: window.show,
    close() {
      for (const end of endFeeds) end();
      tray.destroy();
      window.destroy();
    },
  };
}

/** The tray can be seen by whoever looks at the screen. */
function shownState(state: AppState): AppState {
  return state.hideEmails ? withHiddenEmails(state) : state;
}

function runningOf(signIns: readonly SignInView[]): Set<string> {
  const over = ['done', 'failed', 'cancelled'];
  return new Set(signIns.filter(({ phase }) => !over.includes(phase)).map(({ id }) => id));
}

function openWindow(parts: ShellParts, notify: (notice: DesktopNotice) => void): PanelWindow {
  const memory = desktopMemory(parts.files.memory);
  const recover = pageRecovery({
    clock: parts.clock,
    reload: () => window.reload(),
    giveUp: (reason) =>
      dialog.showErrorBox('The Fusebox window keeps failing', `Its process ended (${reason}). The gateway still runs.`),
  });
  const window = createPanelWindow(
    {
      preload: parts.files.preload,
      icon: parts.files.icon,
      development: parts.development,
      lastPlace: () => memory.read().window,
      rememberPlace: (place) => memory.remember({ window: place }),
      onClose: () =>
        void closeWindow({ ...parts, memory, window, notify, wish: () => parts.settings.current().desktop.close }),
      onCrash(reason) {
        parts.onError(`the window's process ended: ${reason}`, undefined);
        recover(reason);
      },
    },
    () => parts.engine.state(),
  );
  return window;
}

function callServer(parts: ShellParts, window: PanelWindow, keyFiles: KeyFiles): CallServer {
  const update = parts.update.updates.view();
  return {
    handlers: callHandlers({
      engine: parts.engine,
      copy: (text) => clipboard.writeText(text),
      chooseImport: () => chooseImport(parts.settings.current()['auth-dir'], parts.platform),
      chooseExport,
      keyFiles,
      settings: {
        settings: parts.settings,
        system: {
          desktop: true,
          tray: parts.trayHost === 'present',
          platform: parts.platform,
          updatesOff: update.status === 'off' ? update.reason : undefined,
        },
        file: parts.settingsFile,
      },
      approve: confirmRedirects((question) => dialog.showMessageBox(question)),
      update: parts.update,
    }),
    isOurs: (event) => window.isOurs(event),
    onError: (name, error) => parts.onError(`the call ${name} failed`, error),
  };
}

/** A failed start or stop shows in icon, tooltip and menu, so only the import has something to say; a sign-in shows in the window. */
async function act(action: TrayAction, calls: CallServer, engine: Engine, window: PanelWindow): Promise<void> {
  if (typeof action === 'object') return choose(action, calls, window);
  switch (action) {
    case 'start':
      return void (await carryOut(calls, 'gateway.start', undefined));
    case 'stop':
      return void (await carryOut(calls, 'gateway.stop', undefined));
    case 'use-free-port': {
      const port = engine.state().gateway.problem?.nextFreePort;
      return port === undefined ? undefined : void (await carryOut(calls, 'gateway.use-port', { port }));
    }
    case 'copy-url':
      return void (await carryOut(calls, 'clipboard.copy-url', undefined));
    case 'import-accounts':
      return tellImport(await carryOut(calls, 'accounts.import', undefined));
    case 'open':
      return window.show();
    case 'settings':
      return window.reveal({ page: 'settings' });
    case 'check-update':
      return void (await carryOut(calls, 'update.check', undefined));
    case 'download-update':
      return void (await carryOut(calls, 'update.download', undefined));
    case 'install-update':
      return void (await carryOut(calls, 'update.install', undefined));
    case 'quit':
      // The menu must not be taken down from within its own click.
      return void setImmediate(() => app.quit());
  }
}

/** What is shown afterwards is where the rest is done, or what went wrong can be put right. */
async function choose(action: Exclude<TrayAction, string>, calls: CallServer, window: PanelWindow): Promise<void> {
  if ('page' in action) return window.reveal(action);
  if ('tool' in action) {
    const result = await carryOut(calls, `tools.${action.change}`, { id: action.tool });
    return result.ok ? undefined : window.reveal({ page: 'tools' });
  }
  const { provider, method } = action.addAccount;
  await carryOut(calls, 'sign-in.start', { provider, method });
  window.show();
}
