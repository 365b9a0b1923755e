import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { launch, makePlace, type Place, type RunningApp, untilAnswers } from './app.ts';

let place: Place;
let running: RunningApp;

beforeEach(async () => {
  place = await makePlace();
  running = await launch(place);
});

afterEach(async () => {
  await place.remove();
});

test('the application writes requests to its journal in a thread of its own, and the window can read them', async () => {
  const page = await running.window();
  await untilAnswers(place.url, true);
  const body = JSON.stringify({ model: 'gpt-9', max_tokens: 1, messages: [] });
  const answer = await fetch(`${place.url}/v1/messages`, { method: 'POST', body });
  const id = answer.headers.get('x-fusebox-request-id') ?? '';
  await answer.text();
  const found: unknown = await page.evaluate(
    `Promise.all([
      fusebox.call('journal.page', { limit: 10, outcome: 'refused' }),
      fusebox.call('journal.record', { id: '${id}' }),
      fusebox.call('usage.get', { per: 'total', by: 'model' }),
      fusebox.call('state.get'),
    ])`,
  );
  expect(found).toMatchObject([
    { ok: true, value: { requests: [{ id, modelAsked: 'gpt-9' }] } },
    { ok: true, value: { id, reason: 'model_not_found' } },
    { ok: true, value: { rows: [{ key: 'gpt-9', requests: 1 }] } },
    { ok: true, value: { journal: { kind: 'file' } } },
  ]);
  expect(await running.quit()).toBe(0);
  // What is left of the side files would mean that the file was not closed.
  expect((await readdir(place.dataDir)).filter((name) => name.startsWith('journal'))).toEqual(['journal.db']);
});
