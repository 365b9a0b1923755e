import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createKeyFiles } from '../../main/desktop/key-files.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fusebox-key-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function fileOf(text: string): Promise<string> {
  const file = path.join(folder, 'key.json');
  await writeFile(file, text);
  return file;
}

test('a picked file is known by its name outside and by its text inside', async () => {
  const file = await fileOf('{"private_key":"x"}');
  const files = createKeyFiles(async () => file);
  expect(await files.choose('s1', 'key-file')).toBe('key.json');
  expect(files.textsOf('s1')).toEqual({ 'key-file': '{"private_key":"x"}' });
  expect(files.textsOf('s2')).toEqual({});
});

test('its text is forgotten with its sign-in', async () => {
  const file = await fileOf('{}');
  const files = createKeyFiles(async () => file);
  await files.choose('s1', 'key-file');
  await files.choose('s2', 'key-file');
  files.keepOnly(new Set(['s2']));
  expect([files.textsOf('s1'), files.textsOf('s2')]).toEqual([{}, { 'key-file': '{}' }]);
});

test('a cancelled choice changes nothing', async () => {
  const files = createKeyFiles(async () => undefined);
  expect(await files.choose('s1', 'key-file')).toBeUndefined();
  expect(files.textsOf('s1')).toEqual({});
});

test('what is no key file is refused by name', async () => {
  const large = await fileOf('x'.repeat(64 * 1024 + 1));
  await expect(createKeyFiles(async () => large).choose('s', 'f')).rejects.toThrow('key.json is no key file');
  await expect(createKeyFiles(async () => folder).choose('s', 'f')).rejects.toThrow('is no key file');
  const missing = path.join(folder, 'gone.json');
  await expect(createKeyFiles(async () => missing).choose('s', 'f')).rejects.toThrow('gone.json cannot be read');
});
