import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createExchangeFiles, type LoggedExchange } from '../../main/journal/exchange-files.ts';
import { start } from './requests.ts';

function stage({ maxBytes = 1_000_000, folder = '' } = {}) {
  const root = mkdtempSync(join(tmpdir(), 'fusebox-exchanges-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const place = join(root, 'logs', folder || 'requests');
  const problems: unknown[] = [];
  const files = createExchangeFiles({
    folder: place,
    maxBytes: () => maxBytes,
    scrub: (text) => text.replaceAll('sk-secret', '[redacted]'),
    onProblem: (error) => problems.push(error),
  });
  return { files, root, place, problems, names: () => readdirSync(place).sort() };
}

function exchange(number: number, body: unknown = 'x'): LoggedExchange {
  return {
    id: `id-${number}`,
    startedAt: start + number * 1000,
    totalMs: 5,
    tool: 'curl',
    method: 'POST',
    path: '/v1/messages',
    request: { headers: {}, body, bytes: 1 },
    answer: { status: 200, headers: {}, body: {}, bytes: 2 },
  };
}

it('each exchange is a file for the owner only, without secrets', async () => {
  const { files, place, names } = stage();
  files.write(exchange(1, { system: 'my key is sk-secret' }));
  await files.settled();
  expect(names()).toEqual(['2026-11-22T12-00-01.000Z-id-1.json']);
  const file = join(place, names()[0] ?? '');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(place).mode & 0o777).toBe(0o700);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
    id: 'id-1',
    startedAt: '2026-11-22T12:00:01.000Z',
    request: { body: { system: 'my key is [redacted]' } },
  });
});

it('the oldest files go when all together are too large, and none where there is no limit', async () => {
  const { files, names } = stage({ maxBytes: 5_000 });
  for (let number = 0; number < 10; number++) files.write(exchange(number, 'x'.repeat(1_000)));
  await files.settled();
  expect(names().map((name) => name.slice(-9, -5))).toEqual(['id-7', 'id-8', 'id-9']);
  const free = stage({ maxBytes: 0 });
  for (let number = 0; number < 10; number++) free.files.write(exchange(number, 'x'.repeat(1_000)));
  await free.files.settled();
  expect(free.names()).toHaveLength(10);
});

it('a folder that cannot be written is told of once', async () => {
  const { files, root, problems } = stage();
  writeFileSync(join(root, 'logs'), 'a file where the folder should be');
  files.write(exchange(1));
  files.write(exchange(2));
  await files.settled();
  expect(problems).toHaveLength(1);
});

it('more than twenty that wait are not kept in memory', async () => {
  const { files, names } = stage();
  for (let number = 0; number < 30; number++) files.write(exchange(number));
  await files.settled();
  expect(names()).toHaveLength(20);
});
