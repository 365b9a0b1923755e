import { readFile, rename } from 'node:fs/promises';
import type { Clock } from '../clock.ts';
import { replaceFile } from '../replace-file.ts';
import type { BreakerState } from '../routing/breakers/breaker.ts';
import { loadBreakers, saveBreakers } from '../routing/breakers/saved.ts';

export interface BreakerFile {
  /** What was saved, or undefined when there is nothing usable. A file that cannot be read is set aside. */
  load(): Promise<BreakerState | undefined>;
  /** Writes soon; many changes are one write. */
  save(state: BreakerState): void;
  /** Writes what is waiting. */
  close(): Promise<void>;
}

const debounceMs = 1_000;

/** Keeps cooldowns over a restart, in one small file without secrets. */
export function createBreakerFile(file: string, clock: Clock, log: { warn(message: string): void }): BreakerFile {
  let waiting: BreakerState | undefined;
  let cancel: (() => void) | undefined;
  let writing: Promise<void> = Promise.resolve();
  const write = () => {
    cancel = undefined;
    const state = waiting;
    waiting = undefined;
    if (!state) return;
    writing = writing
      .then(() => replaceFile(file, saveBreakers(state), { mode: 'private' }))
      .catch(() => log.warn('The cooldowns could not be saved'));
  };
  return {
    async load() {
      const text = await readFile(file, 'utf8').catch(() => undefined);
      if (text === undefined) return undefined;
      try {
        return loadBreakers(text, clock.now());
      } catch {
        await rename(file, `${file}.unreadable`).catch(() => {});
        log.warn('The saved cooldowns could not be read; the file was set aside');
        return undefined;
      }
    },
    save(state) {
      waiting = state;
      cancel ??= clock.after(debounceMs, write);
    },
    async close() {
      cancel?.();
      write();
      await writing;
    },
  };
}
