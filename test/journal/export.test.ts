import { expect, it } from 'vitest';
import { exportText, usageCsv } from '../../main/journal/export.ts';
import type { RequestRecord } from '../../main/journal/record.ts';
import { createMemoryStore } from '../../main/journal/store/memory-store.ts';
import type { ExportFormat } from '../../preload/journal-view.ts';
import { type UsageQuestion, usageQuery } from '../../preload/usage-view.ts';
import { byAmp, overLimit, refused, request, start } from './requests.ts';

async function textOf(format: ExportFormat, ...pages: RequestRecord[][]): Promise<string> {
  async function* numbered() {
    for (const page of pages) yield page.map((record, index) => ({ seq: index + 1, ...record }));
  }
  let text = '';
  for await (const part of exportText(format, numbered())) text += part;
  return text;
}

it('JSON is one array, however many pages there are', async () => {
  const all = JSON.parse(await textOf('json', [request(1), byAmp(2)], [refused(3)])) as { id: string }[];
  expect(all).toHaveLength(3);
  expect(all[0]).toEqual({ seq: 1, ...request(1) });
  expect(JSON.parse(await textOf('json'))).toEqual([]);
});

it('CSV has a head line, a line a request, and empty cells for what is not known', async () => {
  const lines = (await textOf('csv', [request(1), refused(3)], [overLimit(4)])).split('\r\n');
  expect(lines).toHaveLength(5);
  const [head = '', served = '', nobody = ''] = lines;
  const row = (line: string) =>
    Object.fromEntries(head.split(',').map((name, index) => [name, line.split(',')[index]]));
  expect(row(served)).toMatchObject({
    started_at: '2026-11-22T12:00:01.000Z',
    account: 'you@example.com',
    outcome: 'served',
    cache_read_tokens: '70',
    paid_by: 'subscription',
    amp_credit: 'saved',
  });
  expect(row(nobody)).toMatchObject({ account: '', outcome: 'refused', first_byte_ms: '', input_tokens: '' });
  expect(await textOf('csv')).toBe(`${head}\r\n`);
});

it('texts with commas, quotes and line breaks stay in their cells, and formulas are none', async () => {
  const text = await textOf('csv', [
    request(1, { tool: 'a, "b"\nc', modelAsked: '=HYPERLINK("http://evil")', accountLabel: '@me', reason: '-1' }),
  ]);
  expect(text).toContain('"a, ""b""\nc"');
  expect(text).toContain(`"'=HYPERLINK(""http://evil"")"`);
  expect(text).toContain(",'@me,");
  expect(text).toContain(",'-1,");
});

it('sums as CSV have a line a row, under the name of what they are by', () => {
  const store = createMemoryStore(10);
  store.append([request(1), byAmp(2), refused(3), request(4, { modelServed: '=1+1' })]);
  const csv = (question: UsageQuestion) => {
    const query = usageQuery.parse({ since: 0, ...question });
    return usageCsv(store.usage(query, start), query.by).split('\r\n');
  };
  const [head = '', ...lines] = csv({ per: 'total', by: 'model' });
  expect(head).toMatch(/^start,model,requests,not_served,/);
  for (const line of lines.slice(0, -1)) expect(line.split(',')).toHaveLength(head.split(',').length);
  expect(lines.find((line) => line.includes('claude-opus-4-7-20260401'))).toMatch(/Z,claude-opus-4-7-20260401,1,0,1,/);
  expect(lines.some((line) => line.includes(",'=1+1,"))).toBe(true);
  expect(csv({ per: 'total' })[1]).toMatch(/Z,4,1,2,0,1,/);
});
