import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { replaceFile } from '../replace-file.ts';

/** How the command line finds and may talk to the running engine of a data folder. */
const instanceSchema = z.object({
  pid: z.number().int(),
  url: z.url(),
  /** The same gateway by way of loopback, where that is another address. */
  localUrl: z.url().optional(),
  /** Good for this run only. */
  token: z.string().min(20),
});

export type Instance = z.infer<typeof instanceSchema>;

const fileName = 'instance.json';

/** Writes the file for the owner's eyes only, as a whole: whoever reads it meanwhile finds the one before it. */
async function writeInstance(dataDir: string, instance: Instance): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await replaceFile(join(dataDir, fileName), JSON.stringify(instance), { mode: 'private' });
}

/** Lets the command line find the gateway at its address, if it runs. */
export async function publishInstance(
  dataDir: string,
  own: Pick<Instance, 'pid' | 'token'>,
  gateway: { state(): { status: string; url: string }; localUrl(): string | undefined },
): Promise<void> {
  const { status, url } = gateway.state();
  if (status === 'running') await writeInstance(dataDir, { ...own, url, localUrl: gateway.localUrl() ?? url });
}

/** Undefined when none is running, as far as the file tells. */
export async function readInstance(dataDir: string): Promise<Instance | undefined> {
  try {
    return instanceSchema.parse(JSON.parse(await readFile(join(dataDir, fileName), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Removes the file if it is still that of `pid`. */
export async function removeInstance(dataDir: string, pid: number): Promise<void> {
  const current = await readInstance(dataDir);
  if (current?.pid === pid) await rm(join(dataDir, fileName), { force: true });
}
