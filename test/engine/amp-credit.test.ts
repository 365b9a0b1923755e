import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createAmpCredit } from '../../main/engine/amp-credit.ts';
import { pageQuery } from '../../preload/journal-view.ts';
import { FakeClock } from '../fakes/clock.ts';
import { startEngine } from './harness.ts';

const silent = { warn: () => {} };
const unknown = { model: 'somebody-elses-model' };

async function newLedger(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fusebox-credit-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'amp-credit.json');
}

it("the day's count and its first use survive a restart, and end with the day", async () => {
  const file = await newLedger();
  const clock = new FakeClock();
  const first = createAmpCredit(file, clock, () => {}, silent);
  const firstAt = clock.now();
  first.spend();
  clock.advance(60_000);
  first.spend();
  await first.settled();
  const second = createAmpCredit(file, clock, () => {}, silent);
  expect([second.usedToday(), second.firstUseToday()]).toEqual([2, firstAt]);
  clock.advance(86_400_000);
  expect([second.usedToday(), second.firstUseToday()]).toEqual([0, undefined]);
});

it("a day's budget is not doubled by a clock that goes back over midnight, and not lost to one that was far ahead", async () => {
  const clock = new FakeClock();
  const credit = createAmpCredit(await newLedger(), clock, () => {}, silent);
  credit.spend();
  clock.advance(-86_400_000);
  credit.spend();
  expect(credit.usedToday()).toBe(2);
  clock.advance(86_400_000);
  expect(credit.usedToday()).toBe(2);
  clock.advance(400 * 86_400_000);
  credit.spend();
  clock.advance(-400 * 86_400_000);
  expect(credit.usedToday()).toBe(0);
  await credit.settled();
});

it("the log tells of a day's first use, once", async () => {
  const told: string[] = [];
  const clock = new FakeClock();
  const credit = createAmpCredit(await newLedger(), clock, () => {}, { warn: (text) => void told.push(text) });
  credit.spend();
  credit.spend();
  expect(told).toEqual([expect.stringContaining('may have cost Amp credits')]);
  clock.advance(86_400_000);
  credit.spend();
  expect(told).toHaveLength(2);
  await credit.settled();
});

it('a request that never reached Amp is no use', async () => {
  let changes = 0;
  const credit = createAmpCredit(await newLedger(), new FakeClock(), () => changes++, silent);
  const takeBack = credit.spend();
  expect(credit.firstUseToday()).toBeDefined();
  takeBack();
  expect([credit.usedToday(), credit.firstUseToday()]).toEqual([0, undefined]);
  expect(changes).toBe(2);
  await credit.settled();
});

it('an answer says how much of the budget is used, and the state since when', async () => {
  const { engine, messages } = await startEngine({ ampcode: { 'credit-guard': 2 } });
  const answer = await messages(unknown);
  expect(answer.headers.get('x-fusebox-amp-credits')).toBe('1 of 2 requests today');
  expect(answer.headers.get('x-fusebox-route')).toMatch(/^amp; /);
  expect(engine.state().amp).toMatchObject({ creditRequestsToday: 1, creditFirstUsedAt: expect.any(Number) });
  expect((await messages()).headers.get('x-fusebox-amp-credits')).toBeNull();
  expect((await messages(unknown)).status).toBe(200);
  expect((await messages(unknown)).status).toBe(402);
});

it('only models on the list go to Amp, and others are refused with what to do', async () => {
  const { amp, messages, engine } = await startEngine({ ampcode: { 'credit-models': ['somebody-*'] } });
  expect((await messages(unknown)).status).toBe(200);
  expect((await messages({ model: 'Somebody-Elses-Model(high)' })).status).toBe(200);
  const refusal = await messages({ model: 'gpt-9' });
  expect(refusal.status).toBe(402);
  expect(await refusal.text()).toContain('ampcode.credit-models');
  expect((await messages({}, { path: '/api/provider/openai/v1/embeddings' })).status).toBe(402);
  expect(engine.state().amp).toMatchObject({ creditRequestsToday: 2, creditModels: ['somebody-*'] });
  expect(amp.requests.filter(({ path }) => path.startsWith('/api/provider/'))).toHaveLength(2);
  const asked = { model: 'gpt-9', format: 'anthropic', surface: 'amp' } as const;
  expect(engine.explainRoute(asked).refusal?.code).toBe('amp_model_left_out');
});

it('switching the guard off and on takes effect with the next request', async () => {
  const { engine, settings, messages } = await startEngine();
  const set = async (changes: Partial<ReturnType<typeof settings.current>['ampcode']>) =>
    settings.update({ ampcode: { ...settings.current().ampcode, ...changes } });
  expect((await messages(unknown)).status).toBe(200);
  await set({ fallback: 'never' });
  expect((await messages(unknown)).status).toBe(404);
  expect(engine.state().amp.creditMode).toBe('never');
  await set({ fallback: 'unknown' });
  expect((await messages(unknown)).status).toBe(200);
  await set({ 'credit-guard': 0 });
  expect((await messages(unknown)).status).toBe(402);
  await set({ 'credit-guard': 9, 'credit-models': ['another'] });
  expect((await messages(unknown)).status).toBe(402);
  await set({ 'credit-models': [] });
  expect((await messages(unknown)).status).toBe(200);
});

it('what goes to Amp without being served here is in the journal too', async () => {
  const { engine, messages } = await startEngine();
  await (await messages(unknown, { path: '/api/provider/openai/v1/embeddings' })).text();
  const page = () => engine.journal.page(pageQuery.parse({}));
  await expect.poll(async () => (await page()).requests).toHaveLength(1);
  const [request] = (await page()).requests;
  expect(request).toMatchObject({ route: 'amp', path: '/api/provider/openai/v1/embeddings' });
  expect(engine.state().amp.creditRequestsToday).toBe(1);
});
