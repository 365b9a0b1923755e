import { lstat, readFile, realpath, rm, stat } from 'node:fs/promises';
import { replaceFile } from '../replace-file.ts';
import { ToolError } from './problem.ts';

/** The files of other programs, as far as they are needed. */
export interface ConfigFiles {
  /** Undefined where there is none. Rejects with ToolError for what cannot be read as text. */
  read(file: string): Promise<string | undefined>;
  /** Rejects with ToolError where the owner has forbidden writing. */
  checkWritable(file: string): Promise<void>;
  /** At once or not at all; mode and symbolic link stay. Files for the owner only where they are new or `isPrivate`. */
  write(file: string, text: string, isPrivate?: boolean): Promise<void>;
  remove(file: string): Promise<void>;
  exists(path: string): Promise<boolean>;
}

/** Above what any settings file needs, in bytes. */
const mostBytes = 8 * 1024 * 1024;

export const nodeConfigFiles: ConfigFiles = {
  async read(file) {
    const found = await stat(file).catch((error: unknown) => absent(file, error));
    if (!found) {
      if (await lstat(file).catch((error: unknown) => absent(file, error)))
        throw unreadable(file, 'is a link to a file that does not exist');
      return undefined;
    }
    if (!found.isFile()) throw unreadable(file, 'is not a file');
    if (found.size > mostBytes) throw unreadable(file, 'is too large');
    const bytes = await readFile(file).catch((error: unknown) => {
      throw unreadable(file, `cannot be read (${codeOf(error)})`);
    });
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw unreadable(file, 'is not UTF-8 text');
    }
  },
  async checkWritable(file) {
    const found = await stat(file).catch((error: unknown) => absent(file, error));
    // By its mode: replacing a file would get round it, and for root everything is writable.
    if (found && (found.mode & 0o200) === 0)
      throw new ToolError('file_read_only', `${file} is read-only.`, 'Make it writable and try again.');
  },
  async write(file, text, isPrivate = false) {
    const mode = isPrivate ? 'private' : 'kept';
    await replaceFile(file, text, { mode, verify: true }).catch((error: unknown) => refuse(file, error));
  },
  async remove(file) {
    await rm(await realpath(file).catch(() => file), { force: true }).catch((error: unknown) => refuse(file, error));
  },
  exists: async (path) => (await stat(path).catch(() => undefined)) !== undefined,
};

/** What is not there is no failure. */
function absent(file: string, error: unknown): undefined {
  const code = codeOf(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
  throw unreadable(file, `cannot be read (${code})`);
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown error';
}

function refuse(file: string, cause: unknown): never {
  const fix = 'Check the permissions of its folder and the space left, and try again.';
  throw new ToolError('file_unwritable', `${file} cannot be written (${codeOf(cause)}).`, fix, { cause });
}

function unreadable(file: string, what: string): ToolError {
  return new ToolError('file_unreadable', `${file} ${what}.`, 'Put the file right and try again.');
}
