import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { importUploaded } from '../../main/engine/calls/uploaded-files.ts';
import type { ImportReport } from '../../preload/contract.ts';

async function stage(report: ImportReport | Error = { imported: [], skipped: [] }) {
  const dataDir = await mkdtemp(join(tmpdir(), 'fusebox-upload-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const seen: [name: string, text: string, mode: number][] = [];
  const importAccounts = async (folder: string) => {
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    for (const name of (await readdir(folder)).sort()) {
      const file = join(folder, name);
      seen.push([name, await readFile(file, 'utf8'), (await stat(file)).mode & 0o777]);
    }
    if (report instanceof Error) throw report;
    return report;
  };
  return { dataDir, seen, upload: (files: unknown) => importUploaded({ files }, { dataDir, importAccounts }) };
}

test('files lie where only the owner can read them, as long as they are imported', async () => {
  const { dataDir, seen, upload } = await stage({ imported: [], skipped: [{ file: 'b.json', reason: 'why' }] });
  const report = await upload([
    { name: 'a.json', text: '1' },
    { name: '.credentials.json', text: '2' },
  ]);
  expect(seen).toEqual([
    ['.credentials.json', '2', 0o600],
    ['a.json', '1', 0o600],
  ]);
  expect(report.skipped).toEqual([{ file: 'b.json', reason: 'why' }]);
  expect(await readdir(dataDir)).toEqual([]);
});

test('nothing of them stays when the import fails', async () => {
  const { dataDir, upload } = await stage(new Error('a defect'));
  await expect(upload([{ name: 'a.json', text: '1' }])).rejects.toThrow('a defect');
  expect(await readdir(dataDir)).toEqual([]);
});

test('names that lead elsewhere, are no files or come twice are left out, and said', async () => {
  const names = [
    '../a.json',
    '/etc/a.json',
    '..\\a.json',
    'C:a.json',
    'a\0.json',
    '..',
    '.json/..',
    'a.txt',
    `${'x'.repeat(240)}.json`,
  ];
  const { seen, upload } = await stage();
  const report = await upload([...names, 'a.json', 'a.json'].map((name, at) => ({ name, text: String(at) })));
  expect(seen).toEqual([['a.json', String(names.length), 0o600]]);
  expect(report.skipped).toEqual([
    ...names.map((file) => ({ file, reason: 'it is no .json file' })),
    { file: 'a.json', reason: 'another file has the same name' },
  ]);
});

test('what is no list of files is refused', async () => {
  const { upload } = await stage();
  for (const files of [
    undefined,
    [],
    'a.json',
    [{ name: '', text: '' }],
    [{ name: 'a.json' }],
    [{ name: 'a.json', text: 1 }],
  ])
    await expect(upload(files)).rejects.toMatchObject({ code: 'invalid_argument' });
});
