import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

export interface ReplaceOptions {
  /** `private`: for the owner only, whatever the file was before. `kept` (default): mode and owner stay. New files are private. */
  mode?: 'private' | 'kept';
  /** Reads the new file back before it takes the old one's place. Rejects when it differs; the old one stays. */
  verify?: boolean;
}

/**
 * Replaces a file's text so that a reader, or a crash at any point, finds the old or the new text, never a mixture:
 * temporary file, fsync, rename, fsync of the folder. A symbolic link keeps pointing at its target, whose text is replaced.
 */
export async function replaceFile(file: string, text: string, options: ReplaceOptions = {}): Promise<void> {
  const { mode = 'kept', verify = false } = options;
  const target = await realpath(file).catch(() => file);
  const before = mode === 'kept' ? await stat(target).catch(() => undefined) : undefined;
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  const temporary = join(dirname(target), `${basename(target)}.${randomUUID()}.tmp`);
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      // Changing the owner needs rights that only root has; without them the file becomes the writer's, as with any editor.
      if (before) await handle.chown(before.uid, before.gid).catch(() => undefined);
      if (before) await handle.chmod(before.mode & 0o777);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (verify && (await readFile(temporary, 'utf8')) !== text)
      throw new Error('A file does not hold what was written.');
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(target));
}

/** Windows cannot open a folder for fsync; its rename is journalled. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
