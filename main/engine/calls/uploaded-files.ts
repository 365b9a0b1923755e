import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ImportReport } from '../../../preload/contract.ts';
import { CallRefused } from './call-handlers.ts';

/** Credential files as a browser has read them. */
const upload = z.strictObject({
  files: z
    .array(z.strictObject({ name: z.string().min(1).max(255), text: z.string().max(1024 * 1024) }))
    .min(1)
    .max(200),
});

/** What importing needs: a folder on this machine. */
export interface UploadImport {
  dataDir: string;
  importAccounts(folder: string): Promise<ImportReport>;
}

/** Imports files that came over the network. They lie in a folder for the owner's eyes only, and only meanwhile. */
export async function importUploaded(given: unknown, { dataDir, importAccounts }: UploadImport): Promise<ImportReport> {
  const checked = upload.safeParse(given);
  if (!checked.success) throw new CallRefused('invalid_argument', 'These files cannot be imported.');
  const folder = await mkdtemp(join(dataDir, 'upload-'));
  try {
    const skipped: ImportReport['skipped'] = [];
    const taken = new Set<string>();
    for (const { name, text } of checked.data.files) {
      const file = placeOf(name);
      if (file === undefined || taken.has(file.toLowerCase())) skipped.push({ file: name, reason: reasonFor(file) });
      else await writeFile(join(folder, file), text, { mode: 0o600 });
      if (file !== undefined) taken.add(file.toLowerCase());
    }
    const report: ImportReport = taken.size > 0 ? await importAccounts(folder) : { imported: [], skipped: [] };
    return { ...report, skipped: [...skipped, ...report.skipped] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A name of this very folder; undefined for any other. */
function placeOf(name: string): string | undefined {
  const isPlain = /^[^/\\:*?"<>|\p{Cc}]+$/u.test(name) && !/^\.*$/.test(name) && Buffer.byteLength(name) <= 200;
  return isPlain && name.toLowerCase().endsWith('.json') ? name : undefined;
}

function reasonFor(file: string | undefined): string {
  return file === undefined ? 'it is no .json file' : 'another file has the same name';
}
