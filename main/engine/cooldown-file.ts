import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync } from 'node:fs';
import type { Clock } from '../clock.ts';
import { replaceFile } from '../replace-file.ts';

/** Keeps one text in a file, written a moment after it changed. */
export interface CooldownFile {
  /** What `read` makes of the text; undefined when there is none. A text that it throws for is set aside. */
  load<T>(read: (text: string) => T): T | undefined;
  /** Notes a change; `text` is asked for when it is written. */
  save(text: () => string): void;
  /** Writes what is due; resolves when it is on disk. */
  close(): Promise<void>;
}

/** Changes are gathered for this long: a burst of failures is one write. */
const gatherMs = 1000;

/** A file that is lost costs a few requests that are refused once more: no failure of it is fatal. */
export function createCooldownFile(
  file: string,
  deps: { clock: Clock; log: { warn(fields: object, message: string): void } },
): CooldownFile {
  let due: (() => string) | undefined;
  let cancel: (() => void) | undefined;
  let writing: Promise<void> = Promise.resolve();
  const write = () => {
    cancel?.();
    cancel = undefined;
    const text = due;
    due = undefined;
    if (!text) return;
    writing = writing
      .then(() => replaceFile(file, text(), { mode: 'private' }))
      .catch((err: unknown) => deps.log.warn({ err, file }, 'Cooldowns could not be written'));
  };
  return {
    load(read) {
      try {
        const text = textOf(file);
        return text === undefined ? undefined : read(text);
      } catch (err) {
        deps.log.warn({ err, file }, 'Cooldowns could not be read; the file is set aside');
        setAside(file);
        return undefined;
      }
    },
    save(text) {
      due = text;
      cancel ??= deps.clock.after(gatherMs, write);
    },
    async close() {
      write();
      await writing;
    },
  };
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function setAside(file: string): void {
  try {
    renameSync(file, `${file}.unreadable-${randomUUID().slice(0, 8)}`);
  } catch {
    // It stays where it is and is replaced by the next write.
  }
}
