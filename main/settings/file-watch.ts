import { type FSWatcher, lstatSync, realpathSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Clock } from '../clock.ts';

export interface FileWatch {
  close(): void;
}

interface WatchOptions {
  clock: Clock;
  /** Something may have changed, appeared or gone. Called once for a burst of events. */
  onEvent: () => void;
  /** Watching failed and the file is looked at from time to time instead; called once. */
  onFailure: (error: Error) => void;
}

export interface FolderWatchOptions extends WatchOptions {
  /** Asked again after each event: a folder, or the target of a link, may be another one now. */
  folders(): readonly string[];
  /** Whether an event of this name counts; null where the system does not tell the name. */
  concerns(name: string | null): boolean;
  /** Milliseconds of quiet that end a burst. */
  debounceMs: number;
  /** Milliseconds between looks while a folder cannot be watched; default 2 s. */
  pollMs?: number;
}

/** Long enough for an editor's truncate, write and rename to be one event, short enough to feel immediate. */
const debounceMs = 100;
const defaultPollMs = 2000;

/**
 * Watches a file through its folder, because editors replace files and a watch on the file itself would follow the old
 * one. Of a symbolic link the target's folder is watched too.
 */
export function watchFile({ file, ...options }: WatchOptions & { file: string }): FileWatch {
  return watchFolders({
    ...options,
    debounceMs,
    folders: () => foldersOf(file),
    concerns: (name) => concerns(file, name),
  });
}

/**
 * Watches folders. Where the system refuses watches, or a folder is not there, it looks from time to time until it can
 * watch again. Never keeps the process alive by its watches.
 */
export function watchFolders(options: FolderWatchOptions): FileWatch {
  const { clock, onEvent, onFailure } = options;
  let watchers: FSWatcher[] = [];
  let cancel = () => {};
  let closed = false;
  let reported = false;

  const stopWatching = () => {
    for (const watcher of watchers) watcher.close();
    watchers = [];
  };
  const schedule = (delayMs: number) => {
    cancel();
    cancel = clock.after(delayMs, () => {
      arm();
      onEvent();
    });
  };
  const fail = (error: Error) => {
    stopWatching();
    if (closed) return;
    if (!reported) onFailure(error);
    reported = true;
    schedule(options.pollMs ?? defaultPollMs);
  };
  const arm = () => {
    stopWatching();
    if (closed) return;
    try {
      for (const folder of options.folders()) watchers.push(watchFolder(folder, onFolderEvent, fail));
      reported = false;
    } catch (error) {
      fail(error instanceof Error ? error : new Error(String(error)));
    }
  };
  const onFolderEvent = (name: string | null) => {
    if (!closed && options.concerns(name)) schedule(options.debounceMs);
  };

  arm();
  return {
    close() {
      closed = true;
      cancel();
      stopWatching();
    },
  };
}

function watchFolder(
  folder: string,
  onEvent: (name: string | null) => void,
  onError: (error: Error) => void,
): FSWatcher {
  const watcher = watch(folder, { persistent: false }, (_, name) => onEvent(name));
  watcher.on('error', onError);
  return watcher;
}

function foldersOf(file: string): string[] {
  const folder = dirname(file);
  try {
    return [...new Set([folder, dirname(realpathSync(file))])];
  } catch {
    return [folder];
  }
}

/** Any event counts for a link, whose target has other names, and the folder's own name is reported when it goes away. */
function concerns(file: string, name: string | null): boolean {
  if (name === null || name === basename(file) || name === basename(dirname(file))) return true;
  return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}
