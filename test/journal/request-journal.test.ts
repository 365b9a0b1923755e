import { describe, expect, it, onTestFinished } from 'vitest';
import type { RequestRecord } from '../../main/journal/record.ts';
import { createRequestJournal } from '../../main/journal/request-journal.ts';
import { type StoreRequest, StoreUnusable } from '../../main/journal/store/host.ts';
import type { OpenPort } from '../../main/journal/store/port.ts';
import { pageQuery } from '../../preload/journal-view.ts';
import { usageQuery } from '../../preload/usage-view.ts';
import { FakeClock } from '../fakes/clock.ts';
import { openLocalPort } from './local-port.ts';
import { byAmp, idOf, request, start } from './requests.ts';
import { newFile } from './store/new-file.ts';

/** A journal whose file can be made to fail, and whose writes are counted. */
function stage() {
  const clock = new FakeClock(start);
  const broken: { by?: Error } = {};
  const writes: number[] = [];
  const problems: (string | undefined)[] = [];
  const openPort: OpenPort = (options) => {
    const port = openLocalPort(options);
    return {
      ...port,
      async ask(asked: StoreRequest) {
        if (broken.by) throw broken.by;
        if (asked.op === 'append') writes.push(asked.batch.ids.length);
        return port.ask(asked);
      },
    };
  };
  const journal = createRequestJournal({
    file: newFile(),
    openPort,
    clock,
    retention: () => ({ keepMs: 1e12, maxBytes: 1e9 }),
    scrub: (text) => text.replaceAll('sk-secret', '[redacted]'),
    onProblem: (problem) => problems.push(problem),
  });
  onTestFinished(() => journal.close());
  const page = async () => (await journal.page(pageQuery.parse({ limit: 500 }))).requests;
  return { journal, clock, broken, writes, problems, page };
}

describe('the journal of requests', () => {
  it('writes what came within a quarter of a second at once', async () => {
    const { journal, clock, writes, page } = stage();
    for (let number = 0; number < 40; number++) journal.add(request(number));
    clock.advance(249);
    expect(writes).toEqual([]);
    clock.advance(1);
    await expect.poll(() => writes).toEqual([40]);
    expect(await page()).toHaveLength(40);
    expect(clock.pending).toBe(0);
  });

  it('shows a request in the page that is asked for right after it', async () => {
    const { journal } = stage();
    journal.add(request(1));
    expect((await journal.page(pageQuery.parse({}))).requests[0]?.id).toBe(idOf(1));
    expect((await journal.find(idOf(1)))?.tool).toBe('Amp');
    expect((await journal.usage(usageQuery.parse({}))).total.requests).toBe(1);
    expect((await journal.choices()).tools).toEqual(['Amp']);
  });

  it('keeps no secret, wherever in a request it stands', async () => {
    const { journal, broken, page } = stage();
    const leaky: Partial<RequestRecord> = {
      modelAsked: 'sk-secret',
      reason: 'because of sk-secret',
      attempts: [{ via: 'a', label: 'a', reason: '', outcome: 'auth: "sk-secret"', status: 401 }],
    };
    journal.add(request(1, leaky));
    expect(JSON.stringify(await page())).not.toContain('sk-secret');
    broken.by = new Error('cannot open sk-secret');
    journal.add(request(2, leaky));
    const remembered = JSON.stringify([await page(), journal.state()]);
    expect(remembered).toContain(idOf(2));
    expect(remembered).not.toContain('sk-secret');
  });

  it('remembers requests while its file cannot be used, tells that once, and writes them when it can', async () => {
    const { journal, clock, broken, problems, writes, page } = stage();
    broken.by = new Error('the disk is full');
    journal.add(request(1));
    expect(await page()).toHaveLength(1);
    journal.add(byAmp(2));
    expect((await page()).map(({ id }) => id)).toEqual([idOf(2), idOf(1)]);
    expect((await journal.usage(usageQuery.parse({ per: 'total' }))).total.byAmpCredits).toBe(1);
    expect(journal.state()).toMatchObject({ kind: 'memory', problem: expect.stringContaining('the disk is full') });
    clock.advance(60_000);
    await expect.poll(() => clock.pending).toBe(1);
    expect(problems).toHaveLength(1);
    delete broken.by;
    clock.advance(60_000);
    await expect.poll(() => writes).toEqual([1, 1]);
    expect((await page()).map(({ id }) => id)).toEqual([idOf(2), idOf(1)]);
    expect(journal.state()).toEqual({ kind: 'file' });
    expect(problems).toEqual([expect.stringContaining('the disk is full'), undefined]);
  });

  it('remembers each request once, however often the file is tried again, and also those behind a full batch', async () => {
    const { journal, clock, broken, page } = stage();
    broken.by = new Error('the disk is full');
    for (let number = 0; number < 700; number++) journal.add(request(number));
    await page();
    for (let retry = 0; retry < 3; retry++) {
      clock.advance(60_000);
      await expect.poll(() => clock.pending).toBe(1);
    }
    const { total } = await journal.usage(usageQuery.parse({ per: 'total' }));
    expect(total.requests).toBe(700);
  });

  it('gives up the oldest when too many wait for a file that cannot be written', async () => {
    const { journal, clock, broken, writes, page } = stage();
    broken.by = new Error('the disk is full');
    journal.add(request(0));
    await page();
    for (let number = 1; number < 20_700; number++) journal.add(request(number));
    delete broken.by;
    clock.advance(60_000);
    await expect.poll(() => writes.reduce((sum, count) => sum + count, 0)).toBe(20_000);
    await expect.poll(() => journal.state().kind).toBe('file');
    expect(await journal.find(idOf(699))).toBeUndefined();
    expect((await journal.find(idOf(700)))?.startedAt).toBe(request(700).startedAt);
    expect((await page())[0]?.id).toBe(idOf(20_699));
  });

  it('goes back to its file after a failure that came while nothing was to be written', async () => {
    const { journal, clock, broken, writes, problems, page } = stage();
    broken.by = new StoreUnusable('the disk is not there yet');
    expect(await page()).toEqual([]);
    expect(journal.state()).toMatchObject({ kind: 'memory', problem: expect.stringContaining('not there yet') });
    clock.advance(60_000);
    await expect.poll(() => journal.state().kind).toBe('file');
    expect(await page()).toEqual([]);
    expect(journal.state()).toMatchObject({ kind: 'memory' });
    expect(problems).toHaveLength(1);
    clock.advance(60_000);
    await expect.poll(() => journal.state().kind).toBe('file');
    delete broken.by;
    journal.add(request(1));
    clock.advance(250);
    await expect.poll(() => writes).toEqual([1]);
    expect((await page()).map(({ id }) => id)).toEqual([idOf(1)]);
    expect(journal.state()).toEqual({ kind: 'file' });
  });

  it('answers from memory when nothing was written before, and goes on with its file after a question that fails', async () => {
    const { journal, broken, page } = stage();
    broken.by = new StoreUnusable('no such library');
    expect(await page()).toEqual([]);
    expect(journal.state().kind).toBe('memory');
    const other = stage();
    other.journal.add(request(1));
    await other.page();
    other.broken.by = new Error('no such column');
    await expect(other.page()).rejects.toThrow('no such column');
    expect(other.journal.state()).toEqual({ kind: 'file' });
  });

  it('gives all that a filter means, page by page', async () => {
    const { journal } = stage();
    for (let number = 0; number < 1200; number++) journal.add(number % 2 === 0 ? request(number) : byAmp(number));
    const sizes: number[] = [];
    for await (const requests of journal.all({ account: 'you@example.com' })) sizes.push(requests.length);
    expect(sizes).toEqual([500, 100]);
  });

  it('writes what is waiting when it is closed, and takes nothing after that', async () => {
    const { journal, writes, clock } = stage();
    journal.add(request(1));
    await journal.close();
    journal.add(request(2));
    expect(writes).toEqual([1]);
    expect(clock.pending).toBe(0);
  });
});
