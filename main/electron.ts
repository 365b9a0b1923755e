import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { app, dialog, ipcMain, Menu, powerMonitor, protocol, session, shell as systemShell } from 'electron';
import ElectronStore from 'electron-store';
import type { Vault } from './accounts/vault.ts';
import { dataDirOf, openVaultOf } from './cli/place.ts';
import { systemClock as clock } from './clock.ts';
import { applicationMenu } from './desktop/application-menu.ts';
import { type AutostartParts, setAutostart, startCommand } from './desktop/autostart.ts';
import { followDesktopSettings } from './desktop/desktop-settings.ts';
import { type LaunchOptions, readLaunchOptions } from './desktop/launch-options.ts';
import { lockDownContents, lockDownSession } from './desktop/lockdown.ts';
import { createNotifier } from './desktop/notification.ts';
import { allowedPages, openPage } from './desktop/open-page.ts';
import { pageHandler, pageScheme } from './desktop/page-scheme.ts';
import { drainBeforeQuit, type QuitParts } from './desktop/quitting.ts';
import { openSealedSettings } from './desktop/sealed-settings.ts';
import { openShell, type Shell } from './desktop/shell.ts';
import { awaitTrayHost, runProgram } from './desktop/status-notifier.ts';
import { withUpdates } from './desktop/update-handlers.ts';
import { whyNoUpdates } from './desktop/update-state.ts';
import { followUpdates, type Updates } from './desktop/updates.ts';
import { createEngine, type Engine } from './engine.ts';
import { createLogger, terminalSink } from './journal/log.ts';
import { openLogFile } from './journal/log-file.ts';
import { createRedactor } from './journal/redaction.ts';
import { threadPort } from './journal/store/thread-port.ts';
import { openDesktopStore } from './settings/desktop-store.ts';
import { formatProblems } from './settings/problem.ts';
import type { SettingsStore } from './settings/store.ts';
import { openYamlStore } from './settings/yaml-store.ts';

const { env, platform, pid } = process;
const built = import.meta.dirname;
const assets = path.join(built, '..', 'assets');
const development = !app.isPackaged;
const redactor = createRedactor();
const log = createLogger({ debug: false, redactor, output: terminalSink(process.stderr) });
let started = false;

/** What an installer may take to end this process, in milliseconds. */
const installLimitMs = 15_000;

// Both would be printed as they are otherwise, with whatever secret their message quotes.
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => (started ? report('an error was not handled', error) : refuseToStart(error)));
}

try {
  start(readLaunchOptions(process.argv.slice(1)));
} catch (error) {
  refuseToStart(error);
}

/** Electron becomes ready only after this module has been loaded, so nothing may be awaited at its top level. */
function start(options: LaunchOptions): void {
  const dataDir = dataDirOf(options);
  beforeReady(dataDir);
  // One Fusebox per data folder: a second start makes the first one show its window, and ends.
  if (!app.requestSingleInstanceLock()) return app.exit(0);
  void app
    .whenReady()
    .then(() => run(options, dataDir))
    .catch(refuseToStart);
}

/** What only works before the application is ready. */
function beforeReady(dataDir: string): void {
  // Whoever starts Chromium without its sandbox (root has to) has decided; both together keep it from starting at all.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  protocol.registerSchemesAsPrivileged([{ scheme: pageScheme, privileges: { standard: true, secure: true } }]);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  app.setPath('userData', dataDir);
  app.setPath('sessionData', path.join(dataDir, 'browser'));
  app.setAppUserModelId('dev.fusebox.app');
  app.dock?.hide();
  lockDownContents(app);
}

async function run(options: LaunchOptions, dataDir: string): Promise<void> {
  servePages();
  const vault = await openVaultOf(options, (message) => log.logger.warn(message));
  const settings = await openSettings(options, dataDir, vault);
  const updates = openUpdates(settings);
  const engine = withUpdates(await startEngine(dataDir, vault, settings), updates);
  let installing = false;
  // Taken before anything can have happened, so that the owner is told of all that does.
  const first = engine.state();
  const hidden = options.hidden || (platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin);
  const trayHost = await awaitTrayHost({ platform, env, run: runProgram }, clock, hidden);
  const shell = openShell({
    engine,
    first,
    clock,
    platform,
    development,
    trayHost,
    files: {
      assets,
      icon: path.join(assets, 'icon.png'),
      preload: path.join(built, 'preload.cjs'),
      memory: path.join(dataDir, 'desktop.json'),
    },
    settings,
    settingsFile: options.config ? path.resolve(options.config) : path.join(dataDir, 'settings.json'),
    update: {
      updates,
      installUpdate() {
        installing = true;
        // Whoever asked for it gets an answer first.
        setImmediate(() => app.quit());
      },
    },
    onError: report,
  });
  const stopFollowing = followDesktopSettings({
    settings,
    setAutostart: (on) => setAutostart(on, autostartParts(options)),
    onError: report,
  });
  const close = async () => {
    stopFollowing();
    updates.close();
    shell.close();
    await engine.close();
  };
  // The new version must find nobody in its place.
  const end = () => {
    if (!installing) return false;
    app.releaseSingleInstanceLock();
    clock.after(installLimitMs, () => app.exit(0));
    return updates.install();
  };
  liveWithTheSystem({ engine, shell, close, end });
  started = true;
  if (!hidden || trayHost !== 'present') shell.showWindow();
}

/** The window's own scheme, its menu, and nothing else for it to reach. */
function servePages(): void {
  lockDownSession(session.defaultSession, development);
  session.defaultSession.protocol.handle(pageScheme, pageHandler(path.join(built, 'renderer')));
  Menu.setApplicationMenu(Menu.buildFromTemplate(applicationMenu(platform, development)));
}

async function openSettings({ config }: LaunchOptions, dataDir: string, vault: Vault): Promise<SettingsStore> {
  if (!config) {
    const sealed = await openSealedSettings(vault, (message) => log.logger.warn(message));
    const config = new ElectronStore({ cwd: dataDir, name: 'settings', watch: true });
    // It offers folder and version to windows that have a store of their own. Ours has none.
    ipcMain.removeAllListeners('electron-store-get-data');
    return openDesktopStore(config, sealed, log.logger);
  }
  const opened = await openYamlStore({ file: path.resolve(config), clock, log: log.logger });
  if (!opened.ok) throw new Error(`The settings cannot be used:\n${formatProblems(opened.problems)}`);
  return opened.store;
}

async function startEngine(dataDir: string, vault: Vault, settings: SettingsStore): Promise<Engine> {
  log.logger.info(vault.note ?? `Secrets are kept in: ${vault.kind}`);
  const engine = await createEngine({
    settings,
    vault,
    dataDir,
    log,
    redactor,
    clock,
    env,
    homeDir: homedir(),
    platform,
    pid,
    version: app.getVersion(),
    openLogFile: (maxBytes, onProblem) => openLogFile({ folder: path.join(dataDir, 'logs'), maxBytes, onProblem }),
    openJournal: threadPort(path.join(built, 'journal-worker.js')),
    openBrowser: (url) => openPage(systemShell, url, allowedPages(engine.providers, settings.current().endpoints)),
  });
  // A failed start is told by tray and window, with what to do.
  engine.start().catch((error: unknown) => report('the gateway did not start', error));
  return engine;
}

/** electron-builder writes the address of updates beside the application, where a build has one. */
function openUpdates(settings: SettingsStore): Updates {
  const notify = createNotifier();
  const hasFeed = existsSync(path.join(process.resourcesPath, 'app-update.yml'));
  return followUpdates({
    off: whyNoUpdates({ packaged: app.isPackaged, platform, hasFeed, appImage: env.APPIMAGE }),
    clock,
    load: async () => (await import('electron-updater')).default.autoUpdater,
    wantsChecks: () => settings.current().desktop['check-for-updates'],
    onFound: (version) => notify({ title: `Fusebox ${version} is available`, body: 'Download it from the tray menu.' }),
    onError: report,
  });
}

function autostartParts({ config, dataDir }: LaunchOptions): AutostartParts {
  const command = startCommand({
    env,
    execPath: process.execPath,
    ...(development ? { appPath: app.getAppPath() } : {}),
    ...(config === undefined ? {} : { config }),
    ...(dataDir === undefined ? {} : { dataDir }),
  });
  return { platform, env, homeDir: homedir(), command, loginItems: app };
}

interface Life extends Pick<QuitParts, 'close' | 'end'> {
  engine: Engine;
  shell: Shell;
}

function liveWithTheSystem({ engine, shell, close, end }: Life): void {
  app.on('second-instance', shell.showWindow);
  app.on('activate', shell.showWindow);
  powerMonitor.on('resume', engine.wake);
  drainBeforeQuit({
    app,
    powerMonitor,
    clock,
    close,
    end,
    onError: (error) => report('not everything could be closed', error),
  });
}

function report(what: string, error: unknown): void {
  log.logger.error({ err: error }, what);
}

/** Says why in words and ends; a stack trace goes to the log only. */
function refuseToStart(error: unknown): void {
  report('Fusebox did not start', error);
  const message = error instanceof Error ? error.message : String(error);
  dialog.showErrorBox('Fusebox could not start', redactor.scrub(message));
  app.exit(1);
}
