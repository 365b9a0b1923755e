import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { installIdIn } from '../../main/engine/install-id.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fusebox-install-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('an installation keeps its random id, also in a folder that is not there yet', async () => {
  const place = join(folder, 'data');
  const id = await installIdIn(place);
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  expect(await installIdIn(place)).toBe(id);
  expect(await installIdIn(folder)).not.toBe(id);
});

it('a damaged id is replaced, and a folder that cannot be written does not matter', async () => {
  const file = join(folder, 'install-id');
  await writeFile(file, 'half');
  const id = await installIdIn(folder);
  expect((await readFile(file, 'utf8')).trim()).toBe(id);
  expect(await installIdIn(file)).toMatch(/^[0-9a-f-]{36}$/);
});
