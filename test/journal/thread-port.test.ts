import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { batchOf } from '../../main/journal/store/batch.ts';
import { threadPort } from '../../main/journal/store/thread-port.ts';
import { type PageQuery, pageQuery, type RequestPage } from '../../preload/journal-view.ts';
import { projectRoot } from '../structure/imports.ts';
import { request } from './requests.ts';
import { newFile } from './store/new-file.ts';

const script = join(projectRoot, 'dist', 'journal-worker.js');
const everything: PageQuery = pageQuery.parse({ limit: 500 });

function open(file = newFile(), worker = script) {
  const told: string[] = [];
  const port = threadPort(worker)({
    file,
    retention: () => ({ keepMs: 1e12, maxBytes: 1e9 }),
    onSetAside: (message) => told.push(message),
  });
  onTestFinished(() => port.close());
  const append = (...numbers: number[]) =>
    port.ask({
      op: 'append',
      batch: batchOf(
        numbers.map((number) => request(number)),
        String,
      ),
    });
  const count = async () => ((await port.ask({ op: 'page', query: everything })) as RequestPage).requests.length;
  return { port, append, count, told };
}

it('the thread of the built program writes, answers in order, and goes when it is closed', async () => {
  const file = newFile();
  const { port, append, count } = open(file);
  const written = [append(1, 2), append(3)];
  expect(await count()).toBe(3);
  await Promise.all(written);
  void append(4);
  await port.close();
  expect(() => statSync(`${file}-wal`)).toThrow('ENOENT');
  const again = open(file);
  expect(await again.count()).toBe(4);
});

it('the thread ends when there is nothing to do, and another one goes on', async () => {
  const file = newFile();
  const { append, count } = open(file);
  await append(1);
  // Its side file goes with the last thread that had it open.
  await expect.poll(() => statSync(`${file}-wal`, { throwIfNoEntry: false }), { timeout: 8_000 }).toBeUndefined();
  await append(2);
  expect(await count()).toBe(2);
});

it('a damaged file is told of, and a thread that cannot start is a failure of what was asked', async () => {
  const file = newFile();
  writeFileSync(file, 'no database '.repeat(1000));
  const { count, told } = open(file);
  expect(await count()).toBe(0);
  expect(told[0]).toContain('damaged');
  const { append } = open(newFile(), join(projectRoot, 'dist', 'no-such-worker.js'));
  await expect(append(1)).rejects.toThrow('no-such-worker');
  await expect(append(2)).rejects.toThrow('no-such-worker');
});
