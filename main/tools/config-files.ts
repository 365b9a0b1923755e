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
    const found = await stat(file).catch(absent);
    if (!found) {
      if (await lstat(file).catch(absent)) throw unreadable(file, 'is a link to a file that does not exist');
      return undefined;
    }
    if (!found.isFile()) throw unreadable(file, 'is not a file');
    if (found.size > mostBytes) throw unreadable(file, 'is too large');
    const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
      throw unreadable(file, `cannot be read (${error.code ?? 'unknown error'})`);
    });
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw unreadable(file, 'is not UTF-8 text');
    }
  },
  async checkWritable(file) {
    const found = await stat(file).catch(absent);
    // By its mode: replacing a file would get round it, and for root everything is writable.
    if (found && (found.mode & 0o200) === 0)
      throw new ToolError('file_read_only', `${file} is read-only.`, 'Make it writable and try again.');
  },
  write: (file, text, isPrivate = false) =>
    replaceFile(file, text, { mode: isPrivate ? 'private' : 'kept', verify: true }),
  async remove(file) {
    await rm(await realpath(file).catch(() => file), { force: true });
  },
  exists: async (path) => (await stat(path).catch(() => undefined)) !== undefined,
};

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw error;
}

function unreadable(file: string, what: string): ToolError {
  return new ToolError('file_unreadable', `${file} ${what}.`, 'Put the file right and try again.');
}
