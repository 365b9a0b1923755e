import type { UpdateView } from '../../preload/update-view.ts';
import type { Clock } from '../clock.ts';
import { notesOf } from './update-notes.ts';
import { nextUpdate, type UpdateEvent } from './update-state.ts';

/** What a feed says of a version. https://www.electron.build/auto-update#class-updateinfo */
export interface Announcement {
  version: string;
  /** Text or HTML; a list where a feed tells of each version in between. */
  releaseNotes?: unknown;
}

/** The part of electron-updater that is used. */
export interface Updater {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  allowDowngrade: boolean;
  logger: unknown;
  on(event: 'update-available', listener: (info: Announcement) => void): unknown;
  on(event: 'update-not-available' | 'update-downloaded', listener: () => void): unknown;
  on(event: 'download-progress', listener: (progress: { percent: number }) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  checkForUpdates(): Promise<unknown>;
  downloadUpdate(): Promise<unknown>;
  /** Puts the downloaded version in place, ends this process and starts the new one. */
  quitAndInstall(): void;
}

export interface UpdatesParts {
  /** Why there are none; undefined where there are. */
  off: string | undefined;
  clock: Clock;
  /** Loads electron-updater, which is large and seldom needed. */
  load(): Promise<Updater>;
  /** Whether the owner lets Fusebox ask by itself. */
  wantsChecks(): boolean;
  /** Told of an update that a check by itself has found. */
  onFound(version: string): void;
  onError(what: string, error: unknown): void;
}

/** A newer version: looked for, downloaded and installed, each only as the owner wishes. */
export interface Updates {
  view(): UpdateView;
  /** Calls back with each change; the returned function ends it. */
  onChange(listener: () => void): () => void;
  check(): Promise<void>;
  download(): Promise<void>;
  /** Installs what is ready: the last thing that this process does. False when nothing is. */
  install(): boolean;
  close(): void;
}

/** When Fusebox asks by itself, if it may: shortly after the start, then once a day. In milliseconds. */
const firstCheckMs = 10_000;
const everyMs = 24 * 3_600_000;

/** Follows updates; nothing is loaded or asked before somebody wants it. */
export function followUpdates(parts: UpdatesParts): Updates {
  const listeners = new Set<() => void>();
  let view: UpdateView = parts.off === undefined ? { status: 'unasked' } : { status: 'off', reason: parts.off };
  let loading: Promise<Updater> | undefined;
  let loaded: Updater | undefined;
  let told: string | undefined;

  const take = (event: UpdateEvent): boolean => {
    const next = nextUpdate(view, event);
    if (next === view) return false;
    view = next;
    for (const listener of listeners) listener();
    return true;
  };
  const fail = (error: unknown) => {
    parts.onError('the update failed', error);
    take({ kind: 'failed', reason: reasonOf(error) });
  };
  const updater = () => {
    loading ??= parts.load().then((fresh) => {
      prepare(fresh, take);
      loaded = fresh;
      return fresh;
    });
    return loading;
  };
  const attempt = async (wish: 'check-wanted' | 'download-wanted', work: (ready: Updater) => Promise<unknown>) => {
    if (take({ kind: wish })) await updater().then(work).catch(fail);
  };
  const check = () => attempt('check-wanted', (ready) => ready.checkForUpdates());
  const checkByItself = async () => {
    if (!parts.wantsChecks()) return;
    await check();
    if (view.status !== 'available' || view.version === told) return;
    told = view.version;
    parts.onFound(view.version);
  };
  const endChecks = parts.off === undefined ? repeat(parts.clock, () => void checkByItself()) : () => {};

  return {
    view: () => view,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    check,
    download: () => attempt('download-wanted', (ready) => ready.downloadUpdate()),
    install() {
      if (view.status !== 'ready' || !loaded) return false;
      loaded.quitAndInstall();
      return true;
    },
    close() {
      endChecks();
      listeners.clear();
    },
  };
}

/** Nothing is downloaded or installed by itself; a feed that offers an older version is not followed. */
function prepare(updater: Updater, take: (event: UpdateEvent) => void): void {
  updater.autoDownload = false;
  updater.autoInstallOnAppQuit = false;
  updater.allowDowngrade = false;
  updater.logger = null;
  updater.on('update-available', ({ version, releaseNotes }) =>
    take({ kind: 'found', version, ...notesOf(releaseNotes) }),
  );
  updater.on('update-not-available', () => take({ kind: 'nothing-newer' }));
  updater.on('download-progress', ({ percent }) => take({ kind: 'progress', percent }));
  updater.on('update-downloaded', () => take({ kind: 'downloaded' }));
  // The same failure rejects the call it belongs to; without a listener it would be thrown once more.
  updater.on('error', () => {});
}

function repeat(clock: Clock, work: () => void): () => void {
  let cancel = () => {};
  const wait = (ms: number) => {
    cancel = clock.after(ms, () => {
      wait(everyMs);
      work();
    });
  };
  wait(firstCheckMs);
  return () => cancel();
}

/** In words for people: the feed's answers and stack traces stay in the log. */
function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ERR_CHECKSUM_MISMATCH') return 'What was downloaded is not what was announced.';
  if (code.startsWith('ERR_UPDATER_INVALID_SIGNATURE')) return 'The download is not signed by the publisher.';
  return 'The server of updates did not answer as expected.';
}
