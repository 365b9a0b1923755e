import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll } from 'vitest';

/** A program beside this file, bundled once for the tests of a file: plain Node of every version can run it. */
export function bundled(module: string): { path(): string } {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fusebox-bundle-'));
    const bundle = await rolldown({ input: fileURLToPath(new URL(module, import.meta.url)), platform: 'node' });
    await bundle.write({ file: join(folder, 'program.mjs'), format: 'esm' });
    await bundle.close();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return { path: () => join(folder, 'program.mjs') };
}
