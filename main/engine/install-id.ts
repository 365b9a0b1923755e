import { randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A random id of this installation, made on first use; it says nothing of the machine or its owner. Where the folder
 * cannot be written it lives as long as the process.
 */
export async function installIdIn(dataDir: string): Promise<string> {
  const path = join(dataDir, 'install-id');
  const text = await readFile(path, 'utf8').catch(() => '');
  if (/^[0-9a-f-]{36}$/.test(text.trim())) return text.trim();
  const id = randomUUID();
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
    .then(() => writeFile(path, `${id}\n`, { mode: 0o600 }))
    .catch(() => {});
  return id;
}
