import { expect, it } from 'vitest';
import { exportText } from '../../main/journal/export.ts';
import type { RequestRecord } from '../../main/journal/record.ts';
import type { ExportFormat } from '../../preload/journal-view.ts';
import { byAmp, overLimit, refused, request } from './requests.ts';

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
