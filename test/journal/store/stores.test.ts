import { statSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RequestRecord } from '../../../main/journal/record.ts';
import { createMemoryStore } from '../../../main/journal/store/memory-store.ts';
import type { RequestStore } from '../../../main/journal/store/request-store.ts';
import { loadSqlite } from '../../../main/journal/store/sqlite-driver.ts';
import { openSqliteStore } from '../../../main/journal/store/sqlite-store.ts';
import { type PageQuestion, pageQuery } from '../../../preload/journal-view.ts';
import { cacheHitShare, type UsageQuestion, usageQuery } from '../../../preload/usage-view.ts';
import { byAmp, idOf, overLimit, refused, request, start } from '../requests.ts';
import { newFile } from './new-file.ts';

function openFile(file = newFile()) {
  const store = openSqliteStore(file, loadSqlite());
  onTestFinished(() => store.close());
  return store;
}

/** All requests, latest first. */
function* pagesOf(store: RequestStore): Generator<RequestRecord> {
  let before: number | undefined;
  do {
    const page = store.page(pageQuery.parse({ limit: 500, ...(before === undefined ? {} : { before }) }));
    yield* page.requests;
    before = page.next;
  } while (before !== undefined);
}

const kinds: [string, () => RequestStore][] = [
  ['a file', openFile],
  ['memory', () => createMemoryStore(10_000)],
];

describe.each(kinds)('requests in %s', (_name, open) => {
  const filled = (records: readonly RequestRecord[]) => {
    const store = open();
    store.append(records);
    return {
      ...store,
      numbers: (question: PageQuestion) =>
        store.page(pageQuery.parse(question)).requests.map(({ id }) => Number(id.slice(-12))),
      sums: (question: UsageQuestion) => store.usage(usageQuery.parse(question), start + 3_600_000),
    };
  };

  it('come back as they were, with their place', () => {
    const all = [
      request(1),
      byAmp(2),
      refused(3),
      overLimit(4),
      request(5, {
        usage: { inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 4, reasoningTokens: 2 },
      }),
      request(6, { reason: "it's the “only” one; 100 %", accountLabel: 'Ünal\n <a@b> 🙂' }),
    ];
    const store = filled(all);
    const { requests, next } = store.page(pageQuery.parse({}));
    expect(requests).toEqual(all.map((record, index) => ({ seq: index + 1, ...record })).reverse());
    expect(next).toBeUndefined();
    expect(store.find(idOf(3))).toEqual({ seq: 3, ...refused(3) });
    expect(store.find(idOf(9))).toBeUndefined();
  });

  it('are read page by page, each once, while new ones come', () => {
    const store = filled(Array.from({ length: 25 }, (_, index) => request(index)));
    const seen: string[] = [];
    let before: number | undefined;
    do {
      const page = store.page(pageQuery.parse({ limit: 10, ...(before ? { before } : {}) }));
      seen.push(...page.requests.map(({ id }) => id));
      store.append([request(100 + seen.length)]);
      before = page.next;
    } while (before !== undefined);
    expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => idOf(24 - index)));
  });

  it('are found by tool, account, model, outcome and text', () => {
    const { numbers } = filled([
      request(1),
      request(2, { accountLabel: 'other@example.com', tool: 'Codex' }),
      byAmp(3),
      refused(4),
      overLimit(5),
      request(6, { status: 499 }),
      request(7, { attempts: [{ via: 'a', label: 'a', reason: '', outcome: 'overload: broke off', status: 200 }] }),
    ]);
    expect(numbers({ tool: 'Codex' })).toEqual([2]);
    expect(numbers({ account: 'other@example.com' })).toEqual([2]);
    expect(numbers({ account: 'id of other@example.com' })).toEqual([2]);
    expect(numbers({ model: 'gpt-9' })).toEqual([4]);
    expect(numbers({ model: 'claude-opus-4-7-20260401', limit: 2 })).toEqual([7, 6]);
    expect(numbers({ outcome: 'served' })).toEqual([3, 2, 1]);
    expect(numbers({ outcome: 'refused' })).toEqual([4]);
    expect(numbers({ outcome: 'failed' })).toEqual([7, 5]);
    expect(numbers({ outcome: 'gone' })).toEqual([6]);
    expect(numbers({ text: 'CLAUDE code quota' })).toEqual([5]);
    expect(numbers({ text: '404' })).toEqual([4]);
    expect(numbers({ text: 'model_not' })).toEqual([4]);
    expect(numbers({ text: '%' })).toEqual([]);
    expect(numbers({ text: idOf(2) })).toEqual([2]);
    expect(numbers({ text: idOf(22) })).toEqual([]);
    expect(numbers({ tool: 'Codex', outcome: 'refused' })).toEqual([]);
  });

  it('are found by the time at which they ended', () => {
    const { numbers } = filled(Array.from({ length: 10 }, (_, index) => request(index)));
    const ended = (number: number) => start + number * 1000 + 900;
    expect(numbers({ since: ended(7) })).toEqual([9, 8, 7]);
    expect(numbers({ until: ended(2) })).toEqual([1, 0]);
    expect(numbers({ since: ended(3), until: ended(5), tool: 'Amp' })).toEqual([4, 3]);
    expect(numbers({ since: ended(99) })).toEqual([]);
  });

  it('tell what filters can be set to', () => {
    const { choices } = filled([request(1), byAmp(2), refused(3)]);
    expect(choices()).toEqual({
      tools: ['Amp', 'curl'],
      accounts: ['you@example.com'],
      models: ['claude-opus-4-7', 'claude-opus-4-7-20260401', 'gpt-9', 'somebody-elses-model'],
    });
  });

  it('are summed up by hour, and by who paid', () => {
    const { sums } = filled([
      request(1),
      request(2, { paidBy: 'api-key', firstByteMs: 500, totalMs: 1100 }),
      byAmp(3),
      refused(4),
      request(4000),
    ]);
    const { rows, total } = sums({ per: 'hour' });
    expect(rows.map(({ at, requests }) => [at - start, requests])).toEqual([
      [0, 4],
      [3_600_000, 1],
    ]);
    expect(rows[0]).toMatchObject({
      unserved: 1,
      bySubscription: 1,
      byApiKey: 1,
      byAmpCredits: 1,
      ampCreditsSaved: 2,
      inputTokens: 20,
      outputTokens: 40,
      subscriptionTokens: 120,
      meanFirstByteMs: 367,
      meanTotalMs: 726,
    });
    expect(total.requests).toBe(5);
    expect(cacheHitShare(total)).toBeCloseTo(0.7);
  });

  it('are summed up by day for each account, model, tool, format and outcome, within a filter', () => {
    const { sums } = filled([request(1), request(2, { accountLabel: 'a@example.com' }), byAmp(3), refused(4)]);
    const byKey = (question: UsageQuestion) => sums(question).rows.map(({ key, requests }) => [key, requests]);
    expect(byKey({ by: 'account' })).toEqual([
      ['', 2],
      ['a@example.com', 1],
      ['you@example.com', 1],
    ]);
    expect(byKey({ per: 'total', by: 'model' })).toEqual([
      ['claude-opus-4-7-20260401', 2],
      ['gpt-9', 1],
      ['somebody-elses-model', 1],
    ]);
    expect(byKey({ by: 'tool', account: 'a@example.com' })).toEqual([['Amp', 1]]);
    expect(byKey({ by: 'format' })).toEqual([['anthropic', 4]]);
    expect(byKey({ by: 'outcome', tool: 'curl' })).toEqual([['refused', 1]]);
    expect(sums({ by: 'account', model: 'gpt-9' }).total.requests).toBe(1);
  });

  it('can be asked for any time that there is', () => {
    const { sums, numbers } = filled([request(1)]);
    const last = 8_640_000_000_000_000;
    for (const per of ['hour', 'day', 'total'] as const) {
      expect(sums({ per, since: 0, until: last }).total.requests).toBe(1);
      expect(sums({ per, since: last, until: last }).total.requests).toBe(0);
      expect(sums({ per, since: last, until: 0 }).rows).toEqual([]);
    }
    expect(numbers({ since: last, until: 0 })).toEqual([]);
    expect(() => sums({ since: last + 1 })).toThrow();
  });

  it('have no sums where there were none', () => {
    const { rows, total } = filled([request(1)]).sums({ since: 0, until: start - 40 * 86_400_000 });
    expect(rows).toEqual([]);
    expect(total.requests).toBe(0);
    expect(total.meanTotalMs).toBeUndefined();
    expect(cacheHitShare(total)).toBeUndefined();
  });
});

describe('the file of requests', () => {
  it('is for the owner only, its side files too', () => {
    const file = newFile();
    openFile(file).append([request(1)]);
    for (const side of ['', '-wal', '-shm']) expect(statSync(`${file}${side}`).mode & 0o777).toBe(0o600);
  });

  it('has everything when it is opened again', () => {
    const file = newFile();
    const first = openSqliteStore(file, loadSqlite());
    first.append([request(1), refused(2)]);
    first.close();
    const again = openFile(file);
    again.append([request(3)]);
    expect(again.page(pageQuery.parse({})).requests.map(({ seq }) => seq)).toEqual([3, 2, 1]);
    expect(again.usage(usageQuery.parse({}), start).total.requests).toBe(3);
  });

  it('takes a batch whole or not at all', () => {
    const store = openFile();
    const broken = { ...request(2), id: null } as unknown as RequestRecord;
    expect(() => store.append([request(1, { tool: 'New tool' }), broken])).toThrow();
    expect(store.page(pageQuery.parse({})).requests).toEqual([]);
    store.append([request(3, { tool: 'New tool' })]);
    expect(store.page(pageQuery.parse({ tool: 'New tool' })).requests).toHaveLength(1);
  });

  it('forgets requests by age, and keeps the sums of their days', () => {
    const store = openFile();
    const dayMs = 86_400_000;
    store.append(Array.from({ length: 500 }, (_, index) => request(index)));
    store.append([request(900, { startedAt: start + 50 * dayMs })]);
    const now = start + 50 * dayMs;
    const retention = { keepMs: 10 * dayMs, maxBytes: 1e9 };
    let steps = 0;
    while (store.tidy(retention, now)) expect(steps++).toBeLessThan(20);
    expect(steps).toBeGreaterThan(2);
    expect(store.page(pageQuery.parse({})).requests.map(({ id }) => id)).toEqual([idOf(900)]);
    expect(store.usage(usageQuery.parse({ since: 0 }), now).total.requests).toBe(501);
    expect(store.usage(usageQuery.parse({ per: 'hour', since: 0 }), now).total.requests).toBe(1);
  });

  it.each([
    ['far back', 0, 0],
    ['far ahead', start + 3_650 * 86_400_000, 0],
    ['a little back', start - 86_400_000, 900],
  ])('forgets no request before its time because the clock was %s for a while', (_, wrong, wrongOnesLeft) => {
    const store = openFile();
    store.append(Array.from({ length: 100 }, (_, index) => request(index)));
    store.append(Array.from({ length: 900 }, (_, index) => request(100 + index, { startedAt: wrong + index })));
    store.append(Array.from({ length: 10 }, (_, index) => request(1_000 + index)));
    const retention = { keepMs: 10 * 86_400_000, maxBytes: 1e9 };
    const tidy = (now: number) => {
      for (let steps = 0; store.tidy(retention, now); steps++) expect(steps).toBeLessThan(50);
      return store.page(pageQuery.parse({ limit: 500 })).requests.length;
    };
    tidy(start + 3_600_000);
    const numbers = [...pagesOf(store)].map(({ id }) => Number(id.slice(-12)));
    expect(numbers.filter((number) => number < 100 || number >= 1_000)).toHaveLength(110);
    // While it still shows the wrong time nothing is forgotten either.
    expect(tidy(Math.min(wrong, start))).toBeGreaterThan(0);
    tidy(start + 11 * 86_400_000);
    expect([...pagesOf(store)].length).toBeLessThanOrEqual(wrongOnesLeft);
  });

  it('forgets the oldest requests when it is too large, and shrinks', () => {
    const file = newFile();
    const store = openFile(file);
    for (let batch = 0; batch < 10; batch++)
      store.append(Array.from({ length: 1000 }, (_, index) => request(batch * 1000 + index)));
    store.settle();
    const before = statSync(file).size;
    const retention = { keepMs: 1e12, maxBytes: before / 2 };
    while (store.tidy(retention, start)) {
      // Each step is small.
    }
    store.settle();
    expect(statSync(file).size).toBeLessThan(before * 0.7);
    const { requests } = store.page(pageQuery.parse({ limit: 500 }));
    expect(requests[0]?.id).toBe(idOf(9999));
    expect(store.usage(usageQuery.parse({}), start).total.requests).toBe(10_000);
  });

  it('answers a page out of many requests at once, however rare what is asked for', () => {
    const store = openFile();
    store.append([request(0, { tool: 'Rare tool' })]);
    for (let batch = 0; batch < 40; batch++)
      store.append(
        Array.from({ length: 500 }, (_, index) =>
          request(batch * 500 + index, { tool: `Tool ${index % 4}`, modelAsked: `model-${index % 9}` }),
        ),
      );
    const timed = (question: PageQuestion) => {
      const begun = performance.now();
      const { requests } = store.page(pageQuery.parse(question));
      return { ms: performance.now() - begun, count: requests.length };
    };
    timed({});
    for (const [question, count] of [
      [{}, 50],
      [{ tool: 'Rare tool' }, 1],
      [{ text: 'rare' }, 1],
      [{ tool: 'Rare tool', model: 'model-3' }, 0],
      [{ model: 'model-3', tool: 'Tool 3' }, 50],
      [{ since: start + 19_000_000 }, 50],
    ] as const) {
      const { ms, count: found } = timed(question);
      expect(found).toBe(count);
      // A look at every request would take longer even here; the bench has a million of them.
      expect(ms).toBeLessThan(50);
    }
  });
});
