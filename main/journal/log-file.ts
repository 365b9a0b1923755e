import { chmodSync, closeSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { LogSink } from './log.ts';

export interface LogFile extends LogSink {
  /** Full path of the file that is being written. */
  readonly path: string;
  close(): void;
}

export interface LogFileOptions {
  /** Created, private to the owner, when missing. */
  folder: string;
  /** Bytes after which a new file is begun; default 10 MB. */
  maxBytes?: number;
  /** How many files are kept, the current one included; default 3. */
  keep?: number;
  /** Called once when a line could not be written, and again only after writing worked in between. */
  onProblem?: (error: Error) => void;
}

const fileName = 'fusebox.log';

/**
 * Appends lines to `fusebox.log`, readable by the owner only, and keeps `fusebox.log.1` and so on as older parts. Throws
 * when the file cannot be opened; a line that cannot be written later on (a full disk) is lost, never the program.
 */
export function openLogFile({ folder, maxBytes = 10_000_000, keep = 3, onProblem }: LogFileOptions): LogFile {
  const path = join(folder, fileName);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let current: OpenFile | undefined = open(path);
  let failing = false;
  let closed = false;

  // The descriptor is forgotten when it is closed: its number may soon be somebody else's socket.
  const closeCurrent = () => {
    const descriptor = current?.descriptor;
    current = undefined;
    if (descriptor !== undefined) closeSync(descriptor);
  };
  const append = (line: string) => {
    const bytes = Buffer.from(line, 'utf8');
    current ??= open(path);
    if (current.size > 0 && current.size + bytes.length > maxBytes) {
      closeCurrent();
      shift(path, keep);
      current = open(path);
    }
    writeSync(current.descriptor, bytes);
    current.size += bytes.length;
  };
  return {
    path,
    write(line) {
      if (closed) return;
      try {
        append(line);
        failing = false;
      } catch (error) {
        const isNew = !failing;
        // Before anybody is told: whoever logs it comes back to this very file.
        failing = true;
        if (isNew) onProblem?.(error instanceof Error ? error : new Error(String(error)));
      }
    },
    close() {
      closed = true;
      closeCurrent();
    },
  };
}

interface OpenFile {
  descriptor: number;
  /** Bytes. */
  size: number;
}

function open(path: string): OpenFile {
  const descriptor = openSync(path, 'a', 0o600);
  // A file of an older version or of another program may be open to others.
  chmodSync(path, 0o600);
  return { descriptor, size: fstatSync(descriptor).size };
}

/** `.1` becomes `.2`, the file itself `.1`; the oldest goes. */
function shift(path: string, keep: number): void {
  rmSync(`${path}.${keep - 1}`, { force: true });
  for (let index = keep - 2; index >= 1; index--) moveIfPresent(`${path}.${index}`, `${path}.${index + 1}`);
  if (keep > 1) moveIfPresent(path, `${path}.1`);
  else rmSync(path, { force: true });
}

function moveIfPresent(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}
