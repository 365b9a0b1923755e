import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../main/clock.ts';
import { journalHandlers } from '../../main/desktop/journal-handlers.ts';
import { journalCalls } from '../../main/engine/calls/journal-calls.ts';
import { createRequestJournal } from '../../main/journal/request-journal.ts';
import { callSchemas } from '../../preload/contract.ts';
import { openLocalPort } from '../journal/local-port.ts';
import { byAmp, idOf, refused, request } from '../journal/requests.ts';

async function stage(chosen?: string) {
  const folder = await mkdtemp(path.join(tmpdir(), 'fusebox-calls-'));
  const journal = createRequestJournal({
    file: path.join(folder, 'journal.db'),
    openPort: openLocalPort,
    retention: () => ({ keepMs: 1e12, maxBytes: 1e9 }),
    clock: systemClock,
    scrub: (text) => text,
    onProblem: () => {},
  });
  onTestFinished(async () => {
    await journal.close();
    await rm(folder, { recursive: true, force: true });
  });
  for (const record of [request(1), byAmp(2), refused(3)]) journal.add(record);
  const asked: string[] = [];
  const calls = journalHandlers({
    engine: { journal },
    async chooseExport(format) {
      asked.push(format);
      return chosen === undefined ? undefined : path.join(folder, chosen);
    },
  });
  return { calls: { ...calls, ...journalCalls(journal) }, folder, asked };
}

test('an export is written where the owner says, for their eyes only, and told by its name', async () => {
  const { calls, folder, asked } = await stage('mine.csv');
  const answer = await calls['journal.export'](callSchemas['journal.export'].parse({ format: 'csv', tool: 'Amp' }));
  expect(answer).toEqual({ file: 'mine.csv', requests: 2 });
  expect(asked).toEqual(['csv']);
  const file = path.join(folder, 'mine.csv');
  expect((await readFile(file, 'utf8')).split('\r\n')).toHaveLength(4);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('an export that the owner cancels, and a request that is not there, are refusals', async () => {
  const { calls } = await stage();
  const query = callSchemas['journal.export'].parse({ format: 'json' });
  await expect(calls['journal.export'](query)).rejects.toMatchObject({ code: 'cancelled' });
  await expect(calls['journal.record']({ id: idOf(9) })).rejects.toMatchObject({ code: 'not_found' });
  expect((await calls['journal.record']({ id: idOf(2) })).route).toBe('amp');
  expect((await calls['journal.choices']()).tools).toEqual(['Amp', 'curl']);
});
