import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll } from 'vitest';
import { wat } from '../../../scripts/build/wat.mjs';

/** A program beside this file, bundled once for the tests of a file: plain Node of every version can run it. */
export function bundled(module: string): { path(): string } {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fusebox-bundle-'));
    const input = fileURLToPath(new URL(module, import.meta.url));
    const bundle = await rolldown({ input, platform: 'node', plugins: [wat] });
    await bundle.write({ file: join(folder, 'program.mjs'), format: 'esm' });
    await bundle.close();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return { path: () => join(folder, 'program.mjs') };
}
