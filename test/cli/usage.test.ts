import { expect, it } from 'vitest';
import { usageText } from '../../main/cli/usage.ts';
import { createMemoryStore } from '../../main/journal/store/memory-store.ts';
import { type UsageQuestion, usageQuery } from '../../preload/usage-view.ts';
import { byAmp, refused, request, start } from '../journal/requests.ts';
import { newHome, placeOf, run, serve } from './fusebox.ts';

function view(question: UsageQuestion) {
  const store = createMemoryStore(10);
  store.append([
    request(1, { usage: { inputTokens: 500, outputTokens: 1500, cacheReadTokens: 1_500_000, cacheWriteTokens: 0 } }),
    byAmp(2),
    refused(3),
  ]);
  return store.usage(usageQuery.parse(question), start);
}

it('sums are a table with a line for all, and say who paid', () => {
  const text = usageText(view({ per: 'total', by: 'account' }), { per: 'total', by: 'account' });
  expect(text).toEqual([
    'account          Requests  Not served  Input  Cached  Output  First byte  Total',
    'none             2         1           0      -       0       0.3 s       0.5 s',
    'you@example.com  1         0           1.5 M  100 %   1.5 k   0.3 s       0.9 s',
    'All              3         1           1.5 M  100 %   1.5 k   0.3 s       0.6 s',
    '',
    'By your subscriptions: 1 request, 1.5 M tokens',
    'Amp credits: 1 request that may have cost some, 1 that cost none',
  ]);
});

it('days and hours are those of this machine', () => {
  const date = new Date(start);
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0'));
  expect(usageText(view({ per: 'day' }), { per: 'day' })[1]).toMatch(new RegExp(`^${day.join('-')} `));
  expect(usageText(view({ per: 'hour' }), { per: 'hour' })[1]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d {2}/);
  expect(usageText(view({ since: 0, until: 0 }), { per: 'day' })).toEqual(['No requests in this time.']);
});

it('the command asks the running gateway, and says when there is none', async () => {
  const home = await newHome({ port: 0 });
  expect((await run(['usage', ...placeOf(home)], home)).code).toBe(3);
  const fusebox = await serve(home);
  const body = JSON.stringify({ model: 'gpt-9', max_tokens: 1, messages: [] });
  await (await fetch(`${fusebox.url}/v1/messages`, { method: 'POST', body })).text();
  const { stdout, code } = await run(['usage', '--per', 'total', '--by', 'model', '--json', ...placeOf(home)], home);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ total: { requests: 1, unserved: 1 }, rows: [{ key: 'gpt-9' }] });
  expect((await run(['usage', '--per', 'total', ...placeOf(home)], home)).stdout).toContain('Requests');
  const sheet = await run(['usage', '--per', 'total', '--by', 'model', '--csv', ...placeOf(home)], home);
  expect(sheet.stdout).toMatch(/^start,model,requests,.*\r\n\S+Z,gpt-9,1,1,0,/);
  expect((await run(['usage', '--csv', '--json', ...placeOf(home)], home)).code).toBe(1);
  expect((await run(['usage', '--days', 'many', ...placeOf(home)], home)).stderr).toContain('--days takes a number');
  await fusebox.stop();
});
