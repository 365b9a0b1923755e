import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tellPayer } from '../../main/engine/request-records.ts';
import type { RequestRecord } from '../../main/journal/record.ts';
import { pageQuery, type RequestPage } from '../../preload/journal-view.ts';
import type { UsageView } from '../../preload/usage-view.ts';
import { request } from '../journal/requests.ts';
import { type Running, startEngine } from './harness.ts';

async function management({ url, dataDir }: Running, path: string): Promise<Response> {
  const { token } = JSON.parse(await readFile(join(dataDir, 'instance.json'), 'utf8')) as { token: string };
  return fetch(`${url}/v0/management${path}`, { headers: { authorization: `Bearer ${token}` } });
}

it('each request is in the journal, with who paid for it and what it saved', async () => {
  const running = await startEngine();
  await (await running.messages()).text();
  await (await running.messages({ model: 'somebody-elses-model' })).text();
  await (await running.messages({ model: 'gpt-9' }, { path: '/v1/messages' })).text();
  const { requests } = await running.engine.journal.page(pageQuery.parse({}));
  expect(requests.map(({ route, paidBy, ampCredit, modelAsked }) => [route, paidBy, ampCredit, modelAsked])).toEqual([
    ['refused', undefined, undefined, 'gpt-9'],
    ['amp', 'amp-credits', 'used', 'somebody-elses-model'],
    ['local', 'subscription', 'saved', 'claude-opus-4-7'],
  ]);
  expect(requests[2]?.id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  expect(running.engine.state().journal).toEqual({ kind: 'file' });
});

it('scripts read pages, single requests, sums, exports and metrics', async () => {
  const running = await startEngine();
  const id = (await running.messages()).headers.get('x-fusebox-request-id') ?? '';
  await expect.poll(() => running.engine.state().recent).toHaveLength(1);
  const json = async (path: string) => (await management(running, path)).json();
  const page = (await json('/journal?outcome=served&limit=10')) as RequestPage;
  expect(page.requests.map((one) => one.id)).toEqual([id]);
  expect(await json(`/journal/${id}`)).toMatchObject({ id, attempts: [{ outcome: 'served' }] });
  expect(((await json('/usage?per=total&by=tool')) as UsageView).total.bySubscription).toBe(1);
  expect(await json('/journal/choices')).toMatchObject({ models: expect.arrayContaining(['claude-opus-4-7']) });
  const csv = await management(running, '/journal/export?format=csv');
  expect(csv.headers.get('content-type')).toContain('text/csv');
  expect((await csv.text()).split('\r\n')).toHaveLength(3);
  expect(await (await management(running, '/metrics')).text()).toContain('fusebox_requests_total{outcome="served"} 1');
  expect((await management(running, '/journal/none')).status).toBe(404);
  for (const wrong of [
    '/journal?limit=0',
    '/journal?before=x',
    '/journal/export',
    '/usage?per=year',
    '/journal?what=1',
  ])
    expect((await management(running, wrong)).status).toBe(400);
});

it('who paid is known of answers only', () => {
  const { paidBy: _payer, ampCredit: _credit, ...served } = request(1);
  const told = (changes: Partial<RequestRecord>, kind?: 'oauth' | 'api-key') => {
    const record: RequestRecord = { ...served, ...changes };
    tellPayer(record, () => kind);
    return record;
  };
  expect(told({}, 'oauth')).toEqual({ ...served, paidBy: 'subscription', ampCredit: 'saved' });
  expect(told({}, 'api-key')).toEqual({ ...served, paidBy: 'api-key', ampCredit: 'saved' });
  expect(told({ path: '/v1/messages' })).toEqual({ ...served, path: '/v1/messages' });
  expect(told({ status: 429 }, 'oauth')).toEqual({ ...served, status: 429 });
  expect(told({ route: 'amp' })).toEqual({ ...served, route: 'amp', paidBy: 'amp-credits', ampCredit: 'used' });
});
